"""Which elements of a CyberTipline report are taken, which are left, and into what?

Each function reads one element of the format by a table: the name of a child and what is done with it. A name
in no table is skipped and named, never an error, because the format grows.
"""

from collections.abc import Callable, Mapping
from functools import partial
from xml.etree.ElementTree import Element

from exchange.cybertipline_gather import Gathered, Whose, is_true, text_of
from exchange.cybertipline_terms import FILE_ANNOTATIONS, REPORT_ANNOTATIONS
from exchange.xml_document import local_name, named_children

Take = Callable[[Element, str], None]

UNKNOWN = "no element that this platform knows"
CHILD_LEFT = (
    "a child's name, birth date, address and school are not copied: they stay in the document as received"
)
STAFF_LEFT = "the sender's own staff: not needed to act on the report"
STANDING_TEXT = "the sender's standing text, the same in every report"
FILE_NAMES_LEFT = "names of files can describe what they hold: they stay in the document as received"


def each(
    g: Gathered, element: Element, path: str, takes: Mapping[str, Take], leaves: Mapping[str, str] = {}
) -> None:
    """Give every child to what takes it; name what is left, and why."""
    for name, child_path, child in named_children(element, path):
        if name in takes:
            takes[name](child, child_path)
        else:
            g.skip(child_path, leaves.get(name, UNKNOWN))


def _nothing(_element: Element, _path: str) -> None:
    """Read by the one who called."""


def _line(g: Gathered, label: str) -> Take:
    return lambda element, path: g.say(label, text_of(element))


def _flag_line(g: Gathered, label: str, sentence: str) -> Take:
    return lambda element, path: g.say(label, sentence) if is_true(element) else None


def _selector(g: Gathered, kind: str, whose: Whose) -> Take:
    return lambda element, path: g.identifier(kind, text_of(element), path, whose)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child.tag) == name), None)


def incident_summary(g: Gathered, element: Element, path: str) -> None:
    wire = g.draft.wire

    def keep(child: Element, child_path: str) -> None:
        wire[local_name(child.tag)] = text_of(child)

    def annotations(child: Element, child_path: str) -> None:
        marks = {name: _mark(g.annotations, name) for name in REPORT_ANNOTATIONS}
        each(g, child, child_path, marks)
        wire["reportAnnotations"] = sorted(g.annotations)

    takes: dict[str, Take] = dict.fromkeys(
        ("incidentType", "incidentDateTime", "platform", "escalateToHighPriority"), keep
    )
    takes["reportAnnotations"] = annotations
    takes["incidentDateTimeDescription"] = _line(g, "About the time")
    each(g, element, path, takes)
    g.draft.occurred_at = g.time(wire.get("incidentDateTime", ""), f"{path}/incidentDateTime")


def _mark(marks: set[str], name: str) -> Take:
    """An annotation is said by being there; one that says false is not."""
    return lambda element, path: None if text_of(element).lower() in ("false", "0") else marks.add(name)


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
        (text for name in ("chatClient", "gameName", "client") if (text := text_of(_child(element, name)))),
        "",
    )
    g.platform = g.platform or service
    whose = Whose(label, service or g.platform)
    takes: dict[str, Take] = {
        "url": _selector(g, "url", whose),
        "emailAddress": _selector(g, "email", whose),
        "phoneNumber": partial(_phone, g, whose),
        "ipCaptureEvent": partial(_ip_capture, g, whose),
        "chatClient": _line(g, f"{label}, client"),
        "chatRoomName": _line(g, f"{label}, room"),
        "gameName": _line(g, f"{label}, name"),
        "console": _line(g, f"{label}, console"),
        "client": _line(g, f"{label}, client"),
        "name": _line(g, f"{label}, name"),
        "content": _line(g, f"{label}, what was said"),
        "additionalInfo": _line(g, label),
        "latitude": _line(g, f"{label}, latitude"),
        "longitude": _line(g, f"{label}, longitude"),
        "locationName": _line(g, f"{label}, place"),
        "incidentAddress": partial(_address, g, whose),
    }
    each(g, element, path, takes, {"fileNames": FILE_NAMES_LEFT})


