"""May this be disclosed to that agency, and under which agreement? If not, which term is missing, in words.

Pure over rows already fetched: a board asks for a dozen agencies at once and fetches their agreements once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agencies.models import SharingAgreement
from ohsc.core.words import Environment, Tlp


@dataclass(frozen=True)
class Disclosure:
    """What would be disclosed: where, which harm, under which marking, on which day."""

    environment: str
    harm_type: str
    harm_label: str
    tlp: str
    on: date


def covering(agreements: Iterable[SharingAgreement], what: Disclosure) -> SharingAgreement | None:
    """The newest agreement that covers it, or None."""
    fitting = [agreement for agreement in agreements if not missing_term(agreement, what)]
    return max(fitting, key=lambda agreement: (agreement.starts_on, agreement.reference), default=None)


def missing_term(agreement: SharingAgreement, what: Disclosure) -> str:
    """The first term of this agreement that does not cover it, as a sentence; "" when it covers."""
    name = f"Agreement {agreement.reference}"
    if agreement.ended_at is not None:
        return f"{name} was ended."
    if what.on < agreement.starts_on:
        return f"{name} starts on {agreement.starts_on:%-d %B %Y}."
    if what.on > agreement.ends_on:
        return f"{name} ended on {agreement.ends_on:%-d %B %Y}."
    if what.environment not in agreement.environments:
        place = Environment(what.environment).label.lower() if what.environment else "an unknown environment"
        return f"{name} does not cover {place}."
    if agreement.harm_types and what.harm_type not in agreement.harm_types:
        return f"{name} does not cover {what.harm_label.lower() or 'an unknown harm'}."
    if not Tlp.within(what.tlp, agreement.tlp_ceiling):
        return f"{name} reaches {Tlp(agreement.tlp_ceiling).label} and this is {Tlp(what.tlp).label}."
    return ""


def why_none_covers(agreements: Iterable[SharingAgreement], what: Disclosure, *, between: str) -> str:
    """Why nothing may be sent: no agreement at all, or the term missing from the newest one."""
    newest = max(agreements, key=lambda agreement: agreement.starts_on, default=None)
    if newest is None:
        return f"There is no sharing agreement with {between}."
    return missing_term(newest, what)
