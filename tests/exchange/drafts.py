"""A report of these parts, and the draft that is made of it."""

from exchange.cybertipline import Draft, read


def summary(
    kind="Child Pornography (possession, manufacture, and distribution)", more="", at="2026-03-01T10:00:00Z"
):
    return (
        f"<incidentSummary><incidentType>{kind}</incidentType>{more}"
        f"<incidentDateTime>{at}</incidentDateTime></incidentSummary>"
    )


def annotated(*names):
    return f"<reportAnnotations>{''.join(f'<{name}/>' for name in names)}</reportAnnotations>"


def file(*names, more=""):
    marks = "".join(f"<{name}/>" for name in names)
    return f"<fileDetails>{more}<fileAnnotations>{marks}</fileAnnotations></fileDetails>"


def draft(inside: str = "", **of_summary: str) -> Draft:
    (only,) = read(f"<report>{summary(**of_summary)}{inside}</report>".encode()).drafts
    return only


def reported(inside: str) -> Draft:
    return draft(f"<personOrUserReported>{inside}</personOrUserReported>")


def why(of: Draft, path: str) -> str:
    return next((left.why for left in of.skipped + of.refused if left.path == path), "")
