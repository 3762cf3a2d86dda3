"""The command line: `python3 -m partner_check URL --client id:secret`. Its exit status says whether all held."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from .checks import REFERRALS, Visit, check_list
from .conversation import Conversation, DoesNotHold, NotOffered
from .webhooks import WEBHOOKS

TICKED, FAILED, PASSED_OVER = "[x]", "[!]", "[-]"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="partner_check",
        description="Plays a partner's part: sends a marked test referral, reads it, takes it back.",
    )
    parser.add_argument("url", help="where it is, such as https://ohsc.example")
    parser.add_argument(
        "--client",
        default=os.environ.get("OHSC_CLIENT", ""),
        help="id:secret; better in the environment, as OHSC_CLIENT, where no list of processes shows it",
    )
    parser.add_argument(
        "--foreign", default="", metavar="ID", help="a referral's id that is not your agency's"
    )
    parser.add_argument(
        "--receiver",
        default="",
        metavar="URL",
        help="where webhooks can reach this program; it listens on --port",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="on this machine; the receiver's own, if not said"
    )
    given = parser.parse_args(words)
    client_id, _, secret = given.client.partition(":")
    if not secret:
        parser.error("name a client: OHSC_CLIENT=id:secret, or --client id:secret")
    try:
        talk = Conversation(given.url, client_id, secret)
        port = given.port or (urlsplit(given.receiver).port or 0 if given.receiver else 0)
    except ValueError as error:
        parser.error(str(error))
    visit = Visit(talk, foreign=given.foreign, receiver_url=given.receiver, port=port)
    return run(visit)


def run(visit: Visit) -> int:
    """Every check in its order; what was made is taken back, whatever happens."""
    began, marks = time.monotonic(), []
    try:
        for name, check in check_list():
            mark, said = judged(check, visit)
            marks.append(mark)
            print(f"{mark} {name:<26} {said}", flush=True)
    finally:
        left = clear_away(visit)
    if left:
        print(f"{FAILED} {'Left behind':<26} {left}")
        marks.append(FAILED)
    print(
        f"\n{marks.count(TICKED)} hold, {marks.count(FAILED)} do not, {marks.count(PASSED_OVER)} not offered"
        f" or not this client's. {time.monotonic() - began:.1f} s."
    )
    return 1 if FAILED in marks else 0


def judged(check, visit: Visit) -> tuple[str, str]:
    try:
        return TICKED, check(visit)
    except NotOffered as reason:
        return PASSED_OVER, str(reason)
    except DoesNotHold as reason:
        return FAILED, str(reason)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return FAILED, f"An answer has another form than was documented: {type(error).__name__} {error}."


def clear_away(visit: Visit) -> str:
    """Withdraw the test referrals and remove the webhooks; what could not be, as a sentence."""
    left = []
    for found in visit.to_withdraw:
        left += attempted(visit, "POST", f"{REFERRALS}/{found}/withdraw", {"reason_code": "entered_in_error"})
    for found in visit.to_remove:
        left += attempted(visit, "DELETE", f"{WEBHOOKS}/{found}", None)
    return f"Ask the Centre to clear away: {', '.join(left)}." if left else ""


def attempted(visit: Visit, method: str, path: str, body: dict | None) -> list[str]:
    try:
        visit.talk.ask(method, path, body).expect(200, 204)
    except DoesNotHold:
        return [path]
    return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
