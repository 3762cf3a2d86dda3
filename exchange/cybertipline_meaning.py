"""What do the parts of a CyberTipline report add up to: harm, environment, factors, escalation, one neutral line?"""

import re
from collections.abc import Callable
from datetime import date

from exchange import cybertipline_terms as terms
from exchange.cybertipline_gather import ESCALATE_REASON_LIMIT, NARRATIVE_LIMIT, Gathered
from exchange.drafts import Draft
from referrals.priority import actionability

_NAMEABLE = re.compile(r"[\w .,&'()+!-]{1,80}")


def finished(g: Gathered, path: str) -> Draft:
    """The draft, once everything in the report was gathered."""
    draft = g.draft
    draft.harm_type = _harm_type(g)
    draft.environment = _environment(g)
    _add_factors(g)
    _add_escalation(g, path)
    draft.jurisdiction = g.countries.get(False) or g.countries.get(True)
    draft.summary = _summary(g)
    _add_narrative(g, path)
    if g.files:
        draft.wire["fileAnnotations"] = [sorted(marks) for marks in g.files]
    draft.missing = list(actionability(draft.body()).missing)
    if g.times_without_zone:
        draft.missing.append("a time zone: times sent without one were read as UTC")
    return draft


def _harm_type(g: Gathered) -> str | None:
    key = terms.key_of(g.draft.wire.get("incidentType", ""))
    harm = next(
        (code for name, code in terms.HARM_OF_TYPE.items() if key == name or key.startswith(f"{name} ")), None
    )
    for annotation, refines, refined, of in terms.REFINEMENTS:
        said = {
            "report": annotation in g.annotations,
            "any": any(annotation in marks for marks in g.files),
            "every": bool(g.files) and all(annotation in marks for marks in g.files),
        }[of]
        if said and harm in refines:
            return refined
    return harm


def _environment(g: Gathered) -> str | None:
    """The first rule that holds; where none does, it stays unset."""
    return next((environment for _, holds, environment in ENVIRONMENTS if holds(g)), None)


def _on_an_onion_service(g: Gathered) -> bool:
    addresses = [one["value"] for one in g.draft.selectors if one["kind"] == "url"]
    return any(re.match(r"[a-z]+://[^/]*\.onion(?:[:/]|$)", address) for address in addresses)


def _is_harm(code: str) -> Callable[[Gathered], bool]:
    return lambda g: g.draft.harm_type == code


def _has_details_in(environment: str) -> Callable[[Gathered], bool]:
    names = {name for name, (_, where) in terms.INCIDENTS.items() if where == environment}
    return lambda g: bool(g.incidents & names)


# What is seen, whether it holds of a report, and the environment it then is. The first that holds counts: an onion
# address is the dark web, a harm in person the physical world, and a service the surface web.
ENVIRONMENTS: tuple[tuple[str, Callable[[Gathered], bool], str], ...] = (
    ("a URL on an onion service", _on_an_onion_service, "dark_web"),
    *(
        (f"the kind of harm {code}", _is_harm(code), environment)
        for code, environment in terms.ENVIRONMENT_OF_HARM.items()
    ),
    ("details of an incident on the internet", _has_details_in("surface_web"), "surface_web"),
    ("details of an incident not on the internet", _has_details_in("physical_world"), "physical_world"),
    ("a named service", lambda g: bool(g.platform), "surface_web"),
)


def _add_factors(g: Gathered) -> None:
    said = g.annotations.union(*g.files)
    for annotation, (factor, answer) in terms.FACTORS_OF_ANNOTATION.items():
        if annotation in said:
            g.answer(factor, answer)
    if g.victims > 1:
        g.answer("multiple_children", "yes")
    ages = g.ages + [_age_at(born, g.draft.occurred_at) for born in g.births if g.draft.occurred_at]
    bands = [band for age in ages if (band := terms.age_band(age))]
    # Age is that of the youngest child, as hotlines count it; what is said of a file may make it younger.
    known = bands + [band for band in [g.draft.factors.get("child_age_band")] if band]
    if known:
        g.answer("child_age_band", min(known, key=lambda band: int(band.split("-")[0])))


def _age_at(born: date, occurred_at: str | None) -> int:
    then = date.fromisoformat((occurred_at or "")[:10])
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))


def _add_escalation(g: Gathered, path: str) -> None:
    reason = g.draft.wire.get("escalateToHighPriority", "")
    if reason:
        g.draft.source_priority, g.draft.escalate_reason = "P1", reason[:ESCALATE_REASON_LIMIT]
    elif terms.INFORMATIONAL in g.annotations:
        g.draft.source_priority = "INFO"
    if len(reason) > ESCALATE_REASON_LIMIT:
        g.skip(f"{path}/incidentSummary/escalateToHighPriority", "what follows the 3,000th character")
    for annotation, sentence in terms.SENTENCE_OF_ANNOTATION.items():
        if annotation in g.annotations:
            g.say("Annotation", sentence)


def _summary(g: Gathered) -> str:
    """One neutral line from the kind of harm and the service. Nothing else that was sent is ever quoted here."""
    words = terms.SUMMARY_OF_HARM.get(g.draft.harm_type or "", terms.SUMMARY_OF_UNKNOWN)
    service = " ".join(g.platform.split())
    return (
        f"{words}, on {service}." if _NAMEABLE.fullmatch(service) else f"{words}; the service is not named."
    )


def _add_narrative(g: Gathered, path: str) -> None:
    narrative = "\n".join(g.lines)
    if len(narrative) > NARRATIVE_LIMIT:
        narrative = narrative[: NARRATIVE_LIMIT - 60] + "\n(The rest is in the document as received.)"
        g.skip(
            path,
            f"what follows the {NARRATIVE_LIMIT:,}th character of the narrative: it is in the document as received",
        )
    g.draft.narrative = narrative
