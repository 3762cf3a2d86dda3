"""What may the demonstration's agencies disclose to each other? Enough for every path, with believable limits.

Agencies that have a client agreed to everything, so that a stranger with the printed credentials can travel the
whole path; the others show what a coordinator meets: a low ceiling, a missing environment, an agreement that ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ohsc.core.words import LegalGateway, Tlp
from ohsc.demo.agencies import CENTRE, DARK, EVERYWHERE, PHYSICAL, SURFACE


@dataclass(frozen=True)
class Terms:
    """From whom to whom, under which law, how far; `starts` and `ends` are days from today."""

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
    onward: str = "Not onward without the discloser's written agreement."

    def facts(self, today: date) -> dict:
        """What `agencies.actions.add_agreement` takes besides the parties."""
        starts, ends = today + timedelta(days=self.starts), today + timedelta(days=self.ends)
        return {
            "purpose": self.purpose,
            "gateway": self.gateway,
            "environments": list(self.environments),
            "harm_types": list(self.harm_types),
            "tlp_ceiling": self.ceiling,
            "onward_rule": self.onward,
            "retention_days": self.retention_days,
            "starts_on": starts,
            "ends_on": ends,
            "review_on": starts + (ends - starts) / 2,
            "signed_by": "The heads of both organisations",
        }


_PROTECT = "To investigate offences against children and to protect children at risk."
_REMOVE = "To remove content and act on accounts that breach the service's terms."
_SAFEGUARD = "To safeguard children and promote their welfare."
_SUPPORT = "To support children and families and to have content removed."
_REPORT = "To report suspected online child sexual exploitation and abuse for triage."
_REGULATE = "To supervise services under the Online Safety Act 2023."
_L = LegalGateway

_FROM_CENTRE = (
    Terms(CENTRE, "northshire-police", _L.CCA_7, _PROTECT, Tlp.RED),
    Terms(CENTRE, "harbour-helpline", _L.GDPR_6_1_E, _SUPPORT, Tlp.RED, retention_days=365),
    Terms(CENTRE, "lumen-social", _L.GDPR_6_1_F, _REMOVE, Tlp.AMBER_STRICT, retention_days=180),
    Terms(CENTRE, "eastmere-childrens-services", _L.CA04_10_11, _SAFEGUARD, Tlp.AMBER_STRICT),
    Terms(CENTRE, "aldermoor-unit", _L.CCA_7, _PROTECT, Tlp.RED),
    Terms(CENTRE, "westmarch-constabulary", _L.COMMON_LAW, _PROTECT, Tlp.AMBER, (SURFACE, PHYSICAL)),
    Terms(
        CENTRE, "halyard-liaison", _L.CCA_7, _PROTECT, Tlp.AMBER_STRICT,
        harm_types=(
            "csam", "csam_ai_generated", "live_streaming", "trafficking", "exploitation_in_travel",
            "sexual_extortion", "solicitation_of_csam",
        ),
    ),
    Terms(
        CENTRE, "wrenfield-games", _L.GDPR_6_1_F, _REMOVE, Tlp.GREEN, (SURFACE,), retention_days=90,
        harm_types=("grooming", "sexual_extortion", "unsolicited_obscene_material", "solicitation_of_csam", "other"),
    ),
    Terms(CENTRE, "cobblestack", _L.GDPR_6_1_F, _REMOVE, Tlp.AMBER, (SURFACE, DARK), retention_days=90),
    Terms(CENTRE, "fernbank-hotline", _L.GDPR_6_1_E, _SUPPORT, Tlp.AMBER, (SURFACE, DARK), ends=21),
    # Ended a fortnight ago and not yet renewed: the board says so.
    Terms(CENTRE, "thistledown-trust", _L.CA04_10_11, _SUPPORT, Tlp.AMBER, (SURFACE, PHYSICAL), starts=-379, ends=-14),
    # Signed, but not yet in force.
    Terms(
        CENTRE, "digital-conduct", _L.OSA_66, _REGULATE, Tlp.GREEN, (SURFACE,), starts=12,
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
)  # fmt: skip


def agreements() -> Iterator[tuple[str, Terms]]:
    """Every agreement with its reference."""
    for number, terms in enumerate(_FROM_CENTRE, 1):
        yield f"SA-{number:03}", terms
    for number, (slug, gateway, ceiling) in enumerate(_TO_CENTRE, 51):
        yield f"SA-{number:03}", Terms(slug, CENTRE, gateway, _REPORT, ceiling)
    for number, terms in enumerate(_BETWEEN, 101):
        yield f"SA-{number}", terms
