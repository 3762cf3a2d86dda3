"""The pages of sharing agreements and of the register: who sees which, what the Centre records and ends, the file."""

import csv
import io
from datetime import date
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from agencies.access import visible_agreements
from agencies.actions import AgreementRefused, record_agreement
from agencies.models import SharingAgreement
from audit.access import visible_events
from cases.actions import open_case, share, stop_sharing
from ohsc.core.acting import acting_as
from tests.referrals.test_disclosure_terms import agree, end

SEES = {
    "cora": {"SA-NORTHSHIRE", "SA-EASTMOOR", "SA-FORCES"},
    "otis": {"SA-NORTHSHIRE", "SA-EASTMOOR", "SA-FORCES"},
    "ben": {"SA-NORTHSHIRE", "SA-FORCES"},
    "dev": {"SA-EASTMOOR", "SA-FORCES"},
    "asha": set(),
    "cleo": set(),
}
NEW = {
    "reference": "sa-204",
    "discloser": "ohsc",
    "recipient": "harbour-helpline",
    "purpose": "To support children and families.",
    "gateway": "uk_gdpr_9_2_g",
    "environments": ["surface_web", "physical_world"],
    "harm_types": ["grooming"],
    "classification_ceiling": "OFFICIAL",
    "tlp_ceiling": "GREEN",
    "onward": "not_allowed",
    "onward_rule": "For the helpline's own use.",
    "retention_days": "90",
    "starts_on": "2026-01-01",
    "ends_on": "2035-12-31",
    "review_on": "2030-01-01",
    "signed_for_discloser": "R. Lund, data protection officer",
    "signed_for_recipient": "M. Abara, chief executive",
}


@pytest.mark.parametrize(("who", "references"), SEES.items())
def test_each_side_reads_its_agreements_and_the_centre_all(cast, who, references):
    browser = cast.browser(getattr(cast, who))
    listed = {one.agreement.reference for one in browser.get("/agreements").context["part"].agreed}
    assert listed == references
    absent = browser.get("/agreements/SA-NOBODY")
    for reference in SEES["cora"]:
        answer = browser.get(f"/agreements/{reference}")
        if reference in references:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.content) == (404, absent.content)


