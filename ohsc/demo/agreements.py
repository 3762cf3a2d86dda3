"""What may the demonstration's agencies disclose to each other? Enough for every path, with believable limits.

Agencies that have a client agreed to everything, so that a stranger with the printed credentials can travel the
whole path; the others show what a coordinator meets: a low ceiling, a missing environment, an agreement that ended,
one that forbids passing on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ohsc.core.words import Classification, LegalGateway, OnwardRule, Tlp
from ohsc.demo.agencies import CENTRE, DARK, EVERYWHERE, PHYSICAL, SURFACE


@dataclass(frozen=True)
class Terms:
    """From whom to whom, under which law, how far; `starts`, `ends` and `ended` are days from today."""

    discloser: str
    recipient: str
    gateway: LegalGateway
    purpose: str
    ceiling: Tlp
    environments: tuple = EVERYWHERE
    harm_types: tuple = ()
    starts: int = -200
    ends: int = 530
    retention_days: int = 730
    onward: OnwardRule = OnwardRule.WITH_CONSENT
    classification: Classification = Classification.OFFICIAL_SENSITIVE
    ended: int | None = None  # before its last day, by the Centre

    def facts(self, today: date) -> dict:
        """What `agencies.actions.add_agreement` takes besides the parties."""
        starts, ends = today + timedelta(days=self.starts), today + timedelta(days=self.ends)
        return {
            "purpose": self.purpose,
            "gateway": self.gateway,
            "environments": list(self.environments),
            "harm_types": list(self.harm_types),
            "tlp_ceiling": self.ceiling,
            "classification_ceiling": self.classification,
            "onward": self.onward,
            "onward_rule": _IN_WORDS[self.onward],
            "retention_days": self.retention_days,
            "starts_on": starts,
            "ends_on": ends,
            "review_on": starts + (ends - starts) / 2,
            "signed_by": "The heads of both organisations",
            "signed_for_discloser": "The data protection officer",
            "signed_for_recipient": "The chief officer",
            "ended_at": None
            if self.ended is None
            else datetime.combine(today + timedelta(days=self.ended), time(9, 30), UTC),
        }


_IN_WORDS = {
    OnwardRule.NOT_ALLOWED: "For the recipient’s own use.",
    OnwardRule.WITH_CONSENT: "Asked for through the Centre, which answers within a working day.",
    OnwardRule.WITHIN_TERMS: "To agencies that have an agreement of their own with the recipient.",
}


_PROTECT = "To investigate offences against children and to protect children at risk."
_REMOVE = "To remove content and act on accounts that breach the service's terms."
_SAFEGUARD = "To safeguard children and promote their welfare."
_SUPPORT = "To support children and families and to have content removed."
_REPORT = "To report suspected online child sexual exploitation and abuse for triage."
_REGULATE = "To supervise services under the Online Safety Act 2023."
_L = LegalGateway
_FREELY, _NEVER, _LOW = OnwardRule.WITHIN_TERMS, OnwardRule.NOT_ALLOWED, Classification.OFFICIAL

_FROM_CENTRE = (
    Terms(CENTRE, "northshire-police", _L.CCA_7, _PROTECT, Tlp.RED, onward=_FREELY),
    Terms(CENTRE, "harbour-helpline", _L.GDPR_6_1_E, _SUPPORT, Tlp.RED, retention_days=365, onward=_FREELY),
    Terms(CENTRE, "lumen-social", _L.GDPR_6_1_F, _REMOVE, Tlp.AMBER_STRICT, retention_days=180, onward=_FREELY),
    Terms(CENTRE, "eastmere-childrens-services", _L.CA04_10_11, _SAFEGUARD, Tlp.AMBER_STRICT, onward=_FREELY),
    Terms(CENTRE, "aldermoor-unit", _L.CCA_7, _PROTECT, Tlp.RED, onward=_FREELY),
    Terms(CENTRE, "westmarch-constabulary", _L.COMMON_LAW, _PROTECT, Tlp.AMBER, (SURFACE, PHYSICAL)),
    Terms(
        CENTRE, "halyard-liaison", _L.CCA_7, _PROTECT, Tlp.AMBER_STRICT,
        harm_types=(
            "csam", "csam_ai_generated", "live_streaming", "trafficking", "exploitation_in_travel",
            "sexual_extortion", "solicitation_of_csam",
        ),
    ),
    Terms(
        CENTRE, "wrenfield-games", _L.GDPR_6_1_F, _REMOVE, Tlp.GREEN, (SURFACE,), retention_days=90, onward=_NEVER,
        harm_types=("grooming", "sexual_extortion", "unsolicited_obscene_material", "solicitation_of_csam", "other"),
    ),
    Terms(CENTRE, "cobblestack", _L.GDPR_6_1_F, _REMOVE, Tlp.AMBER, (SURFACE, DARK), retention_days=90, onward=_NEVER),
    Terms(CENTRE, "fernbank-hotline", _L.GDPR_6_1_E, _SUPPORT, Tlp.AMBER, (SURFACE, DARK), ends=21),
    # Ended a fortnight ago and not yet renewed: the board says so.
    Terms(CENTRE, "thistledown-trust", _L.CA04_10_11, _SUPPORT, Tlp.AMBER, (SURFACE, PHYSICAL), starts=-379, ends=-14),
    # Signed, but not yet in force.
    Terms(
        CENTRE, "digital-conduct", _L.OSA_66, _REGULATE, Tlp.GREEN, (SURFACE,), starts=12, classification=_LOW,
        harm_types=("misleading_domain", "csam", "csam_ai_generated"),
    ),
)  # fmt: skip

_TO_CENTRE = (
    ("lumen-social", _L.OSA_66, Tlp.RED),
    ("northshire-police", _L.COMMON_LAW, Tlp.RED),
    ("harbour-helpline", _L.GDPR_6_1_F, Tlp.RED),
    ("eastmere-childrens-services", _L.CA89_17_47, Tlp.RED),
    ("aldermoor-unit", _L.CCA_7, Tlp.RED),
    ("westmarch-constabulary", _L.COMMON_LAW, Tlp.RED),
    ("halyard-liaison", _L.DPA_35, Tlp.AMBER_STRICT),
    ("wrenfield-games", _L.OSA_66, Tlp.RED),
    ("cobblestack", _L.OSA_66, Tlp.RED),
    ("fernbank-hotline", _L.GDPR_6_1_F, Tlp.RED),
    ("thistledown-trust", _L.CDA_115, Tlp.AMBER),
    ("digital-conduct", _L.GDPR_6_1_E, Tlp.AMBER),
)

# What one agency may pass on to another by itself.
_BETWEEN = (
    Terms("northshire-police", "westmarch-constabulary", _L.COMMON_LAW, _PROTECT, Tlp.AMBER_STRICT),
    Terms("northshire-police", "eastmere-childrens-services", _L.CA04_10_11, _SAFEGUARD, Tlp.AMBER_STRICT),
    Terms("westmarch-constabulary", "northshire-police", _L.COMMON_LAW, _PROTECT, Tlp.AMBER_STRICT),
    Terms("aldermoor-unit", "northshire-police", _L.CCA_7, _PROTECT, Tlp.RED),
    Terms("harbour-helpline", "northshire-police", _L.GDPR_6_1_F, _PROTECT, Tlp.RED, (SURFACE, PHYSICAL)),
    Terms("aldermoor-unit", "halyard-liaison", _L.CCA_7, _PROTECT, Tlp.AMBER_STRICT, (DARK,)),
    Terms("digital-conduct", "cobblestack", _L.OSA_66, _REGULATE, Tlp.AMBER, (SURFACE,), onward=_NEVER),
    Terms("digital-conduct", "fernbank-hotline", _L.GDPR_6_1_E, _SUPPORT, Tlp.AMBER, (SURFACE,)),
    Terms("harbour-helpline", "thistledown-trust", _L.GDPR_9_2_G, _SUPPORT, Tlp.AMBER, (SURFACE, PHYSICAL)),
)  # fmt: skip

# Ended before their last day, because others took their place.
_REPLACED = (
    Terms(
        CENTRE, "westmarch-constabulary", _L.DPA_35, _PROTECT, Tlp.RED, (SURFACE,), starts=-520, ended=-201
    ),
    Terms(
        CENTRE, "halyard-liaison", _L.CCA_7, _PROTECT, Tlp.GREEN, starts=-420, ended=-215, classification=_LOW
    ),
)


def agreements() -> Iterator[tuple[str, Terms]]:
    """Every agreement with its reference; those that others replaced come first."""
    for number, terms in enumerate(_REPLACED, 31):
        yield f"SA-{number:03}", terms
    for number, terms in enumerate(_FROM_CENTRE, 1):
        yield f"SA-{number:03}", terms
    for number, (slug, gateway, ceiling) in enumerate(_TO_CENTRE, 51):
        yield f"SA-{number:03}", Terms(slug, CENTRE, gateway, _REPORT, ceiling)
    for number, terms in enumerate(_BETWEEN, 101):
        yield f"SA-{number}", terms
