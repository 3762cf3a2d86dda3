"""CyberTipline documents, invented here: what is made of them, and what is left."""

import pytest

from exchange.cybertipline import Draft, read
from exchange.cybertipline_terms import SUMMARY_OF_HARM, age_band
from tests.exchange.documents import ENTICEMENT, SAMPLES
from tests.exchange.drafts import annotated, draft, file, reported, why

ONION = "nigqxe62uhi3mvguaovwhgymnbwpbrrxhewzwt65lczwyjiobgyms3id.onion"


CSAM = "Child Pornography (possession, manufacture, and distribution)"
TYPES = [
    # incident type, harm, environment when nothing else is said
    (CSAM, "csam", None),
    ("Child Sex Trafficking", "trafficking", None),
    ("Child Sex Tourism", "exploitation_in_travel", "physical_world"),
    ("Child Sexual Molestation", "contact_abuse", "physical_world"),
    ("Misleading Domain Name", "misleading_domain", "surface_web"),
    ("Misleading Words or Digital Images on the Internet", "misleading_domain", "surface_web"),
    (ENTICEMENT, "grooming", None),
    ("Unsolicited Obscene Material Sent to a Child", "unsolicited_obscene_material", None),
    ("Online Enticement of Children for Sexual Act", "grooming", None),
    ("  online  enticement of children for SEXUAL acts ", "grooming", None),
    ("Child Pornography", "csam", None),
    ("Child Pornography possession, manufacture and distribution", "csam", None),
    ("Something Nobody Has Heard Of", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("kind", "harm", "environment"), TYPES)
def test_the_harm_of_each_incident_type(kind, harm, environment):
    made = draft(kind=kind)
    assert (made.harm_type, made.environment) == (harm, environment)
    assert made.wire["incidentType"] == kind.strip()


REFINED = [
    # incident type, report annotations, files, harm
    (CSAM, ["sextortion"], [], "sexual_extortion"),
    (ENTICEMENT, ["sextortion"], [], "sexual_extortion"),
    (ENTICEMENT, ["csamSolicitation"], [], "solicitation_of_csam"),
    (CSAM, ["sextortion", "csamSolicitation"], [["generativeAi"]], "sexual_extortion"),
    (CSAM, ["minorToMinorInteraction"], [], "csam"),
    ("Child Sexual Molestation", ["sextortion"], [], "contact_abuse"),
    (CSAM, [], [["generativeAi"]], "csam_ai_generated"),
    (CSAM, [], [["generativeAi"], ["generativeAi", "viral"]], "csam_ai_generated"),
    (CSAM, [], [["generativeAi"], []], "csam"),
    (CSAM, [], [["possibleSelfProduction"]], "self_generated"),
    (CSAM, [], [["possibleSelfProduction"], ["viral"]], "csam"),
    (CSAM, [], [["viral"], ["liveStreaming"]], "live_streaming"),
    (ENTICEMENT, [], [["liveStreaming"]], "live_streaming"),
]


@pytest.mark.parametrize(("kind", "annotations", "files", "harm"), REFINED)
def test_annotations_refine_the_harm(kind, annotations, files, harm):
    made = draft("".join(file(*marks) for marks in files), kind=kind, more=annotated(*annotations))
    assert made.harm_type == harm


def test_every_harm_but_other_has_its_line():
    codes = (
        "csam csam_ai_generated grooming sexual_extortion live_streaming trafficking exploitation_in_travel "
        "contact_abuse self_generated solicitation_of_csam misleading_domain unsolicited_obscene_material"
    )
    assert set(SUMMARY_OF_HARM) == set(codes.split())


def details(inside):
    return f"<internetDetails>{inside}</internetDetails>"


PLACES = [
    (
        CSAM,
        details("<webPageIncident><url>https://pictures.example/1</url></webPageIncident>"),
        "surface_web",
    ),
    (CSAM, details(f"<webPageIncident><url>http://{ONION}/1</url></webPageIncident>"), "dark_web"),
    (CSAM, details("<chatImIncident/>"), "surface_web"),
    (CSAM, details("<nonInternetIncident/>"), "physical_world"),
    (CSAM, details("<nonInternetIncident/>") + details("<emailIncident/>"), "surface_web"),
    ("Child Sexual Molestation", details("<chatImIncident/>"), "physical_world"),
    (
        "Child Sexual Molestation",
        details(f"<webPageIncident><url>http://{ONION}/</url></webPageIncident>"),
        "dark_web",
    ),
    (
        ENTICEMENT,
        "<personOrUserReported><espService>Lantern</espService></personOrUserReported>",
        "surface_web",
    ),
    (ENTICEMENT, "", None),
    (CSAM, details("<webPageIncident><url>https://x.example/.onion/</url></webPageIncident>"), "surface_web"),
]


@pytest.mark.parametrize(("kind", "inside", "environment"), PLACES)
def test_where_it_happened_is_told_by_the_details(kind, inside, environment):
    assert draft(inside, kind=kind).environment == environment


def test_an_escalation_is_p1_with_its_reason():
    made = draft(more="<escalateToHighPriority> A child may be at risk tonight. </escalateToHighPriority>")
    assert (made.source_priority, made.escalate_reason) == ("P1", "A child may be at risk tonight.")
    assert draft(more="<escalateToHighPriority/>").source_priority is None
    assert draft(more=annotated("informational")).source_priority == "INFO"


def test_a_reason_longer_than_the_format_allows_is_cut_and_said():
    made = draft(more=f"<escalateToHighPriority>{'a' * 3001}</escalateToHighPriority>")
    assert len(made.escalate_reason) == 3000
    assert "3,000th" in why(made, "report/incidentSummary/escalateToHighPriority")


def test_what_identifies_the_reported_user_becomes_selectors():
    made = reported(
        "<personOrUserReportedPerson><firstName>Alex</firstName><lastName>Heron</lastName>"
        "<email verified='true'>Heron@Post.example</email><phone countryCallingCode='+44'>020 7946 0000</phone>"
        "</personOrUserReportedPerson>"
        "<espIdentifier>99001</espIdentifier><espService>Lantern Chat</espService><screenName>@River_Heron</screenName>"
        "<profileUrl>https://lantern.example/river</profileUrl><displayName>River</displayName>"
        "<groupIdentifier>G-7</groupIdentifier>"
        "<ipCaptureEvent><ipAddress>192.0.2.7</ipAddress><eventName>Login</eventName>"
        "<dateTime>2026-02-28T23:30:00-01:00</dateTime><possibleProxy>true</possibleProxy><port>50123</port></ipCaptureEvent>"
        "<deviceId><idType>IMEI</idType><idValue>49-015420-323751-8</idValue><eventName>Login</eventName></deviceId>"
        "<deviceId><idType>SSID</idType><idValue>Riverside</idValue></deviceId>"
    )
    assert made.selectors == [
        {"kind": "email", "value": "heron@post.example"},
        {"kind": "phone", "value": "+442079460000"},
        {"kind": "account", "value": "99001", "platform": "lantern chat"},
        {"kind": "account", "value": "river_heron", "platform": "lantern chat"},
        {"kind": "url", "value": "https://lantern.example/river"},
        {"kind": "other", "value": "G-7", "platform": "lantern chat"},
        {"kind": "ip", "value": "192.0.2.7", "seen_at": "2026-03-01T00:30:00Z", "port": 50123},
        {"kind": "device", "value": "490154203237518"},
        {"kind": "other", "value": "Riverside", "platform": "ssid"},
    ]
    assert "Reported user, name as stated: Alex Heron" in made.narrative
    assert "Reported user, IP 192.0.2.7: Login, possibly a proxy" in made.narrative
    assert made.skipped == made.refused == []


def test_a_child_is_never_a_selector_and_is_not_named():
    made = draft(
        "<personOrUserReported><screenName>heron</screenName></personOrUserReported>"
        "<intendedRecipient><screenName>robin</screenName><espService>Lantern</espService></intendedRecipient>"
        "<victim><victimPerson><firstName>Robin</firstName><lastName>Example</lastName><age>12</age>"
        "<email>robin@post.example</email><address><city>Riverside</city><country>GB</country></address>"
        "<dateOfBirth>2013-06-01</dateOfBirth></victimPerson><schoolName>Riverside School</schoolName>"
        "<ipCaptureEvent><ipAddress>192.0.2.8</ipAddress></ipCaptureEvent></victim>"
    )
    assert [one["value"] for one in made.selectors] == ["heron"]
    assert "Child or intended recipient: account robin on Lantern" in made.narrative
    assert "Child: email robin@post.example" in made.narrative
    everything = str(made.body())
    for kept_out in ("Riverside", "Robin Example", "2013"):
        assert kept_out not in everything
    assert "child" in why(made, "report/intendedRecipient/screenName")
    assert "stay in the document" in why(made, "report/victim/schoolName")
    assert "stay in the document" in why(made, "report/victim/victimPerson/lastName")
    assert made.factors == {"child_identified": "yes", "child_age_band": "11-13"}
    assert made.jurisdiction == "GB"


AGES = [
    (0, "0-2"),
    (2, "0-2"),
    (3, "3-6"),
    (6, "3-6"),
    (7, "7-10"),
    (10, "7-10"),
    (11, "11-13"),
    (13, "11-13"),
]
AGES += [(14, "14-15"), (15, "14-15"), (16, "16-17"), (17, "16-17"), (18, None), (90, None)]


@pytest.mark.parametrize(("age", "band"), AGES)
def test_the_age_of_a_child_becomes_a_band(age, band):
    made = draft(f"<victim><victimPerson><age>{age}</age></victimPerson></victim>")
    assert age_band(age) == made.factors.get("child_age_band") == band


def test_of_several_children_the_youngest_counts_and_they_are_several():
    victims = "".join(
        f"<victim><victimPerson><age>{age}</age></victimPerson></victim>" for age in (15, 7, 12)
    )
    assert draft(victims).factors == {"multiple_children": "yes", "child_age_band": "7-10"}


def test_a_birth_date_gives_the_age_on_the_day():
    for born, band in (("2012-03-02", "11-13"), ("2012-03-01", "14-15")):
        made = draft(f"<victim><victimPerson><dateOfBirth>{born}</dateOfBirth></victimPerson></victim>")
        assert made.factors["child_age_band"] == band


@pytest.mark.parametrize(
    ("inside", "more", "factors"),
    [
        ("", annotated("sextortion"), {"coercion": "yes"}),
        ("", annotated("sadisticOnlineExploitation"), {"coercion": "yes"}),
        (file("liveStreaming"), "", {"live_streaming": "yes"}),
        (file("infant"), "", {"child_age_band": "0-2"}),
        (
            "<personOrUserReported><priorCTReports>123</priorCTReports></personOrUserReported>",
            "",
            {"repeat_selector": "yes"},
        ),
        ("", annotated("spam", "minorToMinorInteraction"), {}),
        ("", "<reportAnnotations><sextortion>false</sextortion></reportAnnotations>", {}),
    ],
)
def test_factors_come_from_what_is_said_and_from_nothing_else(inside, more, factors):
    assert draft(inside, more=more).factors == factors


def test_files_give_hashes_and_flags_and_never_their_names():
    made = draft(
        "<fileDetails><originalFileName>holiday.bin</originalFileName>"
        "<uploadedToEspTimestamp>2026-02-01T00:00:00Z</uploadedToEspTimestamp><fileViewedByEsp>false</fileViewedByEsp>"
        "<industryClassification>B2</industryClassification>"
        "<originalFileHash hashType='MD5'>D41D8CD98F00B204E9800998ECF8427E</originalFileHash>"
        f"<originalFileHash hashType='PDQ'>{'F' * 64}</originalFileHash>"
        "<originalFileHash hashType='PhotoDNA'>1,2,3</originalFileHash></fileDetails>"
    )
    assert [(one["value"], one["seen_at"]) for one in made.selectors] == [
        ("d41d8cd98f00b204e9800998ecf8427e", "2026-02-01T00:00:00Z"),
        ("pdq:" + "f" * 64, "2026-02-01T00:00:00Z"),
    ]
    assert "MD5" in why(made, "report/fileDetails/originalFileHash[3]")
    assert "File 1, viewed by a person at the provider: false" in made.narrative
    assert "holiday" not in str(made.body()) + str(made.wire)


def test_a_parents_account_is_kept_apart_and_another_of_his_own_is_not():
    made = reported(
        "<associatedAccount accountType='Linked'><screenName>heron2</screenName><lastName>H</lastName>"
        "</associatedAccount>"
        "<associatedAccount accountType='Parent/Guardian'><screenName>parent</screenName></associatedAccount>"
    )
    assert [one["value"] for one in made.selectors] == ["heron2"]
    assert "account parent" in made.narrative
    assert "not copied" in why(made, "report/personOrUserReported/associatedAccount/lastName")


def test_the_summary_is_one_neutral_line_that_quotes_nothing():
    assert (
        draft(more="<platform>Lantern</platform>").summary
        == "Report of child sexual abuse material, on Lantern."
    )
    assert draft().summary == "Report of child sexual abuse material; the service is not named."
    odd = draft(more="<platform>Lantern: &lt;b&gt; see\nhttps://x.example</platform>", kind="Unheard Of")
    assert odd.summary == "Report whose kind of harm could not be told; the service is not named."
    chat = "<chatImIncident><chatClient>Lantern</chatClient><content>words that were said</content></chatImIncident>"
    assert "words that were said" not in draft(details(chat)).summary
    assert "Chat, what was said: words that were said" in draft(details(chat)).narrative


def test_the_sender_is_left_out_and_law_enforcement_is_named():
    made = draft(
        "<lawEnforcement><agencyName>Invented Police</agencyName><caseNumber>7</caseNumber><officerContact>"
        "<lastName>O</lastName></officerContact><reportedToLe>true</reportedToLe></lawEnforcement>"
        "<reporter><reportingPerson><lastName>Writer</lastName></reportingPerson><legalURL>https://x.example</legalURL></reporter>"
    )
    assert "Invented Police" in made.narrative
    assert "Writer" not in str(made.body())
    assert [left.path for left in made.skipped] == [
        "report/lawEnforcement/officerContact",
        "report/reporter/reportingPerson",
        "report/reporter/legalURL",
    ]


def sample(name: str) -> Draft:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the shared samples are not beside this project")
    (made,) = read(path.read_bytes()).drafts
    return made


def test_the_full_sample_of_the_field_is_read():
    made = sample("a_report_with_all_fields_and_multiple_incident_types.xml")
    assert (made.environment, made.harm_type, made.source_priority) == (
        "surface_web",
        "sexual_extortion",
        "P1",
    )
    assert made.factors == {"child_identified": "yes", "coercion": "yes", "child_age_band": "14-15"}
    assert [one["kind"] for one in made.selectors] == ["url", "email", "account", "ip", "device"]
    assert made.jurisdiction == "US"
    assert made.refused == []


def test_the_thinnest_sample_of_the_field_is_read():
    made = sample("a_report_with_only_required_fields.xml")
    assert made.body().keys() == {"harm_type", "summary", "occurred_at"}
    assert made.harm_type == "grooming"
    assert [left.path for left in made.skipped] == ["report/reporter/reportingPerson"]
