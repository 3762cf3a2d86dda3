"""The log answers: who has seen this record, and what did this person see; to whom, and to nobody else."""

import csv
import io
import json
import os
import pwd
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import User
from audit.access import events_about, visible_events
from audit.models import Event
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK

WHY = "Verifying that processing is lawful"


class Rows(HTMLParser):
    """The rows of the tables of a page, each as the words of its cells."""

    def __init__(self, html: str):
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, text):
        if self.inside:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {text}".split())


def told(answer) -> list[tuple[str, str, str]]:
    """Who, what and why of each line of the log on a page."""
    assert answer.status_code == 200, answer.content
    return [tuple(row[1:4]) for row in Rows(answer.content.decode()).rows[1:]]


@pytest.fixture
def pat(cast) -> User:
    """Pat Osei, the auditor of Northshire Police."""
    with acting_as(CLOCK):
        return agencies.add_person(
            "pat@northshire-police.example",
            agency=cast.police,
            name="Pat Osei",
            role="auditor",
            password="x",
            by=CLOCK,
            at=timezone.now(),
        )


@pytest.fixture
def seen(cast):
    """A referral that the police accepted; Ben opened it twice and its narrative once, Cora opened it once."""
    referral = cast.referral("accepted")
    ben, cora = cast.browser(cast.ben), cast.browser(cast.cora)
    for asker in (ben, ben, cora):
        assert asker.get(f"/referrals/{referral.pk}").status_code == 200
    assert ben.post(f"/referrals/{referral.pk}/narrative").status_code == 200
    return referral


# Who has seen this record.


def test_the_centres_auditor_is_told_everybody_newest_first(cast, seen):
    lines = told(cast.browser(cast.otis).get(f"/referrals/{seen.pk}/seen-by"))
    assert lines == [
        ("Ben Carrow Northshire Police", "Seen Opened the narrative", "Custodian"),
        ("Ben Carrow Northshire Police", "Seen Opened the record", "Custodian"),
        ("Cora Lindqvist Online Harms Safety Centre", "Seen Opened the record", "The Centre"),
        ("Ben Carrow Northshire Police", "Seen Opened the record", "Custodian"),
        ("Ben Carrow Northshire Police", "Seen Opened the record", "Custodian"),
        (
            "Ben Carrow Northshire Police",
            "Disclosed Accepted it into custody To Northshire Police",
            "custody of the referral",
        ),
        (
            "Cora Lindqvist Online Harms Safety Centre",
            "Disclosed Offered it to an agency To Northshire Police",
            "SA-NORTHSHIRE: Common law: a policing purpose",
        ),
        ("Anil Mehta Online Harms Safety Centre", "Changed Set the priority", "risk to a child"),
        (
            "Asha Rahman Lumen Social",
            "Collected Sent it to the Centre To Online Harms Safety Centre",
            "intake of a report",
        ),
    ]


def test_an_agencys_auditor_is_told_of_its_own_people_only(cast, seen, pat):
    lines = told(cast.browser(pat).get(f"/referrals/{seen.pk}/seen-by"))
    assert {who for who, *_ in lines} == {"Ben Carrow"}
    assert len(lines) == 5


def test_the_question_itself_is_in_the_log(cast, seen):
    otis = cast.browser(cast.otis)
    otis.get(f"/referrals/{seen.pk}/seen-by", {"kind": "consultation"})
    first, *_ = told(otis.get(f"/referrals/{seen.pk}/seen-by"))
    assert first == (
        "Otis Byrne Online Harms Safety Centre",
        "Seen Asked who has seen the record",
        "self-monitoring",
    )
    with acting_as(cast.actor(cast.otis)):
        event = Event.objects.filter(action="audit.record_asked").earliest("at")
    assert (event.subject_ids, event.details) == ([seen.pk], {"asked": {"kind": "consultation"}})


def test_kinds_and_days_narrow_it(cast, seen):
    otis, page = cast.browser(cast.otis), f"/referrals/{seen.pk}/seen-by"
    assert {what.split()[0] for _, what, _ in told(otis.get(page, {"kind": "disclosure"}))} == {"Disclosed"}
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert told(otis.get(page, {"since": tomorrow})) == []
    wrong = otis.get(page, {"since": "2026-02-30"}).content.decode()
    assert "Enter “From” as a day" in wrong
    assert "Ben Carrow" not in wrong


def test_a_long_log_is_read_in_parts_and_each_line_once(cast, seen):
    otis, page, read = cast.browser(cast.otis), f"/referrals/{seen.pk}/seen-by?kind=consultation", []
    for _ in range(60):
        cast.browser(cast.ben).get(f"/referrals/{seen.pk}")
    address = page
    for _ in range(3):
        answer = otis.get(address)
        found = answer.context["part"]
        read += [line.event.pk for line in found.lines]
        if found.following is None:
            break
        address = answer.context["next_url"]
    assert len(read) == len(set(read)) == 64 + 1  # and the first of our own questions


