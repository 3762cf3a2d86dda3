"""What is taken of everything in a CyberTipline report but its people: incident, police, sender, files?"""

from xml.etree.ElementTree import Element

from exchange import cybertipline_terms as terms
from exchange.cybertipline_elements import (
    DEVICE_ID,
    IP,
    PHONE,
    POSTAL,
    Rule,
    Rules,
    child_of,
    each,
    flag,
    left,
    line,
    mark,
    read_above,
    selector,
)
from exchange.cybertipline_gather import ESCALATE_REASON_LIMIT, Gathered, Whose, text_of
from exchange.xml_document import local_name

STAFF_LEFT = "the sender's own staff: not needed to act on the report"
STANDING_TEXT = "the sender's standing text, the same in every report"
FILE_NAMES_LEFT = "names of files can describe what they hold: they stay in the document as received"
OFFICER_LEFT = "an officer's name and address: the agency and the case number are enough to reach them"


def _keep(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    g.draft.wire[local_name(element.tag)] = text_of(element)


def _annotations(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, whose, element, path, REPORT_MARKS)
    g.draft.wire["reportAnnotations"] = sorted(g.annotations)


def incident_summary(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, whose, element, path, INCIDENT_SUMMARY)
    g.draft.occurred_at = g.time(g.draft.wire.get("incidentDateTime", ""), f"{path}/incidentDateTime")


REPORT_MARKS: Rules = {
    name: Rule(mark(lambda g: g.annotations), "An annotation of the report")
    for name in terms.REPORT_ANNOTATIONS
}
INCIDENT_SUMMARY: Rules = {
    "incidentType": Rule(_keep, "Kind of harm; the words sent are kept on the report"),
    "platform": Rule(_keep, "The service: in the summary line, and of accounts that name none"),
    "escalateToHighPriority": Rule(
        _keep,
        f"Band asked for: P1, with this text as the reason (its first {ESCALATE_REASON_LIMIT:,} characters)",
    ),
    "reportAnnotations": Rule(_annotations, "Annotations"),
    "incidentDateTime": Rule(_keep, "When it happened; without a zone, read as UTC, and that is said"),
    "incidentDateTimeDescription": line("About the time"),
}


def internet_details(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, whose, element, path, INTERNET_DETAILS)


def _incident(g: Gathered, _: Whose, element: Element, path: str) -> None:
    name = local_name(element.tag)
    g.incidents.add(name)
    service = next(
        (text for name in ("chatClient", "gameName", "client") if (text := text_of(child_of(element, name)))),
        "",
    )
    g.platform = g.platform or service
    label, _environment = terms.INCIDENTS[name]
    each(g, Whose(label, service or g.platform), element, path, INCIDENT)


INTERNET_DETAILS: Rules = {
    name: Rule(_incident, f"Details, under “{label}”; environment, where nothing above tells it")
    for name, (label, _) in terms.INCIDENTS.items()
}
INCIDENT: Rules = {
    "url": selector("url"),
    "emailAddress": selector("email"),
    "phoneNumber": PHONE,
    "ipCaptureEvent": IP,
    "chatClient": line("client"),
    "chatRoomName": line("room"),
    "gameName": line("name"),
    "console": line("console"),
    "client": line("client"),
    "name": line("name"),
    "content": line("what was said"),
    "additionalInfo": line(),
    "latitude": line("latitude"),
    "longitude": line("longitude"),
    "locationName": line("place"),
    "incidentAddress": POSTAL,
    "fileNames": left(FILE_NAMES_LEFT),
}


def law_enforcement(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, Whose("Law enforcement"), element, path, LAW_ENFORCEMENT)


LAW_ENFORCEMENT: Rules = {
    "agencyName": line("agency already informed"),
    "caseNumber": line("case number"),
    "reportedToLe": flag("the sender has reported this to the agency"),
    "servedLegalProcessDomestic": flag("domestic legal process was served on the sender"),
    "servedLegalProcessInternational": flag("international legal process was served on the sender"),
    "officerContact": left(OFFICER_LEFT),
}


def reporter(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, whose, element, path, REPORTER)


REPORTER: Rules = {
    "reportingPerson": left(STAFF_LEFT),
    "contactPerson": left(STAFF_LEFT),
    "companyTemplate": left(STANDING_TEXT),
    "termsOfService": left(STANDING_TEXT),
    "legalURL": left(STANDING_TEXT),
}


def file_details(g: Gathered, _: Whose, element: Element, path: str) -> None:
    """What is said of a file; the file itself is never here."""
    g.files.append(set())
    seen_at = g.time(text_of(child_of(element, "uploadedToEspTimestamp")), f"{path}/uploadedToEspTimestamp")
    whose = Whose(f"File {len(g.files)}", g.platform, seen_at=seen_at)
    each(g, whose, element, path, FILE)
    g.say(f"{whose.label}, annotations", ", ".join(sorted(g.files[-1])))


def _file_hash(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    value = text_of(element)
    if element.get("hashType", "").strip().upper() == "PDQ" and not value.lower().startswith("pdq:"):
        value = f"pdq:{value}"
    g.identifier("hash", value, path, whose, seen_at=whose.seen_at)


def _file_annotations(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    each(g, whose, element, path, FILE_MARKS)


FILE_MARKS: Rules = {
    name: Rule(mark(lambda g: g.files[-1]), "An annotation of the file") for name in terms.FILE_ANNOTATIONS
}
FILE: Rules = {
    "reportId": read_above("Which report of the document the file belongs to"),
    "uploadedToEspTimestamp": read_above("When the hash was seen"),
    "originalFileHash": Rule(
        _file_hash, "Selector: hash; a kind of hash that is not taken is refused by name"
    ),
    "locationOfFile": selector("url"),
    "ipCaptureEvent": IP,
    "deviceId": DEVICE_ID,
    "additionalInfo": line(),
    "fileViewedByEsp": line("viewed by a person at the provider"),
    "exifViewedByEsp": line("metadata viewed by the provider"),
    "publiclyAvailable": line("publicly available"),
    "fileRelevance": line("relevance"),
    "industryClassification": line("industry classification"),
    "fileAnnotations": Rule(_file_annotations, "Annotations, and the narrative"),
    "fileId": left("a number inside the sender's upload"),
    "originalFileName": left(FILE_NAMES_LEFT),
    "details": left("metadata of the file: it stays in the document as received"),
}
