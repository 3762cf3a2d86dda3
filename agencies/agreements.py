"""May this be disclosed to that agency, and under which agreement? If not, which term is missing, in words.

Pure over rows already fetched: a board asks for a dozen agencies at once and fetches their agreements once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agencies.models import SharingAgreement
from ohsc.core.words import Classification, Environment, OnwardRule, Tlp


@dataclass(frozen=True)
class Disclosure:
    """What would be disclosed: where, which harm, under which marking, on which day."""

    environment: str
    harm_type: str
    harm_label: str
    tlp: str
    on: date
    classification: str = Classification.OFFICIAL


def covering(agreements: Iterable[SharingAgreement], what: Disclosure) -> SharingAgreement | None:
    """The newest agreement that covers it, or None."""
    fitting = [agreement for agreement in agreements if not missing_term(agreement, what)]
    return max(fitting, key=lambda agreement: (agreement.starts_on, agreement.reference), default=None)


def not_in_force(agreement: SharingAgreement, on: date) -> str:
    """Why nothing may be disclosed under it on that day, as a sentence; "" when it is in force."""
    name = f"Agreement {agreement.reference}"
    if agreement.ended_at is not None:
        return f"{name} was ended."
    if on < agreement.starts_on:
        return f"{name} starts on {agreement.starts_on:%-d %B %Y}."
    if on > agreement.ends_on:
        return f"{name} ended on {agreement.ends_on:%-d %B %Y}."
    return ""


def missing_term(agreement: SharingAgreement, what: Disclosure) -> str:
    """The first term of this agreement that does not cover it, as a sentence; "" when it covers."""
    if problem := not_in_force(agreement, what.on):
        return problem
    name = f"Agreement {agreement.reference}"
    if problem := _missing_environment(agreement, what.environment):
        return problem
    if agreement.harm_types and what.harm_type not in agreement.harm_types:
        return f"{name} does not cover {what.harm_label.lower() or 'an unknown harm'}."
    if not Classification.within(what.classification, agreement.classification_ceiling):
        ceiling = Classification(agreement.classification_ceiling).label
        return f"{name} reaches {ceiling} and this is {Classification(what.classification).label}."
    if not Tlp.within(what.tlp, agreement.tlp_ceiling):
        return f"{name} reaches {Tlp(agreement.tlp_ceiling).label} and this is {Tlp(what.tlp).label}."
    return ""


def why_not_onward(received_under: SharingAgreement, on: date) -> str:
    """Why its recipient may not itself pass on what it received under it, as a sentence; "" when it may.

    An agreement that is no longer in force lets nothing be passed on, whatever its rule was.
    """
    name = f"Agreement {received_under.reference}, under which it was received,"
    if not_in_force(received_under, on):
        return f"{name} is no longer in force: ask the Centre to pass it on."
    if received_under.onward == OnwardRule.NOT_ALLOWED:
        return f"{name} does not allow it to be passed on."
    if received_under.onward == OnwardRule.WITH_CONSENT:
        return f"{name} allows it to be passed on only with the discloser’s consent: ask the Centre to pass it on."
    return ""


def why_no_grant(
    agreements: Iterable[SharingAgreement], environments: Iterable[str], on: date, *, between: str
) -> tuple[SharingAgreement | None, str]:
    """The newest agreement under which a case in these environments may be shown, or else why none, as a sentence."""
    newest_first = sorted(agreements, key=lambda one: (one.starts_on, one.reference), reverse=True)
    if not newest_first:
        return None, f"There is no sharing agreement with {between}."
    problems = [
        not_in_force(one, on)
        or next(filter(None, (_missing_environment(one, code) for code in environments)), "")
        for one in newest_first
    ]
    fitting = (one for one, problem in zip(newest_first, problems, strict=True) if not problem)
    agreement = next(fitting, None)
    return agreement, "" if agreement else problems[0]


def _missing_environment(agreement: SharingAgreement, environment: str) -> str:
    if environment in agreement.environments:
        return ""
    place = Environment(environment).label.lower() if environment else "an unknown environment"
    return f"Agreement {agreement.reference} does not cover {place}."


def why_none_covers(agreements: Iterable[SharingAgreement], what: Disclosure, *, between: str) -> str:
    """Why nothing may be sent: no agreement at all, or the term missing from the newest one."""
    newest = max(agreements, key=lambda agreement: agreement.starts_on, default=None)
    if newest is None:
        return f"There is no sharing agreement with {between}."
    return missing_term(newest, what)