@pytest.mark.parametrize("who", ["cora", "anil", "ada", "ben", "asha", "cleo"])
@pytest.mark.parametrize(
    "path", ["/referrals/{id}/seen-by", "/audit", "/audit/people/{ben}", "/audit/unusual"]
)
def test_nobody_without_the_permission_is_answered(cast, seen, who, path):
    asker = cast.browser(getattr(cast, who))
    assert asker.get(path.format(id=seen.pk, ben=cast.ben.pk)).status_code == 403


def test_a_record_that_is_not_the_agencys_is_not_there_for_its_auditor(cast, pat):
    theirs = cast.referral("received")
    assert cast.browser(pat).get(f"/referrals/{theirs.pk}/seen-by").status_code == 404


def test_the_way_to_it_stands_on_the_record_for_those_who_may(cast, seen, pat):
    for person, shown in ((cast.otis, True), (pat, True), (cast.ben, False)):
        page = cast.browser(person).get(f"/referrals/{seen.pk}").content.decode()
        assert (f"/referrals/{seen.pk}/seen-by" in page) == shown


# Two locks: the filter and the policy, each with the other one off.


def test_the_database_alone_keeps_other_agencies_events_from_all_but_the_centres_auditor(cast, seen, pat):
    def agencies_of(person):
        with acting_as(cast.actor(person)):
            return set(Event.objects.values_list("agency_id", flat=True))

    assert agencies_of(cast.otis) >= {cast.centre.pk, cast.police.pk, cast.lumen.pk}
    for person in (cast.cora, cast.ada, cast.anil):
        assert agencies_of(person) == {cast.centre.pk}
    assert agencies_of(pat) == {cast.police.pk}


def test_the_filter_alone_does_so_too(cast, seen, pat):
    otis, cora, his = cast.actor(cast.otis), cast.actor(cast.cora), cast.actor(pat)
    with acting_as(otis):  # the database lets every event through
        assert set(visible_events(cora).values_list("agency_id", flat=True)) == {cast.centre.pk}
        assert set(events_about(his, seen.pk).values_list("agency_id", flat=True)) == {cast.police.pk}


def test_the_sight_of_every_event_ends_with_the_unit_of_work(cast, seen):
    with acting_as(cast.actor(cast.cora)):
        with acting_as(cast.actor(cast.otis)):
            assert Event.objects.filter(agency_id=cast.police.pk).exists()
        assert not Event.objects.filter(agency_id=cast.police.pk).exists()


# What did this person see last week.


def test_an_auditor_is_told_which_records_how_often_and_why(cast, seen, pat):
    page = cast.browser(pat).get(f"/audit/people/{cast.ben.pk}")
    (row,) = [row for row in Rows(page.content.decode()).rows if row and row[0] == seen.reference]
    assert row[1:5] == [
        "3",
        "1",
        "Accepted it into custody",
        "Custodian; custody of the referral",
    ]
    assert "Analyst, Northshire Police" in page.content.decode()


def test_searches_and_files_are_told_and_not_what_was_searched_for(cast, seen):
    ben = cast.browser(cast.ben)
    ben.post("/search", {"text": "zanzibar"})
    ben.post("/referrals/csv", {"purpose": "casework"})
    page = cast.browser(cast.otis).get(f"/audit/people/{cast.ben.pk}").content.decode()
    assert "nothing found" in page
    assert "took it out in a file, 1 rows" in page
    assert "zanzibar" not in page


def test_days_before_the_last_seven_are_told_when_asked_for(cast):
    cast.referral("accepted", at=timezone.now() - timedelta(days=12))
    otis, page = cast.browser(cast.otis), f"/audit/people/{cast.ben.pk}"
    assert "Nothing in these days" in otis.get(page).content.decode()
    then = (timezone.localdate() - timedelta(days=13)).isoformat()
    assert "Accepted it into custody" in otis.get(page, {"since": then}).content.decode()


def test_a_system_is_asked_about_as_a_person_is(cast, seen):
    cast.system(cast.police_client).get(f"/api/v1/referrals/{seen.pk}")
    page = cast.browser(cast.otis).get(f"/audit/people/{cast.police_client.pk}").content.decode()
    assert "What police system did" in page
    assert seen.reference in page


def test_another_agencys_person_and_nobody_are_the_same_404(cast, pat):
    asker = cast.browser(pat)
    theirs, absent = (
        asker.get(f"/audit/people/{key}") for key in (cast.cora.pk, "0" * 8 + "-0000-4000-8000-" + "0" * 12)
    )
    assert theirs.status_code == absent.status_code == 404
    assert theirs.content == absent.content


