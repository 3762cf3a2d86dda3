"""The verbs of a person's second factors: add one, use one, take one away, recovery codes, all anew.

They are allauth's rows, used under a lock: a code works once, however many ask at the same moment, and whatever
happens to a cache. Recovery codes are ours, for allauth keeps a seed from which they can be read again; we keep
hashes. Secrets are in what a verb gives back, once, and in no event.
"""

import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from agencies.access import actor_for_person
from agencies.actions.sessions import end_sessions, record_access
from agencies.models import User
from agencies.proof import How, needs_key, second_factor_is_optional
from agencies.sealing import seal, unseal
from ohsc.core.acting import as_the_login
from ohsc.core.actor import Actor

PERIOD = 30  # seconds that a code lasts; neither the one before nor the one after is taken
RECOVERY_CODES = 10
RECOVERY_BYTES = 15  # 120 bits, so that a plain hash keeps them (ASVS 6.5.2)
LONGEST_NAME = 60
MOST_KEYS = 10
TOTP, KEY, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES


class FactorRefused(Exception):
    """What cannot be, as a sentence."""


def factors_of(person: User) -> list[Authenticator]:
    """The person's second factors, oldest first; recovery codes among them. For themself, and for the edge."""
    with as_the_login():
        return list(Authenticator.objects.filter(user_id=person.pk).order_by("created_at", "pk"))


def kinds_of(person: User) -> set[str]:
    """Which kinds of second factor the person has that do for them."""
    return {factor.type for factor in factors_of(person)} - ({TOTP} if needs_key(person) else set())


# Using one.


def use_code(person: User, code: str, *, at: datetime) -> How | None:
    """What the code proves: one of the app's, of this half minute and never used; or a recovery code, once; or
    nothing."""
    plain = "".join(code.split()).replace("-", "")
    with transaction.atomic(), as_the_login():
        held = {factor.type: factor for factor in _of(person).exclude(type=KEY).select_for_update()}
        if TOTP in held and _is_new_code(held[TOTP], plain, at):
            how = How.CODE
        elif RECOVERY in held and _is_recovery_code(held[RECOVERY], plain):
            how = How.RECOVERY
        else:
            return None
        factor = held[TOTP if how is How.CODE else RECOVERY]
        factor.last_used_at = at
        factor.save(update_fields=["data", "last_used_at"])
    return how


def _is_new_code(factor: Authenticator, code: str, at: datetime) -> bool:
    """Of this half minute, and later than the last that was taken; then it is the last."""
    step = int(at.timestamp()) // PERIOD
    if step <= factor.data.get("last", -1) or not _is_code(unseal(factor.data["secret"]), code, step):
        return False
    factor.data["last"] = step
    return True


def _is_code(secret: str, code: str, step: int) -> bool:
    return compare_digest(code.encode(), format_hotp_value(hotp_value(secret, step)).encode())


def _is_recovery_code(factor: Authenticator, code: str) -> bool:
    """Among those not used; then it is used."""
    hashed = _hashed(code)
    if hashed not in factor.data["hashes"]:
        return False
    factor.data["hashes"].remove(hashed)
    return True


# Adding and taking away. Other sessions end with each change: who holds one has not proved what is new.


def add_app(person: User, secret: str, code: str, *, at: datetime, session_key: str) -> None:
    """An app that makes codes, once it has made a right one, which is used up by that. One for each person."""
    step = int(at.timestamp()) // PERIOD
    if not _is_code(secret, "".join(code.split()), step):
        raise FactorRefused("This code is not right. Enter the one that the app shows now.")
    data = {"secret": seal(secret), "last": step}
    try:
        with transaction.atomic(), as_the_login():
            Authenticator.objects.create(user_id=person.pk, type=TOTP, data=data, created_at=at)
            _changed("person.factor_added", person, TOTP, at=at, session_key=session_key)
    except IntegrityError:
        raise FactorRefused("You have an app already. Take it away first.") from None


def add_key(person: User, name: str, credential: dict, *, at: datetime, session_key: str) -> None:
    """A passkey or a security key that `agencies.passkeys` has judged."""
    with transaction.atomic(), as_the_login():
        if _of(person).filter(type=KEY).count() >= MOST_KEYS:
            raise FactorRefused(f"You have {MOST_KEYS} keys. Take one away first.")
        data = {"name": name[:LONGEST_NAME], "credential": credential}
        Authenticator.objects.create(user_id=person.pk, type=KEY, data=data, created_at=at)
        _changed("person.factor_added", person, KEY, at=at, session_key=session_key)


def remove_factor(person: User, factor_id: int, *, at: datetime, session_key: str) -> None:
    """Not the last that does for this person, but in a demonstration. Raises Authenticator.DoesNotExist for what is
    not theirs."""
    with transaction.atomic(), as_the_login():
        User.objects.select_for_update(of=("self",), no_key=True).get(
            pk=person.pk
        )  # of two at once one is the last
        factor = _of(person).exclude(type=RECOVERY).get(pk=factor_id)
        left = _of(person).exclude(type=RECOVERY).exclude(pk=factor.pk)
        if needs_key(person):
            left = left.filter(type=KEY)
        if not left.exists() and not second_factor_is_optional():
            raise FactorRefused("This is the only one that you can sign in with. Add another first.")
        factor.delete()
        _changed("person.factor_removed", person, factor.type, at=at, session_key=session_key)


def make_recovery_codes(person: User, *, at: datetime) -> list[str]:
    """Ten new codes, each good once, shown this once; those before are good no more."""
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    with transaction.atomic(), as_the_login():
        Authenticator.objects.update_or_create(
            user_id=person.pk,
            type=RECOVERY,
            defaults={"data": {"hashes": [_hashed(code) for code in codes]}, "created_at": at},
        )
        record_access("person.recovery_codes_made", person, by=actor_for_person(person), at=at)
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def reset_factors(person: User, by: Actor, at: datetime) -> int:
    """Take away every second factor and recovery code, and end every session: whoever lost theirs enrols anew when
    they next sign in. Returns how many were taken away.

    Whether `by` may is asked by the caller's action; that it was really the person who asked, by a human being.
    """
    with transaction.atomic():
        with as_the_login():
            removed, _ = Authenticator.objects.filter(user_id=person.pk).delete()
        record_access("person.factors_reset", person, by=by, at=at, number=removed)
        end_sessions(person, by=by, at=at)
    return removed


def _of(person: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user_id=person.pk)


def _changed(action: str, person: User, kind: str, *, at: datetime, session_key: str) -> None:
    actor = actor_for_person(person)
    record_access(action, person, by=actor, at=at, kind=str(kind))
    end_sessions(person, by=actor, at=at, besides=session_key)


def _hashed(code: str) -> str:
    return sha256(code.upper().encode()).hexdigest()


def unused_recovery_codes(factors: Iterable[Authenticator]) -> int:
    """How many are left."""
    return sum(len(factor.data["hashes"]) for factor in factors if factor.type == RECOVERY)
