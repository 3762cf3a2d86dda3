"""CyberTipline documents that are broken, strange, empty or endless: what is made of them all the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.cybertipline import read
from exchange.cybertipline_gather import NARRATIVE_LIMIT, SELECTOR_LIMIT
from exchange.cybertipline_terms import key_of
from tests.exchange.documents import ENTICEMENT
from tests.exchange.drafts import draft, reported, summary, why


def test_what_cannot_be_read_is_named_and_the_rest_goes_on():
    made = reported(
        "<ipCaptureEvent><ipAddress>192.0.2.256</ipAddress></ipCaptureEvent>"
        "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><port>70000</port><dateTime>yesterday</dateTime></ipCaptureEvent>"
    )
    where = "report/personOrUserReported/ipCaptureEvent"
    assert made.selectors == [{"kind": "ip", "value": "192.0.2.1"}]
    assert {left.path for left in made.refused} == {where, f"{where}[2]/port", f"{where}[2]/dateTime"}
    assert draft(at="soon").occurred_at is None
    assert draft(at="9999-12-31T23:59:59-23:00").occurred_at is None


def test_an_unknown_element_is_skipped_by_name():
    made = draft("<novelty><inner>x</inner></novelty><novelty/>", more="<mood>x</mood>")
    assert [left.path for left in made.skipped] == [
        "report/incidentSummary/mood",
        "report/novelty",
        "report/novelty[2]",
    ]


def test_a_time_without_a_zone_is_read_as_utc_and_said():
    made = draft(at="2026-03-01T10:00:00")
    assert made.occurred_at == "2026-03-01T10:00:00Z"
    assert any("time zone" in words for words in made.missing)


def test_what_is_missing_is_said_in_words():
    missing = " ".join(draft(kind=ENTICEMENT).missing)
    for name in (
        "environment",
        "selectors",
        "seen_at",
        "port",
        "jurisdiction",
        "factors",
        "handling",
        "declaration",
    ):
        assert name in missing
    assert "harm_type" not in missing


def test_a_report_with_nothing_in_it_is_a_draft_that_misses_everything():
    (made,) = read(b"<report/>").drafts
    assert list(made.body()) == ["summary"]
    assert len(made.missing) == 10


def test_namespaces_make_no_difference():
    plain = f"<report>{summary()}<victim><victimPerson><age>9</age></victimPerson></victim></report>"
    spaced = plain.replace("<report>", "<report xmlns='https://report.invented.example/xsd'>")
    prefixed = plain.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:")
    prefixed = prefixed.replace("<c:report>", "<c:report xmlns:c='urn:x'>")
    assert read(plain.encode()) == read(spaced.encode()) == read(prefixed.encode())


def test_other_encodings_are_read():
    text = f"<?xml version='1.0' encoding='utf-16'?><report>{summary()}</report>"
    assert read(text.encode("utf-16")).drafts[0].harm_type == "csam"


def test_a_wrapper_gives_a_draft_for_each_report_and_each_file_its_owner():
    reading = read(
        b"<reports><report><reportId>1</reportId></report><report><reportId>2</reportId></report>"
        b"<fileDetails><reportId>2</reportId><fileAnnotations><liveStreaming/></fileAnnotations></fileDetails>"
        b"<fileDetails><reportId>3</reportId></fileDetails><note>x</note></reports>"
    )
    assert [made.external_ref for made in reading.drafts] == ["1", "2"]
    assert [made.factors for made in reading.drafts] == [{}, {"live_streaming": "yes"}]
    assert [left.path for left in reading.skipped] == ["reports/fileDetails[2]", "reports/note"]


def test_a_reference_and_a_platform_of_any_length_do_no_harm():
    made = draft(
        f"<reportId>{'9' * 201}</reportId><personOrUserReported><screenName>heron</screenName></personOrUserReported>",
        more=f"<platform>{'Lantern ' * 30}</platform>",
    )
    assert made.external_ref is None
    assert "200" in why(made, "report/reportId")
    assert len(made.selectors[0]["platform"]) <= 120


def test_too_many_selectors_and_too_long_a_narrative_are_cut_and_said():
    names = "".join(f"<screenName>heron{n}</screenName>" for n in range(SELECTOR_LIMIT + 2))
    long = f"<additionalInfo>{'word ' * 6000}</additionalInfo>"
    made = reported(names + names + long)
    assert len(made.selectors) == SELECTOR_LIMIT
    assert len(made.narrative) <= NARRATIVE_LIMIT
    assert sum("more than" in left.why for left in made.skipped) == 4
    assert "20,000th" in why(made, "report")


def test_plurals_brackets_and_capitals_make_no_difference():
    assert key_of("Online Enticement of Children for Sexual Acts (x)") == key_of(
        "online enticement of children for sexual act"
    )


NAMES = st.sampled_from(
    [
        "report",
        "incidentSummary",
        "incidentType",
        "incidentDateTime",
        "reportAnnotations",
        "sextortion",
        "victim",
        "victimPerson",
        "age",
        "dateOfBirth",
        "ipCaptureEvent",
        "ipAddress",
        "port",
        "dateTime",
        "fileDetails",
        "originalFileHash",
        "personOrUserReported",
        "screenName",
        "deviceId",
        "idValue",
        "associatedAccount",
        "estimatedLocation",
        "countryCode",
        "phone",
        "address",
        "internetDetails",
        "webPageIncident",
        "url",
        "priorCTReports",
    ]
)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&"), max_size=12)
TREES = st.recursive(
    st.tuples(NAMES, WORDS).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=5)).map(
        lambda p: f"<{p[0]}>{''.join(p[1])}</{p[0]}>"
    ),
    max_leaves=25,
)


@settings(deadline=None, max_examples=250)
@given(st.lists(TREES, max_size=5))
def test_elements_in_any_order_and_place_never_break_the_reading(inside):
    (made,) = read(f"<report>{''.join(inside)}</report>".encode()).drafts
    assert made.summary
