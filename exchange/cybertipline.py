"""What does a CyberTipline document say, in the words of our own create body?

`read` takes the bytes of one document, a `<report>` or any wrapper that holds several, and gives one draft a
report. The tables are in `cybertipline_terms` (words), `cybertipline_people` and `cybertipline_parts` (elements),
and in prose in docs/formats/cybertipline.md. In short:

- incident type and annotations give the harm code; incident details and addresses give the environment; what
  neither tells stays unset and is said to be missing;
- a text in escalateToHighPriority is an escalation: P1, with that text as the reason;
- what identifies the reported user becomes selectors; his name and address stand in the narrative;
- what identifies a child becomes no selector. Accounts and numbers stand in the narrative; name, birth date,
  address and school stay in the document as received; the age becomes a band;
- the sender's staff, standing texts and the names of files are left, and every omission is listed.

Broken XML, document types, entities, imagery, a wrong root and documents over the limits are refused whole.
"""

import re
from datetime import date
from functools import partial
from xml.etree.ElementTree import Element

from exchange import cybertipline_parts as parts
from exchange import cybertipline_people as people
from exchange import cybertipline_terms as terms
from exchange.cybertipline_elements import Take, each
from exchange.cybertipline_gather import NARRATIVE_LIMIT, Gathered, text_of
from exchange.document import DocumentRefused
from exchange.drafts import Draft, Reading, Skipped
from exchange.xml_document import local_name, named_children, parse
from referrals.priority import actionability

__all__ = ["DocumentRefused", "Draft", "Reading", "Skipped", "read"]

ESCALATE_REASON_LIMIT = 3_000
EXTERNAL_REF_LIMIT = 200
_NAMEABLE = re.compile(r"[\w .,&'()+!-]{1,80}")


def read(document: bytes) -> Reading:
    """One draft for each report in the document. DocumentRefused, with a sentence, if it is not taken."""
    root = parse(document)
    name = local_name(root.tag)
    if name == "report":
        return Reading([_draft(root, "report", [])])
    children = list(named_children(root, name))
    reports = [(path, child) for child_name, path, child in children if child_name == "report"]
    if not reports:
        raise DocumentRefused(
            "wrong_root", "This is no CyberTipline document: its root is not <report> and holds no <report>."
        )
    reading = Reading()
    files: dict[int, list[tuple[str, Element]]] = {}
    for child_name, path, child in children:
        if child_name == "report":
            continue
        owner = _owner(child, reports) if child_name == "fileDetails" else None
        if owner is None:
            reading.skipped.append(
                Skipped(path, "beside the reports, and it does not say to which it belongs")
            )
        else:
            files.setdefault(owner, []).append((path, child))
    reading.drafts = [
        _draft(report, path, files.get(place, [])) for place, (path, report) in enumerate(reports)
    ]
    return reading


def _owner(file: Element, reports: list[tuple[str, Element]]) -> int | None:
    """Which report a file beside the reports belongs to: the one it names, or the only one."""
    number = _report_id(file)
    named = [place for place, (_, report) in enumerate(reports) if number and _report_id(report) == number]
    return named[0] if named else 0 if len(reports) == 1 else None


def _report_id(element: Element) -> str:
    return next((text_of(child) for child in element if local_name(child.tag) == "reportId"), "")


def _draft(report: Element, path: str, files: list[tuple[str, Element]]) -> Draft:
    g = Gathered()
    _add_reference(g, _report_id(report), path)
    g.platform = _platform_of(report)
    takes: dict[str, Take] = {
        "reportId": lambda element, path: None,
        "batchedReport": lambda element, path: _batched(g, element),
        "incidentSummary": partial(parts.incident_summary, g),
        "internetDetails": partial(parts.internet_details, g),
        "lawEnforcement": partial(parts.law_enforcement, g),
        "reporter": partial(parts.reporter, g),
        "personOrUserReported": partial(people.reported_user, g),
        "intendedRecipient": partial(people.intended_recipient, g),
        "victim": partial(people.victim, g),
        "fileDetails": partial(parts.file_details, g),
        "additionalInfo": lambda element, path: g.say("From the sender", text_of(element)),
    }
    each(g, report, path, takes)
    for file_path, file in files:
        parts.file_details(g, file, file_path)
    return _finished(g, path)


def _add_reference(g: Gathered, number: str, path: str) -> None:
    if len(number) > EXTERNAL_REF_LIMIT:
        g.refuse(f"{path}/reportId", f"a reference has at most {EXTERNAL_REF_LIMIT} characters")
    else:
        g.draft.external_ref = number or None


def _platform_of(report: Element) -> str:
    """The service the sender names for the whole report, so that it is known before the accounts are read."""
    summary = next((child for child in report if local_name(child.tag) == "incidentSummary"), None)
    return next((text_of(child) for child in summary or () if local_name(child.tag) == "platform"), "")


def _batched(g: Gathered, element: Element) -> None:
    g.draft.wire["batchedReport"] = element.get("reason", "")
    g.say("Sent as a batch", element.get("reason", "") or "no reason given")


def _finished(g: Gathered, path: str) -> Draft:
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
    """An onion address is the dark web; a harm in person is the physical world; a service is the surface web."""
    addresses = [one["value"] for one in g.draft.selectors if one["kind"] == "url"]
    if any(re.match(r"[a-z]+://[^/]*\.onion(?:[:/]|$)", address) for address in addresses):
        return "dark_web"
    if g.draft.harm_type in terms.ENVIRONMENT_OF_HARM:
        return terms.ENVIRONMENT_OF_HARM[g.draft.harm_type]
    if g.incidents & set(terms.ONLINE_INCIDENTS):
        return "surface_web"
    if "nonInternetIncident" in g.incidents:
        return "physical_world"
    return "surface_web" if g.platform else None


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
    elif "informational" in g.annotations:
        g.draft.source_priority = "INFO"
    if len(reason) > ESCALATE_REASON_LIMIT:
        g.skip(f"{path}/incidentSummary/escalateToHighPriority", "what follows the 3,000th character")
    said = {
        "minorToMinorInteraction": "the sender says that this is between children",
        "spam": "the sender says that this may be spam",
        "sadisticOnlineExploitation": "the sender says that this is sadistic online exploitation",
    }
    for annotation, sentence in said.items():
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
