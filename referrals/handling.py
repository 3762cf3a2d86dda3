"""What does each marking permit of this referral, and why not more, in words?

The one home of the rules of handling; where they bite calls it and decides nothing itself. Pure over values already
fetched, as `agencies.agreements`. What an agreement's ceiling reaches is asked there; who may open a narrative, in
`referrals.access`. A table of what each marking does stands in docs/handling.md, and why in decision 0018.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from ohsc.core.words import Classification, HandlingCode, Pap, Sector, Tlp

# The columns of a referral that say how it may be handled; a list fetches these for its marking.
COLUMNS = (
    "classification", "tlp", "pap", "source_grade", "information_grade", "handling_code", "handling_conditions",
)  # fmt: skip

POINTER = "Held elsewhere"
CEILING = (
    "The platform holds OFFICIAL and OFFICIAL-SENSITIVE only. Nothing of this was kept. Keep what is higher where it "
    f"is, and send a pointer: a referral whose summary begins “{POINTER}”, with handling code C and, as its "
    "conditions, whom to contact."
)
_ABOVE = {
    "s",
    "ts",
    "uks",
    "ukts",
    "cts",
    "strap",
}  # short for SECRET and TOP SECRET, beside any spelling of them

TLP_PERMITS: dict[str, str] = {
    Tlp.RED: "Only for those it was given to: not passed on, and its content goes by no file and no interface.",
    Tlp.AMBER_STRICT: "Only within your organisation: not passed on to another.",
    Tlp.AMBER: "Within your organisation; to another only under an agreement that reaches TLP:AMBER.",
    Tlp.GREEN: "Within the community of those who take part, under an agreement; not in public.",
    Tlp.CLEAR: "May be shared as the law and the agreements allow.",
}
PAP_PERMITS: dict[str, str] = {
    Pap.RED: "Passive work only: nothing whoever it is about, or their service, could notice.",
    Pap.AMBER: "Checks with others that nobody it is about could notice; nothing is done to an account or a service.",
    Pap.GREEN: "Action on accounts and services is permitted; no attack on them.",
    Pap.CLEAR: "No limit on the action taken.",
}


def is_above(classification: str) -> bool:
    """Does this word say SECRET or TOP SECRET, however it is spelt? (Government Security Classifications Policy:
    the tiers above OFFICIAL, with their prefixes and national caveats, as UK SECRET or TOP SECRET STRAP.)"""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", classification)).casefold()
    return "secret" in letters or letters in _ABOVE


def problems(handling: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the handling a source gives, by field: the same through form, interface and import.

    GSCP: the ceiling is OFFICIAL-SENSITIVE. 3x5x2 intelligence report: handling code C means lawful sharing with
    conditions, so the conditions are said.
    """
    found = {}
    classification = handling.get("classification") or Classification.OFFICIAL_SENSITIVE
    if is_above(classification) or classification not in Classification.values:
        found["classification"] = CEILING
    if handling.get("code") == HandlingCode.CONDITIONS and not (handling.get("conditions") or "").strip():
        found["conditions"] = "Code C needs its conditions said."
    return found


def is_pointer(summary: str) -> bool:
    """Does it only say that something is held elsewhere?"""
    return summary.strip().casefold().startswith(POINTER.casefold())


def pointer_problems(
    summary: str, *, narrative: str, selectors: Collection[Any], handling: Mapping[str, Any]
) -> dict[str, str]:
    """A pointer names whom to contact, and holds nothing of what is held elsewhere. By field; none for no pointer."""
    if not is_pointer(summary):
        return {}
    found = {}
    if handling.get("code") != HandlingCode.CONDITIONS or not handling.get("conditions"):
        found["conditions"] = "A pointer says whom to contact: give it as the conditions of code C."
    if narrative:
        found["narrative"] = "A pointer has no narrative: that stays where it is held."
    if selectors:
        found["selectors"] = "A pointer has no selectors: they stay where they are held."
    return found


def why_not_to(referral: Any, sector: str, name: str) -> str:
    """Why its handling keeps this referral from that agency, as one sentence; "" when it does not."""
    passed_on = why_not_passed_on(referral.tlp) if referral.status == "accepted" else ""
    return passed_on or why_no_action(referral.pap, sector, name)


def why_not_passed_on(tlp: str) -> str:
    """TLP 2.0: what is marked RED or AMBER+STRICT does not go from one organisation to another. It goes back to the
    Centre, to which the source gave it, and the Centre may offer it under its own agreement."""
    if tlp not in (Tlp.RED, Tlp.AMBER_STRICT):
        return ""
    return f"{Tlp(tlp).label} is not passed on. Once it is returned, the Centre may offer it under its own agreement."


def why_no_action(pap: str, sector: str, name: str) -> str:
    """PAP: a platform that is asked acts on its own service, and whoever it is about could notice. RED and AMBER do
    not permit that."""
    if sector != Sector.INDUSTRY or pap not in (Pap.RED, Pap.AMBER):
        return ""
    return (
        f"{Pap(pap).label} permits no action that could be noticed, and {name} would act on its own service."
    )


def may_leave(tlp: str, *, is_own: bool) -> bool:
    """May its content go out by the interface or in a file? (TLP 2.0: RED is for the eyes and ears of those it was
    given to, and no further; whoever sent it may read back what it sent.)"""
    return is_own or tlp != Tlp.RED


WITHHELD = f"Withheld: {Tlp.RED.label}"  # in the place of what may not leave, where a cell cannot be empty


def asks_for_conditions(handling_code: str) -> bool:
    """3x5x2, code C: whoever accepts says that they have read the conditions."""
    return handling_code == HandlingCode.CONDITIONS


def marking(of: Mapping[str, Any]) -> str:
    """The line that is shown wherever the referral is, such as “OFFICIAL-SENSITIVE · TLP:AMBER · PAP:RED · 1BC”."""
    said = [of["classification"], Tlp(of["tlp"]).label, Pap(of["pap"]).label if of["pap"] else ""]
    if of["source_grade"] or of["information_grade"] or of["handling_code"]:
        # What is not said stands as a dash, so that no letter is read as another's.
        graded = (of["source_grade"] or "–", of["information_grade"] or "–", of["handling_code"] or "–")
        said.append("".join(graded))
    if of["handling_conditions"]:
        said.append("conditions")
    return " · ".join(word for word in said if word)


def permits(of: Mapping[str, Any]) -> list[str]:
    """What the marking permits, in sentences, for who is about to act on it."""
    said = [f"{Tlp(of['tlp']).label}: {TLP_PERMITS[of['tlp']]}"]
    if of["pap"]:
        said.append(f"{Pap(of['pap']).label}: {PAP_PERMITS[of['pap']]}")
    if of["handling_conditions"]:
        said.append(f"Conditions: {of['handling_conditions']}")
    return said