# The log itself, and the file of it.


def test_the_log_is_narrowed_by_agency_person_record_and_kind(cast, seen):
    otis = cast.browser(cast.otis)
    asked = {"agency": cast.police.pk, "who": cast.ben.pk, "record": seen.reference, "kind": "consultation"}
    lines = told(otis.get("/audit", asked))
    assert [what for _, what, _ in lines] == [
        f"Seen Opened the narrative {seen.reference}",
        f"Seen Opened the record {seen.reference}",
        f"Seen Opened the record {seen.reference}",
        f"Seen Opened the record {seen.reference}",
    ]


def test_an_agencys_auditor_has_no_choice_of_agencies_and_no_other_agencys_lines(cast, seen, pat):
    page = cast.browser(pat).get("/audit", {"agency": cast.centre.pk})
    assert 'name="agency"' not in page.content.decode()
    assert not {who for who, *_ in told(page)} & {"Cora Lindqvist", "Anil Mehta", "Asha Rahman"}


def test_a_record_nobody_may_see_is_asked_for_in_vain(cast, pat):
    theirs = cast.referral("received")
    page = cast.browser(pat).get("/audit", {"record": theirs.reference}).content.decode()
    assert "There is no record of this reference that you may see" in page


def test_the_file_needs_a_purpose_and_is_a_disclosure(cast, seen):
    otis = cast.browser(cast.otis)
    refused = otis.post("/audit/csv", {"kind": "disclosure"})
    assert refused.status_code == 422
    assert "Choose why the log is taken out" in refused.content.decode()
    answer = otis.post("/audit/csv", {"kind": "disclosure", "why": "lawfulness"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[:7] == ["When (UTC)", "Who", "Who it is", "Agency", "Kind", "What", "Records"]
    assert [row[1:7] for row in rows] == [
        [
            "Ben Carrow",
            "Person",
            "Northshire Police",
            "Disclosed",
            "Accepted it into custody",
            seen.reference,
        ],
        [
            "Cora Lindqvist",
            "Person",
            "Online Harms Safety Centre",
            "Disclosed",
            "Offered it to an agency",
            seen.reference,
        ],
    ]
    with acting_as(cast.actor(cast.otis)):
        event = Event.objects.get(action="audit.exported")
    assert (event.kind, event.purpose, event.recipient_ids) == ("disclosure", WHY, [cast.centre.pk])
    assert event.details == {"asked": {"kind": "disclosure"}, "rows": 2, "purpose": "lawfulness"}


@pytest.mark.parametrize("who", ["otis", "cora", "ben"])
def test_the_way_to_the_log_stands_in_the_navigation_of_auditors(cast, who):
    page = cast.browser(getattr(cast, who)).get("/triage").content.decode()
    assert ('href="/audit"' in page) == (who == "otis")


# By command.


def run(*words) -> str:
    said = io.StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def test_an_operator_is_told_who_saw_a_record_and_stands_in_the_log(cast, seen, monkeypatch):
    monkeypatch.setenv("LOGNAME", "somebody-else")  # who runs it is not theirs to choose
    said = run("audit_who_saw", seen.reference, "--for", "Complaint 12", "--format", "json")
    assert [(line["Who"], line["What"]) for line in json.loads(said)][:2] == [
        ("Ben Carrow", "Opened the narrative"),
        ("Ben Carrow", "Opened the record"),
    ]
    first, *_ = told(cast.browser(cast.otis).get(f"/referrals/{seen.pk}/seen-by"))
    assert first == (
        f"An operator ({pwd.getpwuid(os.getuid()).pw_name})",
        "Seen Asked who has seen the record",
        "Complaint 12",
    )


def test_an_operator_is_told_what_a_person_or_a_system_did(cast, seen):
    said = run("audit_seen_by", cast.ben.email, "--for", "Complaint 12")
    assert said.startswith("Ben Carrow, analyst, Northshire Police\n")
    (line,) = [line for line in said.splitlines() if line.startswith(seen.reference)]
    assert line.split()[1:3] == ["3", "1"]
    assert "police system" in run("audit_seen_by", cast.police_client.client_id, "--for", "Complaint 12")


@pytest.mark.parametrize(
    "words",
    [
        ("audit_who_saw", "R-0000-0000", "--for", "x"),
        ("audit_seen_by", "nobody@absent.example", "--for", "x"),
        ("audit_who_saw", "R-0000-0000"),
        ("audit_who_saw", "R-0000-0000", "--for", " "),
    ],
)
def test_a_command_without_a_reason_or_a_subject_is_refused(db, words):
    with pytest.raises(CommandError):
        run(*words)
