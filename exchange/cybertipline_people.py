"""What is taken of the people in a CyberTipline report: the reported user, and the children?"""

from functools import partial
from xml.etree.ElementTree import Element

from exchange.cybertipline_elements import (
    CHILD_LEFT,
    Take,
    address,
    child_of,
    device,
    each,
    flag_line,
    ip_capture,
    line,
    location,
    nothing,
    phone,
    selector,
)
from exchange.cybertipline_gather import Gathered, Whose, text_of

LIST_LEFT = "says only whether a list is complete"


def reported_user(g: Gathered, element: Element, path: str) -> None:
    _subject(g, element, path, Whose("Reported user"), "personOrUserReportedPerson")


def intended_recipient(g: Gathered, element: Element, path: str) -> None:
    _subject(g, element, path, Whose("Child or intended recipient", is_child=True), "intendedRecipientPerson")


def victim(g: Gathered, element: Element, path: str) -> None:
    g.victims += 1
    _subject(g, element, path, Whose("Child", is_child=True), "victimPerson")


def _subject(g: Gathered, element: Element, path: str, whose: Whose, person: str) -> None:
    service = text_of(child_of(element, "espService"))
    if service and not whose.is_child:
        g.platform = g.platform or service
    whose = Whose(whose.label, service or g.platform, whose.is_child)
    takes = _account_takes(g, whose) | {
        person: partial(_person, g, whose),
        "vehicleDescription": line(g, f"{whose.label}, vehicle"),
        "compromisedAccount": flag_line(
            g, whose.label, "the account may have been taken over by somebody else"
        ),
        "thirdPartyUserReported": flag_line(g, whose.label, "not a user of the sender's own service"),
        "priorCTReports": partial(_prior_report, g, whose),
        "estimatedLocation": partial(location, g, whose),
        "associatedAccount": partial(_associated, g, whose),
    }
    each(
        g,
        element,
        path,
        takes,
        {"schoolName": CHILD_LEFT, "allEmailsReported": "says only whether a list is complete"},
    )


def _account_takes(g: Gathered, whose: Whose) -> dict[str, Take]:
    """What a user, a child's account and an associated account have in common."""
    return {
        "espService": nothing,
        "espIdentifier": selector(g, "account", whose),
        "screenName": selector(g, "account", whose),
        "profileUrl": selector(g, "url", whose),
        "groupIdentifier": selector(g, "other", whose),
        "displayName": line(g, f"{whose.label}, name shown"),
        "profileBio": line(g, f"{whose.label}, profile text"),
        "additionalInfo": line(g, whose.label),
        "ipCaptureEvent": partial(ip_capture, g, whose),
        "deviceId": partial(device, g, whose),
    }


def _associated(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """Another account of the same person; a parent's or a third party's is no suspect's, and is kept apart."""
    kind = element.get("accountType", "Other")
    apart = (
        whose.is_child
        or kind == "Parent/Guardian"
        or element.get("thirdPartyUser", "").lower() in ("true", "1")
    )
    service = text_of(child_of(element, "espService")) or text_of(child_of(element, "platform"))
    account = Whose(f"{whose.label}, associated account ({kind})", service or whose.platform, apart)
    takes = _account_takes(g, account) | {
        "platform": nothing,
        "phone": partial(phone, g, account),
        "email": selector(g, "email", account),
    }
    names = "the holder of an associated account is not copied: it stays in the document as received"
    left = dict.fromkeys(
        ("firstName", "middleName", "lastName", "approximateAge", "ageAssertionDiscrepancy", "address"), names
    )
    each(g, element, path, takes, left | {"allEmailsReported": LIST_LEFT})


def _person(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    takes: dict[str, Take] = {
        "phone": partial(phone, g, whose),
        "email": selector(g, "email", whose),
        "address": partial(address, g, whose),
        "ageAssertionDiscrepancy": flag_line(g, whose.label, "the age that was stated is in doubt"),
    }
    if not whose.is_child:
        name = " ".join(
            filter(None, (text_of(child_of(element, part)) for part in ("firstName", "lastName")))
        )
        g.say(f"{whose.label}, name as stated", name)
        takes |= dict.fromkeys(("firstName", "lastName"), nothing)
        takes |= {
            "age": line(g, f"{whose.label}, age as stated"),
            "dateOfBirth": line(g, f"{whose.label}, born"),
        }
        each(g, element, path, takes)
        return
    if whose.label == "Child" and all(text_of(child_of(element, part)) for part in ("firstName", "lastName")):
        g.answer("child_identified", "yes")
    takes |= {"age": partial(_child_age, g), "dateOfBirth": partial(_child_birth, g)}
    each(g, element, path, takes, dict.fromkeys(("firstName", "lastName"), CHILD_LEFT))


def _child_age(g: Gathered, element: Element, path: str) -> None:
    if (age := g.whole_number(text_of(element), path, highest=150)) is not None:
        g.ages.append(age)


def _child_birth(g: Gathered, element: Element, path: str) -> None:
    if born := g.day(text_of(element), path):
        g.births.append(born)
        g.skip(path, CHILD_LEFT)


def _prior_report(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """An earlier report about the same reported user is an identifier known before."""
    g.say(f"{whose.label}, earlier CyberTipline report", text_of(element))
    if text_of(element) and not whose.is_child:
        g.answer("repeat_selector", "yes")