def law_enforcement(g: Gathered, element: Element, path: str) -> None:
    label = "Law enforcement"
    takes: dict[str, Take] = {
        "agencyName": _line(g, f"{label}, agency already informed"),
        "caseNumber": _line(g, f"{label}, case number"),
        "reportedToLe": _flag_line(g, label, "the sender has reported this to the agency"),
        "servedLegalProcessDomestic": _flag_line(g, label, "domestic legal process was served on the sender"),
        "servedLegalProcessInternational": _flag_line(
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


def reported_user(g: Gathered, element: Element, path: str) -> None:
    _subject(g, element, path, Whose("Reported user"), "personOrUserReportedPerson")


def intended_recipient(g: Gathered, element: Element, path: str) -> None:
    _subject(g, element, path, Whose("Child or intended recipient", is_child=True), "intendedRecipientPerson")


def victim(g: Gathered, element: Element, path: str) -> None:
    g.victims += 1
    _subject(g, element, path, Whose("Child", is_child=True), "victimPerson")


def _subject(g: Gathered, element: Element, path: str, whose: Whose, person: str) -> None:
    service = text_of(_child(element, "espService"))
    if service and not whose.is_child:
        g.platform = g.platform or service
    whose = Whose(whose.label, service or g.platform, whose.is_child)
    takes = _account_takes(g, whose) | {
        person: partial(_person, g, whose),
        "vehicleDescription": _line(g, f"{whose.label}, vehicle"),
        "compromisedAccount": _flag_line(
            g, whose.label, "the account may have been taken over by somebody else"
        ),
        "thirdPartyUserReported": _flag_line(g, whose.label, "not a user of the sender's own service"),
        "priorCTReports": partial(_prior_report, g, whose),
        "estimatedLocation": partial(_location, g, whose),
        "associatedAccount": partial(_associated, g, whose),
    }
    each(
        g,
        element,
        path,
        takes,
        {"schoolName": CHILD_LEFT, "allEmailsReported": "says only whether a list is complete"},
    )


def _account_takes(g: Gathered, whose: Whose) -> dict[str, Take]:
    """What a user, a child's account and an associated account have in common."""
    return {
        "espService": _nothing,
        "espIdentifier": _selector(g, "account", whose),
        "screenName": _selector(g, "account", whose),
        "profileUrl": _selector(g, "url", whose),
        "groupIdentifier": _selector(g, "other", whose),
        "displayName": _line(g, f"{whose.label}, name shown"),
        "profileBio": _line(g, f"{whose.label}, profile text"),
        "additionalInfo": _line(g, whose.label),
        "ipCaptureEvent": partial(_ip_capture, g, whose),
        "deviceId": partial(_device, g, whose),
    }


def _associated(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """Another account of the same person; a parent's or a third party's is no suspect's, and is kept apart."""
    kind = element.get("accountType", "Other")
    apart = (
        whose.is_child
        or kind == "Parent/Guardian"
        or element.get("thirdPartyUser", "").lower() in ("true", "1")
    )
    service = text_of(_child(element, "espService")) or text_of(_child(element, "platform"))
    account = Whose(f"{whose.label}, associated account ({kind})", service or whose.platform, apart)
    takes = _account_takes(g, account) | {
        "platform": _nothing,
        "phone": partial(_phone, g, account),
        "email": _selector(g, "email", account),
    }
    names = "the holder of an associated account is not copied: it stays in the document as received"
    left = dict.fromkeys(
        ("firstName", "middleName", "lastName", "approximateAge", "ageAssertionDiscrepancy", "address"), names
    )
    each(g, element, path, takes, left | {"allEmailsReported": "says only whether a list is complete"})


def _person(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    takes: dict[str, Take] = {
        "phone": partial(_phone, g, whose),
        "email": _selector(g, "email", whose),
        "address": partial(_address, g, whose),
        "ageAssertionDiscrepancy": _flag_line(g, whose.label, "the age that was stated is in doubt"),
    }
    if not whose.is_child:
        name = " ".join(filter(None, (text_of(_child(element, part)) for part in ("firstName", "lastName"))))
        g.say(f"{whose.label}, name as stated", name)
        takes |= dict.fromkeys(("firstName", "lastName"), _nothing)
        takes |= {
            "age": _line(g, f"{whose.label}, age as stated"),
            "dateOfBirth": _line(g, f"{whose.label}, born"),
        }
        each(g, element, path, takes)
        return
    if whose.label == "Child" and all(text_of(_child(element, part)) for part in ("firstName", "lastName")):
        g.answer("child_identified", "yes")
    takes |= {"age": partial(_child_age, g), "dateOfBirth": partial(_child_birth, g)}
    each(g, element, path, takes, dict.fromkeys(("firstName", "lastName"), CHILD_LEFT))


def _child_age(g: Gathered, element: Element, path: str) -> None:
    if (age := g.whole_number(text_of(element), path, highest=150)) is not None:
        g.ages.append(age)


def _child_birth(g: Gathered, element: Element, path: str) -> None:
    if born := g.day(text_of(element), path):
        g.births.append(born)
        g.skip(path, CHILD_LEFT)


def _address(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    g.country(text_of(_child(element, "country")), whose)
    if whose.is_child:
        g.skip(path, CHILD_LEFT)
        return
    parts = ("address", "city", "state", "nonUsaState", "zipCode", "country")
    g.say(
        f"{whose.label}, address", ", ".join(filter(None, (text_of(_child(element, part)) for part in parts)))
    )
    each(g, element, path, dict.fromkeys(parts, _nothing))


def _location(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A child's town is left out; the country is needed to know whose jurisdiction it is."""
    g.country(text_of(_child(element, "countryCode")), whose)
    parts = ("countryCode",) if whose.is_child else ("city", "region", "countryCode")
    g.say(
        f"{whose.label}, estimated location",
        ", ".join(filter(None, (text_of(_child(element, part)) for part in parts))),
    )
    each(g, element, path, dict.fromkeys(parts, _nothing), dict.fromkeys(("city", "region"), CHILD_LEFT))


def _phone(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    number, code = text_of(element), element.get("countryCallingCode", "")
    if number and code and not number.startswith(("+", "00")):
        # Dialled from abroad, the leading zero falls away; in Italy it stays.
        number = f"{code} {number if code == '+39' else number.removeprefix('0')}"
    g.identifier("phone", number, path, whose)


def _ip_capture(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    address = text_of(_child(element, "ipAddress"))
    seen_at = g.time(text_of(_child(element, "dateTime")), f"{path}/dateTime")
    port = g.whole_number(text_of(_child(element, "port")), f"{path}/port", highest=65_535) or None
    g.identifier("ip", address, path, whose, seen_at=seen_at, port=port)
    remarks = [text_of(_child(element, "eventName"))]
    proxy = _child(element, "possibleProxy")
    remarks += ["possibly a proxy"] if proxy is not None and is_true(proxy) else []
    if address and any(remarks):
        g.say(f"{whose.label}, IP {address}", ", ".join(filter(None, remarks)))
    each(
        g,
        element,
        path,
        dict.fromkeys(("ipAddress", "eventName", "dateTime", "possibleProxy", "port"), _nothing),
    )


def _device(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A network's name (SSID) is no device."""
    kind = text_of(_child(element, "idType"))
    seen_at = g.time(text_of(_child(element, "dateTime")), f"{path}/dateTime")
    device = Whose(whose.label, kind if kind.upper() == "SSID" else "", whose.is_child)
    value = text_of(_child(element, "idValue"))
    g.identifier("other" if device.platform else "device", value, path, device, seen_at=seen_at)
    g.say(f"{whose.label}, device", ", ".join(filter(None, (kind, text_of(_child(element, "eventName"))))))
    each(g, element, path, dict.fromkeys(("idType", "idValue", "eventName", "dateTime"), _nothing))


def _prior_report(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """An earlier report about the same reported user is an identifier known before."""
    g.say(f"{whose.label}, earlier CyberTipline report", text_of(element))
    if text_of(element) and not whose.is_child:
        g.answer("repeat_selector", "yes")


def file_details(g: Gathered, element: Element, path: str) -> None:
    """What is said of a file; the file itself is never here."""
    number = len(g.files) + 1
    whose, marks = Whose(f"File {number}", g.platform), set[str]()
    g.files.append(marks)
    seen_at = g.time(text_of(_child(element, "uploadedToEspTimestamp")), f"{path}/uploadedToEspTimestamp")
    label = whose.label
    takes: dict[str, Take] = {
        "reportId": _nothing,
        "uploadedToEspTimestamp": _nothing,
        "originalFileHash": partial(_file_hash, g, whose, seen_at),
        "locationOfFile": _selector(g, "url", whose),
        "ipCaptureEvent": partial(_ip_capture, g, whose),
        "deviceId": partial(_device, g, whose),
        "additionalInfo": _line(g, label),
        "fileViewedByEsp": _line(g, f"{label}, viewed by a person at the provider"),
        "exifViewedByEsp": _line(g, f"{label}, metadata viewed by the provider"),
        "publiclyAvailable": _line(g, f"{label}, publicly available"),
        "fileRelevance": _line(g, f"{label}, relevance"),
        "industryClassification": _line(g, f"{label}, industry classification"),
        "fileAnnotations": lambda child, child_path: each(
            g, child, child_path, {name: _mark(marks, name) for name in FILE_ANNOTATIONS}
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