def test_the_centre_records_an_agreement_and_both_sides_read_every_term(cast):
    cora = cast.browser(cast.cora)
    answer = cora.post("/agreements/new", NEW)
    assert (answer.status_code, answer.url) == (302, "/agreements/SA-204")
    for who in (cast.cora, cast.cleo):
        page = cast.browser(who).get("/agreements/SA-204").content.decode()
        for words in (
            "UK GDPR, article 9(2)(g)", "Surface web, Physical world", "Online grooming", "OFFICIAL, TLP:GREEN",
            "Not allowed", "90 days at most", "R. Lund, data protection officer", "M. Abara, chief executive",
        ):  # fmt: skip
            assert words in page, words
    assert cast.browser(cast.dev).get("/agreements/SA-204").status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"reference": "SA 204!"},
            "Enter the reference in letters, digits, dots and hyphens, such as SA-204",
        ),
        ({"reference": "SA-FORCES"}, "There is an agreement SA-FORCES already. Give this one another."),
        ({"recipient": "ohsc"}, "Choose another agency: an agreement is between two"),
        ({"recipient": "nobody"}, "Select a valid choice. nobody is not one of the available choices."),
        ({"environments": []}, "Tick at least one environment"),
        ({"gateway": "recognised_legitimate_interests"}, "Select a valid choice."),
        ({"gateway": ""}, "Choose the legal gateway"),
        ({"ends_on": "2025-01-01"}, "Enter a last day that is not before the first"),
        ({"review_on": "2036-06-01"}, "Enter a day of review from the first day to the last"),
        ({"starts_on": "soon"}, "Enter the first day as a date, such as 2027-01-31"),
        ({"retention_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"signed_for_recipient": ""}, "Enter the signed for the recipient by"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_its_field_and_what_was_typed_stays(cast, given, sentence):
    answer = cast.browser(cast.cora).post("/agreements/new", NEW | given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count(sentence) >= 2  # in the summary, and beside the field
    assert "To support children and families." in page
    assert visible_to_the_centre(cast) == SEES["cora"]


def visible_to_the_centre(cast) -> set[str]:
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        return set(visible_agreements(cora).values_list("reference", flat=True))


def test_one_service_to_another_names_no_gateway_of_the_police(cast):
    """Neither side of it is the police (DOMAIN §4)."""
    from agencies.actions import add_agency
    from agencies.forms_agreement import AgreementForm
    from ohsc.core.actor import CLOCK

    with acting_as(CLOCK):
        other = add_agency(
            "quartz-video",
            name="Quartz Video",
            sector="industry",
            jurisdiction="GB",
            by=CLOCK,
            at=timezone.now(),
        )
        form = AgreementForm([cast.lumen, other], _posted(discloser="lumen-social", recipient="quartz-video"))
        assert form.errors == {
            "gateway": ["Choose another gateway: this one needs the police on one side"],
        }


def _posted(**given):
    from django.http import QueryDict

    return QueryDict(urlencode(NEW | {"gateway": "common_law_policing"} | given, doseq=True))


MAY_NOT = ("anil", "otis", "ada", "bea", "ben", "cleo")


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_records_or_ends_one_by_page_or_by_verb(cast, who):
    person = getattr(cast, who)
    browser, actor = cast.browser(person), cast.actor(person)
    assert browser.get("/agreements/new").status_code == 403
    assert browser.post("/agreements/new", NEW).status_code == 403
    assert browser.post("/agreements/SA-FORCES/end", {"sure": "on"}).status_code == 403
    assert "/agreements/new" not in browser.get("/agreements").content.decode()
    with acting_as(actor), pytest.raises(Exception, match=r"^$") as refused:
        record_agreement("SA-9", {}, by=actor, at=timezone.now())
    assert type(refused.value).__name__ == "PermissionDenied"
    assert visible_to_the_centre(cast) == SEES["cora"]


def test_before_it_ends_one_the_centre_sees_what_that_stops(cast):
    agreement = agree(cast, "SA-NEW", recipient="police")
    offered, accepted = cast.referral("triaged"), cast.referral("triaged", external_ref="LS-2")
    for referral in (offered, accepted):
        cast.step("offer", referral, cast.cora, to_agency=cast.police, agreement="SA-NEW")
    cast.step("accept", accepted, cast.ben)
    sol = cast.browser(cast.sol)
    page = sol.get("/agreements/SA-NEW").content.decode()
    assert "Offers that wait for an answer: 1" in page
    assert "Accepted and worked on: 1" in page
    assert offered.reference in page
    assert accepted.reference in page
    unsure = sol.post("/agreements/SA-NEW/end", {})
    assert "Tick “End it for good”" in unsure.content.decode()
    ended = sol.post("/agreements/SA-NEW/end", {"sure": "on"}, follow=True).content.decode()
    assert "SA-NEW is ended: nothing more is disclosed under it. Recall what is open under it: 1." in ended
    assert "End SA-NEW" not in ended
    again = sol.post("/agreements/SA-NEW/end", {"sure": "on"}, follow=True).content.decode()
    assert "SA-NEW was ended before." in again
    with acting_as(cast.actor(cast.sol)):
        assert SharingAgreement.objects.get(pk=agreement.pk).ended_at is not None


def test_a_new_one_begins_with_the_terms_of_another_but_not_its_days_or_signatures(cast):
    form = cast.browser(cast.cora).get("/agreements/new?like=SA-FORCES").context["form"]
    assert form["discloser"].value() == "northshire-police"
    assert form["onward"].value() == "within_terms"
    assert form["starts_on"].value() is None
    assert form["signed_for_discloser"].value() is None


def test_no_reference_is_used_twice(cast):
    cora = cast.actor(cast.cora)
    with acting_as(cora), pytest.raises(AgreementRefused):
        record_agreement("sa-forces", {}, by=cora, at=timezone.now())


# The register.


def lines(cast, who, **asked) -> list[tuple[str, str, str, str]]:
    page = cast.browser(getattr(cast, who)).get("/disclosures", asked)
    return [
        (entry.line.kind, entry.from_name, entry.to_name, entry.line.agreement)
        for entry in page.context["entries"]
    ]


CENTRE, POLICE, LUMEN = "Online Harms Safety Centre", "Northshire Police", "Lumen Social"
ITS_WAY = [  # of a referral that was concluded, newest first
    ("conclude", POLICE, LUMEN, ""),
    ("accept", CENTRE, POLICE, "SA-NORTHSHIRE"),
    ("offer", CENTRE, POLICE, "SA-NORTHSHIRE"),
]


def test_the_register_tells_the_way_of_a_referral_to_each_who_showed_or_was_shown(cast):
    cast.referral("concluded")
    assert lines(cast, "cora") == lines(cast, "ben") == ITS_WAY
    assert lines(cast, "asha") == ITS_WAY[:1]
    assert lines(cast, "dev") == lines(cast, "cleo") == []


def test_a_line_names_the_law_the_parts_and_who_did_it_as_far_as_the_reader_may_know(cast):
    cast.referral("concluded")
    at_home = cast.browser(cast.ben).get("/disclosures").content.decode()
    assert "Common law: a policing purpose" in at_home
    assert "summary, handling, facts, selectors, answers about risk, history" in at_home
    assert "narrative, report as it arrived" in at_home
    assert "Ben Carrow, Northshire Police" in at_home
    assert "A person of Online Harms Safety Centre" in at_home
    assert "Cora Lindqvist" not in at_home
    assert "Cora Lindqvist" in cast.browser(cast.anil).get("/disclosures").content.decode()


def test_the_register_is_narrowed(cast):
    one, other = cast.referral("concluded"), cast.referral("offered", external_ref="LS-2")
    cast.step("recall", other, cast.cora, reason_code="better_fit")
    assert len(lines(cast, "cora")) == 4
    assert lines(cast, "cora", kind="accept") == [ITS_WAY[1]]
    assert lines(cast, "cora", agency="lumen-social") == [ITS_WAY[0]]
    assert lines(cast, "cora", reference=one.reference.lower().replace("-", " ")) == ITS_WAY
    assert lines(cast, "cora", recalled="on") == [ITS_WAY[2]]
    assert lines(cast, "cora", since=date(2099, 1, 1).isoformat()) == []
    assert len(lines(cast, "cora", since="not a day", kind="nothing", agency="nobody")) == 4


def test_a_case_that_is_shown_and_hidden_again_is_a_line_taken_back(cast):
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        case = open_case("An invented operation", by=ben, at=timezone.now())
        share(case.pk, with_agency=cast.eastmoor, by=ben, at=timezone.now())
    assert lines(cast, "dev") == lines(cast, "ben") == [("grant", POLICE, "Eastmoor Police", "SA-FORCES")]
    with acting_as(ben):
        stop_sharing(case.pk, with_agency=cast.eastmoor, by=ben, at=timezone.now())
    assert len(lines(cast, "dev", recalled="on")) == 1


def test_the_register_goes_on_from_where_a_part_ended(cast, monkeypatch):
    monkeypatch.setattr("referrals.disclosing.SHOWN", 2)
    cast.referral("concluded")
    browser = cast.browser(cast.cora)
    first = browser.get("/disclosures")
    second = browser.get("/disclosures" + first.context["next_url"])
    kinds = [entry.line.kind for page in (first, second) for entry in page.context["entries"]]
    assert kinds == ["conclude", "accept", "offer"]
    assert second.context["next_url"] == ""


def test_the_register_leaves_as_a_file_and_that_is_recorded(cast):
    referral = cast.referral("concluded")
    answer = cast.browser(cast.ben).post("/disclosures/csv", {"kind": "accept", "purpose": "reporting"})
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Reference"], row["Agreement"], row["Parts"]) == (
        referral.reference,
        "SA-NORTHSHIRE",
        "narrative, report as it arrived",
    )
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        event = visible_events(ben).first()
    assert (event.kind, event.action, event.details["rows"]) == ("disclosure", "disclosures.exported", 1)
    assert event.purpose == "a file of the register of disclosures: figures or a report"
    assert cast.browser(cast.ben).post("/disclosures/csv", {"kind": "accept"}).status_code == 422
    assert cast.browser(cast.otis).post("/disclosures/csv").status_code == 403


# What leaves as a file.


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_what_was_shown_under_an_agreement_that_ended_does_not_leave_unless_it_is_worked_on(cast):
    still = cast.referral("concluded")  # under SA-NORTHSHIRE, which stays in force
    agreement = agree(cast, "SA-NEW", recipient="police")
    kept = {}
    for name, steps in {"worked on": 1, "over": 2, "offered": 0}.items():
        referral = cast.referral("triaged", external_ref=name)
        cast.step("offer", referral, cast.cora, to_agency=cast.police, agreement="SA-NEW")
        if steps:
            cast.step("accept", referral, cast.ben)
        if steps == 2:
            cast.step("conclude", referral, cast.ben, outcomes=cast.way_to("concluded")[-1][2]["outcomes"])
        kept[name] = referral.reference
    browser = cast.browser(cast.ben)
    assert {row[0] for row in rows_of(browser.post("/referrals/csv", {"purpose": "casework"}))} == {
        *kept.values(),
        still.reference,
    }
    end(cast, agreement)
    *rows, last = rows_of(browser.post("/referrals/csv", {"purpose": "casework"}))
    assert {row[0] for row in rows} == {kept["worked on"], still.reference}
    sentence = "Left out, the agreement being no longer in force: 2 under SA-NEW."
    assert last == [sentence]
    assert sentence in browser.get("/referrals").content.decode()
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        event = visible_events(ben).filter(action="referral.exported").first()
    assert event.details["left_out"] == {"SA-NEW": 2}
    assert {
        row[0] for row in rows_of(cast.browser(cast.asha).post("/referrals/csv", {"purpose": "casework"}))
    } >= set(kept.values())
    assert {
        row[0] for row in rows_of(cast.browser(cast.cora).post("/referrals/csv", {"purpose": "casework"}))
    } >= set(kept.values())
