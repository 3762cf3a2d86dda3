"""What is given: the plain data of a new referral, and of a step. Every entrance makes these; nothing is saved here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agencies.models import Agency

if TYPE_CHECKING:
    from referrals.models import Plan


@dataclass(frozen=True)
class SelectorDraft:
    kind: str
    value: str
    platform: str = ""
    seen_at: datetime | None = None
    port: int | None = None


@dataclass(frozen=True)
class Handling:
    """How it may be handled (DOMAIN §4): classification, TLP, PAP, and the 3x5x2 grades, code and conditions."""

    classification: str = "OFFICIAL-SENSITIVE"
    tlp: str = "AMBER"
    pap: str = ""
    source_grade: str = ""
    information_grade: str = ""
    code: str = ""
    conditions: str = ""


@dataclass(frozen=True)
class Draft:
    """A referral as its source gives it. What is not known stays empty."""

    summary: str
    environment: str = ""
    harm_type: str = ""
    narrative: str = ""
    occurred_at: datetime | None = None
    external_ref: str = ""
    source_priority: str = ""
    escalate_reason: str = ""
    jurisdiction: str = ""
    factors: Mapping[str, str] = field(default_factory=dict)
    selectors: tuple[SelectorDraft, ...] = ()
    handling: Handling | None = None  # none: not said; kept as OFFICIAL-SENSITIVE, TLP:AMBER
    to_agency: Agency | None = None
    declaration: str = ""

    def body(self) -> dict[str, Any]:
        """The same as plain data, as a body says it: for asking how complete it is."""
        handling = vars(self.handling) if self.handling else None
        return vars(self) | {"selectors": [vars(one) for one in self.selectors], "handling": handling}


@dataclass(frozen=True)
class Arrival:
    """The document that brought drafts, kept as it came."""

    kind: str  # a referrals.models.Report.Kind
    content_type: str
    raw: bytes
    wire: Mapping = field(default_factory=dict)
    holds: int = 0  # reports in it, where that is more than the drafts made of it now


@dataclass(frozen=True)
class OutcomeDraft:
    code: str
    count: int | None = None
    at: datetime | None = None
    detail: str = ""
    share_detail: bool = False


@dataclass(frozen=True)
class Given:
    """What is given with a step; the table says what each step needs and takes. `version` is If-Match's."""

    reason_code: str = ""
    reason: str = ""
    priority: str = ""
    factors: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""
    harm_type: str = ""
    to_agency: Agency | None = None
    agreement: str = ""
    outcomes: tuple[OutcomeDraft, ...] = ()
    question: str = ""
    answer: str = ""
    question_id: UUID | None = None
    version: int | None = None
    # Why the ranking was set aside, for the Centre's books alone; and the plan that the offer is a line of.
    because: str = ""
    plan: "Plan | None" = None
