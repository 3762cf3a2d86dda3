"""What is taken of everything in a CyberTipline report but its people: incident, police, sender, files?"""

from functools import partial
from xml.etree.ElementTree import Element

from exchange.cybertipline_elements import (
    Take,
    address,
    child_of,
    device,
    each,
    flag_line,
    ip_capture,
    line,
    mark,
    nothing,
    phone,
    selector,
)
from exchange.cybertipline_gather import Gathered, Whose, text_of
from exchange.cybertipline_terms import FILE_ANNOTATIONS, REPORT_ANNOTATIONS
from exchange.xml_document import local_name

STAFF_LEFT = "the sender's own staff: not needed to act on the report"
STANDING_TEXT = "the sender's standing text, the same in every report"
FILE_NAMES_LEFT = "names of files can describe what they hold: they stay in the document as received"


def incident_summary(g: Gathered, element: Element, path: str) -> None:
    wire = g.draft.wire

    def keep(child: Element, child_path: str) -> None:
        wire[local_name(child.tag)] = text_of(child)

    def annotations(child: Element, child_path: str) -> None:
        marks = {name: mark(g.annotations, name) for name in REPORT_ANNOTATIONS}
        each(g, child, child_path, marks)
        wire["reportAnnotations"] = sorted(g.annotations)

    takes: dict[str, Take] = dict.fromkeys(
        ("incidentType", "incidentDateTime", "platform", "escalateToHighPriority"), keep
    )
    takes["reportAnnotations"] = annotations
    takes["incidentDateTimeDescription"] = line(g, "About the time")
    each(g, element, path, takes)
    g.draft.occurred_at = g.time(wire.get("incidentDateTime", ""), f"{path}/incidentDateTime")


def internet_details(g: Gathered, element: Element, path: str) -> None:
    online = {
        "webPageIncident": "Web page",
        "emailIncident": "E-mail",
        "newsgroupIncident": "Newsgroup",
        "chatImIncident": "Chat",
        "onlineGamingIncident": "Online game",
        "cellPhoneIncident": "Telephone",
        "nonInternetIncident": "Not on the internet",
        "peer2peerIncident": "Peer to peer",
    }
    each(g, element, path, {name: partial(_incident, g, label) for name, label in online.items()})


def _incident(g: Gathered, label: str, element: Element, path: str) -> None:
    g.incidents.add(local_name(element.tag))
    service = next(
        (text for name in ("chatClient", "gameName", "client") if (text := text_of(child_of(element, name)))),
        "",
    )
    g.platform = g.platform or service
    whose = Whose(label, service or g.platform)
    takes: dict[str, Take] = {
        "url": selector(g, "url", whose),
        "emailAddress": selector(g, "email", whose),
        "phoneNumber": partial(phone, g, whose),
        "ipCaptureEvent": partial(ip_capture, g, whose),
        "chatClient": line(g, f"{label}, client"),
        "chatRoomName": line(g, f"{label}, room"),
        "gameName": line(g, f"{label}, name"),
        "console": line(g, f"{label}, console"),
        "client": line(g, f"{label}, client"),
        "name": line(g, f"{label}, name"),
        "content": line(g, f"{label}, what was said"),
        "additionalInfo": line(g, label),
        "latitude": line(g, f"{label}, latitude"),
        "longitude": line(g, f"{label}, longitude"),
        "locationName": line(g, f"{label}, place"),
        "incidentAddress": partial(address, g, whose),
    }
    each(g, element, path, takes, {"fileNames": FILE_NAMES_LEFT})


def law_enforcement(g: Gathered, element: Element, path: str) -> None:
    label = "Law enforcement"
    takes: dict[str, Take] = {
        "agencyName": line(g, f"{label}, agency already informed"),
        "caseNumber": line(g, f"{label}, case number"),
        "reportedToLe": flag_line(g, label, "the sender has reported this to the agency"),
        "servedLegalProcessDomestic": flag_line(g, label, "domestic legal process was served on the sender"),
        "servedLegalProcessInternational": flag_line(
            g, label, "international legal process was served on the sender"
        ),
    }
    left = {
        "officerContact": "an officer's name and address: the agency and the case number are enough to reach them"
    }
    each(g, element, path, takes, left)


def reporter(g: Gathered, element: Element, path: str) -> None:
    left = dict.fromkeys(("reportingPerson", "contactPerson"), STAFF_LEFT)
    left |= dict.fromkeys(("companyTemplate", "termsOfService", "legalURL"), STANDING_TEXT)
    each(g, element, path, {}, left)


def file_details(g: Gathered, element: Element, path: str) -> None:
    """What is said of a file; the file itself is never here."""
    number = len(g.files) + 1
    whose, marks = Whose(f"File {number}", g.platform), set[str]()
    g.files.append(marks)
    seen_at = g.time(text_of(child_of(element, "uploadedToEspTimestamp")), f"{path}/uploadedToEspTimestamp")
    label = whose.label
    takes: dict[str, Take] = {
        "reportId": nothing,
        "uploadedToEspTimestamp": nothing,
        "originalFileHash": partial(_file_hash, g, whose, seen_at),
        "locationOfFile": selector(g, "url", whose),
        "ipCaptureEvent": partial(ip_capture, g, whose),
        "deviceId": partial(device, g, whose),
        "additionalInfo": line(g, label),
        "fileViewedByEsp": line(g, f"{label}, viewed by a person at the provider"),
        "exifViewedByEsp": line(g, f"{label}, metadata viewed by the provider"),
        "publiclyAvailable": line(g, f"{label}, publicly available"),
        "fileRelevance": line(g, f"{label}, relevance"),
        "industryClassification": line(g, f"{label}, industry classification"),
        "fileAnnotations": lambda child, child_path: each(
            g, child, child_path, {name: mark(marks, name) for name in FILE_ANNOTATIONS}
        ),
    }
    left = {"fileId": "a number inside the sender's upload", "originalFileName": FILE_NAMES_LEFT}
    each(
        g,
        element,
        path,
        takes,
        left | {"details": "metadata of the file: it stays in the document as received"},
    )
    g.say(f"{label}, annotations", ", ".join(sorted(marks)))


def _file_hash(g: Gathered, whose: Whose, seen_at: str | None, element: Element, path: str) -> None:
    value = text_of(element)
    if element.get("hashType", "").strip().upper() == "PDQ" and not value.lower().startswith("pdq:"):
        value = f"pdq:{value}"
    g.identifier("hash", value, path, whose, seen_at=seen_at)
