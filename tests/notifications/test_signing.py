"""A partner with the public library, and nothing of ours, can tell our webhooks from anyone else's."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.signing import SecretUnreadable, headers_for, new_secret, reseal, seal, unseal

BODY = b'{"type":"referral.offered","data":{"id":"0195","version":3}}'
ZONES = {
    "utc": UTC,
    "london": ZoneInfo("Europe/London"),
    "auckland": ZoneInfo("Pacific/Auckland"),
    "half-hour": timezone(timedelta(hours=-3, minutes=-30)),
}


def signed(*, secrets, at=None, message_id="msg_1", body=BODY):
    return headers_for(message_id=message_id, at=at or datetime.now(UTC), body=body, secrets=secrets)


def test_secrets_have_the_standard_form_and_never_repeat():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES.keys())
def test_the_public_library_accepts_a_signature_made_in_any_zone(zone):
    secret = new_secret()
    headers = signed(secrets=[secret], at=datetime.now(zone))
    assert Webhook(secret).verify(BODY, headers)["data"] == {"id": "0195", "version": 3}


def test_the_signature_is_the_one_the_standard_describes():
    key = bytes(range(32))
    headers = signed(
        secrets=["whsec_" + base64.b64encode(key).decode()],
        at=datetime(2026, 7, 1, 13, 0, 0, 999_999, tzinfo=ZoneInfo("Europe/London")),
    )
    expected = hmac.new(key, b"msg_1.1782907200." + BODY, hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1782907200",
        "webhook-signature": "v1," + base64.b64encode(expected).decode(),
    }


def test_while_a_secret_is_replaced_the_holder_of_either_can_verify():
    old, new, stranger = new_secret(), new_secret(), new_secret()
    headers = signed(secrets=[new, old])
    assert len(headers["webhook-signature"].split(" ")) == 2
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(stranger).verify(BODY, headers)


def test_a_retry_keeps_the_id_and_has_a_new_time_and_signature():
    secret, now = new_secret(), datetime.now(UTC)
    first = signed(secrets=[secret], at=now)
    second = signed(secrets=[secret], at=now + timedelta(seconds=5))
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_whatever_is_changed_on_the_way_breaks_the_signature(changed):
    secret = new_secret()
    headers, body = signed(secrets=[secret]), BODY
    if changed == "body":
        body = BODY.replace(b"3", b"4")
    elif changed == "webhook-id":
        headers[changed] = "msg_2"
    else:
        headers[changed] = str(int(headers[changed]) + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_an_old_delivery_cannot_be_sent_again_by_someone_who_kept_it():
    secret = new_secret()
    headers = signed(secrets=[secret], at=datetime.now(UTC) - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "a\r\nx: y", "a\n", "é", "x" * 256])
def test_an_id_that_could_be_mistaken_for_something_else_is_refused(message_id):
    with pytest.raises(ValueError, match="message id"):
        signed(secrets=[new_secret()], message_id=message_id)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        signed(secrets=[new_secret()], at=datetime(2026, 1, 1, 12))


def test_nothing_goes_out_unsigned():
    with pytest.raises(ValueError, match="at least one secret"):
        signed(secrets=[])


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        base64.b64encode(b"x" * 32).decode(),
        "whsec_" + "!" * 44,
        "whsk_" + base64.b64encode(b"x" * 32).decode(),
    ],
)
def test_a_secret_that_is_short_or_mistyped_neither_signs_nor_is_stored(secret):
    with pytest.raises(ValueError, match="webhook secret"):
        signed(secrets=[secret])
    with pytest.raises(ValueError, match="webhook secret"):
        seal(secret, keys=["a key"])


def test_a_sealed_secret_shows_nothing_and_opens_again():
    secret = new_secret()
    sealed = seal(secret, keys=["the key of 2026"])
    assert secret not in sealed
    assert secret.removeprefix("whsec_") not in sealed
    assert sealed != seal(secret, keys=["the key of 2026"])
    assert unseal(sealed, keys=["the key of 2026"]) == secret


def test_secrets_stay_readable_while_the_key_of_the_application_changes():
    secret = new_secret()
    sealed = seal(secret, keys=["old"])
    assert unseal(sealed, keys=["new", "old"]) == secret

    moved = reseal(sealed, keys=["new", "old"])
    assert unseal(moved, keys=["new"]) == secret
    with pytest.raises(SecretUnreadable):
        unseal(moved, keys=["old"])


def test_every_character_of_a_key_counts():
    sealed = seal(new_secret(), keys=["k" * 50])
    for other in ("k" * 49, "k" * 51, "k" * 49 + "l", "k" * 32):
        with pytest.raises(SecretUnreadable):
            unseal(sealed, keys=[other])


@pytest.mark.parametrize("opened", [unseal, reseal])
def test_a_wrong_key_or_a_damaged_seal_is_said_so(opened):
    sealed = seal(new_secret(), keys=["right"])
    with pytest.raises(SecretUnreadable):
        opened(sealed, keys=["wrong"])
    with pytest.raises(SecretUnreadable):
        opened(sealed[:-6] + "AAAAA=", keys=["right"])


@pytest.mark.parametrize("keys", [[], [""], ["right", ""], "right"])
def test_sealing_needs_real_keys(keys):
    with pytest.raises(ValueError, match="keys"):
        seal(new_secret(), keys=keys)
