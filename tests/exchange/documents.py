"""CyberTipline documents, invented here, for the tests of imports."""

import base64
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "../shared/samples/ncmec"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60)
PICTURE = base64.b64encode(PNG).decode()
ENTICEMENT = "Online Enticement of Children for Sexual Acts"


def report(number: int | str = "", more: str = "", summary: str = "", kind: str = ENTICEMENT) -> str:
    """One report with a service, a time and, where it is given, a number."""
    reference = f"<reportId>{number}</reportId>" if number else ""
    return (
        f"<report>{reference}<incidentSummary><incidentType>{kind}</incidentType><platform>Lantern</platform>"
        f"<incidentDateTime>2026-01-15T14:30:00Z</incidentDateTime>{summary}</incidentSummary>{more}</report>"
    )


def reports(*several: str) -> bytes:
    return f"<reports>{''.join(several)}</reports>".encode()


HERON = (
    "<personOrUserReported><screenName>@River_Heron</screenName><displayName>River</displayName>"
    "<ipCaptureEvent><ipAddress>192.0.2.7</ipAddress><dateTime>2026-01-15T14:00:00Z</dateTime><port>50123</port>"
    "</ipCaptureEvent></personOrUserReported>"
    "<victim><victimPerson><firstName>Robin</firstName><age>12</age></victimPerson></victim>"
    "<additionalInfo>The account asked to continue elsewhere.</additionalInfo>"
)
