"""What becomes of each value of a CyberTipline document, for people to read?

Made from the tables that the reading itself goes by, so that the page cannot say another thing than the code does.
"""

from collections.abc import Iterator

from exchange import cybertipline, cybertipline_elements, cybertipline_parts, cybertipline_people
from exchange import cybertipline_terms as terms
from exchange.cybertipline_elements import UNKNOWN, Rules
from exchange.cybertipline_meaning import ENVIRONMENTS
from exchange.mapping import Table
from ohsc.core.words import Environment
from referrals.forms_steps import FACTOR_QUESTIONS
from referrals.harms import harm_types

# Where each table of elements is used: what it is called, the path, the table, and whether it is read as a child's.
ELEMENTS: tuple[tuple[str, str, Rules, bool], ...] = (
    ("The report", "report", cybertipline.REPORT, False),
    ("The incident", "incidentSummary", cybertipline_parts.INCIDENT_SUMMARY, False),
    ("Where on the internet", "internetDetails", cybertipline_parts.INTERNET_DETAILS, False),
    ("Details of an incident", "internetDetails/…", cybertipline_parts.INCIDENT, False),
    ("The reported user", "personOrUserReported", cybertipline_people.REPORTED_USER, False),
    (
        "The person behind the account",
        "personOrUserReportedPerson",
        cybertipline_people.PERSON,
        False,
    ),
    ("Another account of the same person", "associatedAccount", cybertipline_people.ASSOCIATED, False),
    ("A child", "victim", cybertipline_people.VICTIM, True),
    ("A child or intended recipient", "intendedRecipient", cybertipline_people.INTENDED_RECIPIENT, True),
    (
        "The child's person",
        "victimPerson, intendedRecipientPerson",
        cybertipline_people.PERSON_OF_CHILD,
        True,
    ),
    ("A file", "fileDetails", cybertipline_parts.FILE, False),
    ("Law enforcement", "lawEnforcement", cybertipline_parts.LAW_ENFORCEMENT, False),
    ("The sender", "reporter", cybertipline_parts.REPORTER, False),
    ("An IP address", "ipCaptureEvent", cybertipline_elements.IP_CAPTURE, False),
    ("A device", "deviceId", cybertipline_elements.DEVICE, False),
    ("A postal address", "address, incidentAddress", cybertipline_elements.ADDRESS, False),
    ("An estimated location", "estimatedLocation", cybertipline_elements.LOCATION, False),
    (
        "An estimated location of a child",
        "estimatedLocation",
        cybertipline_elements.LOCATION_OF_CHILD,
        True,
    ),
)


def tables() -> list[Table]:
    """Values first, then elements, and at last what is never taken."""
    return [
        _incident_types(),
        _refinements(),
        _annotations(),
        _environments(),
        _ages(),
        *_elements(),
        _never_taken(),
    ]


def _harms() -> dict[str, str]:
    return {harm.code: f"{harm.label} ({harm.code})" for harm in harm_types()}


def _environment(code: str) -> str:
    return str(Environment(code).label)


def _incident_types() -> Table:
    harms = _harms()
    rows = [
        (
            name,
            harms.get(code, code),
            _environment(where) if (where := terms.ENVIRONMENT_OF_HARM.get(code)) else "Told by the details",
        )
        for name, code in terms.INCIDENT_TYPES.items()
    ]
    return Table(
        "Incident types",
        ("incidentType", "Kind of harm", "Environment"),
        [*rows, ("anything else", "Not set, and said to be missing", "Told by the details")],
        "Capitals, blanks, plurals and brackets make no difference. The words sent are kept on the report.",
    )


def _refinements() -> Table:
    harms = _harms()
    said_of = {"report": "the report", "any": "any file", "every": "every file"}
    rows = [
        (
            annotation,
            f"{said_of[of]}, where it would be {' or '.join(sorted(refines))}",
            harms.get(refined, refined),
        )
        for annotation, refines, refined, of in terms.REFINEMENTS
    ]
    return Table(
        "Annotations that refine the kind of harm",
        ("Annotation", "Said of", "Kind of harm"),
        rows,
        "The first that is there counts.",
    )


def _annotations() -> Table:
    of = [("report", name) for name in terms.REPORT_ANNOTATIONS]
    of += [("file", name) for name in terms.FILE_ANNOTATIONS]
    rows = [(name, where, "; ".join(_said_by(name, where))) for where, name in of]
    return Table(
        "Annotations",
        ("Annotation", "Of a", "Becomes"),
        rows,
        "Nothing becomes a no: what a report is silent about stays not known.",
    )


def _said_by(annotation: str, where: str) -> Iterator[str]:
    if factor := terms.FACTORS_OF_ANNOTATION.get(annotation):
        key, answer = factor
        yield f"Factor: {FACTOR_QUESTIONS[key].lower()}, {answer}"
    if refined := [code for name, _, code, _ in terms.REFINEMENTS if name == annotation]:
        yield f"May refine the kind of harm to {', '.join(refined)}"
    if annotation == terms.INFORMATIONAL:
        yield "Band asked for: INFO, where nothing is escalated"
    if sentence := terms.SENTENCE_OF_ANNOTATION.get(annotation):
        yield f"Narrative: {sentence}"
    if where == "file":
        yield "Narrative, under its file"


def _environments() -> Table:
    rows = [(seen, _environment(environment)) for seen, _, environment in ENVIRONMENTS]
    return Table(
        "Environment",
        ("What is there", "Environment"),
        [*rows, ("none of these", "Not set, and said to be missing")],
        "The first line that holds counts.",
    )


def _ages() -> Table:
    rows, youngest = [], 0
    for oldest, band in terms.AGE_BANDS:
        rows.append((f"{youngest} to {oldest}", band.replace("-", " to ")))
        youngest = oldest + 1
    return Table(
        "Age of a child",
        ("Years", "Age of the youngest child"),
        [*rows, (f"{youngest} and over", "Not set")],
        "Of several children the youngest counts. A birth date gives the age when it happened.",
    )


def _elements() -> Iterator[Table]:
    for title, path, rules, is_child in ELEMENTS:
        yield Table(
            title,
            (path, "Becomes"),
            [
                (name, (is_child and rule.of_child) or (f"Left: {rule.left}" if rule.left else rule.becomes))
                for name, rule in rules.items()
            ],
        )


def _never_taken() -> Table:
    rows: dict[tuple[str, str], None] = {}
    for _, path, rules, _ in ELEMENTS:
        for name, rule in rules.items():
            if rule.left:
                rows[(f"{path}/{name}", rule.left)] = None
    return Table(
        "Never taken",
        ("Element", "Why"),
        [*rows, ("any other element", f"{UNKNOWN}: it is named among what was left, and is never an error")],
        "It stays in the document as received, which its sender and the Centre may open. "
        "Attributes that only qualify a value are not read.",
    )
