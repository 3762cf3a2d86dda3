"""What does a CyberTipline document say, in the words of our own create body?

`read` takes the bytes of one document, a `<report>` or any wrapper that holds several, and gives one draft a
report. The tables are in `cybertipline_terms` (words), `cybertipline_people` and `cybertipline_parts` (elements) and
`cybertipline_meaning` (what they add up to); `cybertipline_mapping` shows them to people. In short:

- incident type and annotations give the harm code; incident details and addresses give the environment; what
  neither tells stays unset and is said to be missing;
- a text in escalateToHighPriority is an escalation: P1, with that text as the reason;
- what identifies the reported user becomes selectors; his name and address stand in the narrative;
- what identifies a child becomes no selector. Accounts and numbers stand in the narrative; name, birth date,
  address and school stay in the document as received; the age becomes a band;
- the sender's staff, standing texts and the names of files are left, and every omission is listed.

Broken XML, document types, entities, imagery, a wrong root and documents over the limits are refused whole.
"""

from xml.etree.ElementTree import Element

from exchange import cybertipline_parts as parts
from exchange import cybertipline_people as people
from exchange.cybertipline_elements import Rule, Rules, each, line, read_above
from exchange.cybertipline_gather import Gathered, Whose, text_of
from exchange.cybertipline_meaning import finished
from exchange.document import DocumentRefused
from exchange.drafts import Draft, Reading, Skipped
from exchange.xml_document import local_name, named_children, parse

__all__ = ["DocumentRefused", "Draft", "Reading", "Skipped", "read"]

EXTERNAL_REF_LIMIT = 200
NOBODY = Whose("")


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
    each(g, NOBODY, report, path, REPORT)
    for file_path, file in files:
        parts.file_details(g, NOBODY, file, file_path)
    return finished(g, path)


def _add_reference(g: Gathered, number: str, path: str) -> None:
    if len(number) > EXTERNAL_REF_LIMIT:
        g.refuse(f"{path}/reportId", f"a reference has at most {EXTERNAL_REF_LIMIT} characters")
    else:
        g.draft.external_ref = number or None


def _platform_of(report: Element) -> str:
    """The service the sender names for the whole report, so that it is known before the accounts are read."""
    summary = next((child for child in report if local_name(child.tag) == "incidentSummary"), None)
    return next((text_of(child) for child in summary or () if local_name(child.tag) == "platform"), "")


def _batched(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    g.draft.wire["batchedReport"] = element.get("reason", "")
    g.say("Sent as a batch", element.get("reason", "") or "no reason given")


REPORT: Rules = {
    "reportId": read_above("Your own reference: a report of the same number is made once"),
    "batchedReport": Rule(_batched, "Narrative: the reason of the batch"),
    "incidentSummary": Rule(parts.incident_summary, "The incident"),
    "internetDetails": Rule(parts.internet_details, "Where on the internet"),
    "lawEnforcement": Rule(parts.law_enforcement, "Police already informed"),
    "reporter": Rule(parts.reporter, "The sender"),
    "personOrUserReported": Rule(people.reported_user, "The reported user"),
    "intendedRecipient": Rule(people.intended_recipient, "The child, or whom it was meant for"),
    "victim": Rule(people.victim, "A child; of several, factor: more than one child, yes"),
    "fileDetails": Rule(parts.file_details, "What is said of a file"),
    "additionalInfo": line("From the sender"),
}
