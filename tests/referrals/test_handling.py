"""What each marking does, through the interface and the pages: tables typed by hand beside docs/handling.md."""

import csv
import io
from datetime import date
from html import unescape

import pytest
from django.utils import timezone

from agencies.actions import add_agreement
from audit.access import visible_events
from exchange.document import DocumentRefused
from exchange.drafts import Draft as Told
from exchange.importing import draft_of
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.drafts import Handling, SelectorDraft
from tests.api.calls import BODY, REFERRALS, faults, send, step
from tests.cast import SUMMARY
from tests.referrals.conftest import how_many
from tests.referrals.pages.test_new_referral import TYPED

WORDS = "What is held is told in these words."


def agree(cast, discloser, recipient, ceiling="RED"):
    with acting_as(CLOCK):
        add_agreement(
            f"SA-{discloser.slug}-{recipient.slug}"[:40], discloser=discloser, recipient=recipient, purpose="Safety",
            gateway="common_law_policing", environments=["surface_web"], tlp_ceiling=ceiling, retention_days=30,
            starts_on=date(2026, 1, 1), ends_on=date(2036, 1, 1), signed_by="Both", by=CLOCK, at=timezone.now(),
        )  # fmt: skip


# TLP 2.0. Who reads the content by the interface or takes it as a file; and why it may not be passed on.

EVERYBODY = {"lumen", "centre", "police"}  # the source, the Centre, the custodian
NOT_PASSED = "is not passed on. Once it is returned, the Centre may offer it under its own agreement."
TLP = [
    ("CLEAR", EVERYBODY, ""),
    ("GREEN", EVERYBODY, ""),
    ("AMBER", EVERYBODY, ""),
    ("AMBER+STRICT", EVERYBODY, f"TLP:AMBER+STRICT {NOT_PASSED}"),
    ("RED", {"lumen"}, f"TLP:RED {NOT_PASSED}"),
]


def accepted(systems, **changes) -> str:
    made = send(systems["lumen"], BODY | changes).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2", "reason": "Our own reasons."})
    step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"})
    assert step(systems["police"], made["id"], "accept").status_code == 200
    return made["id"]


def content_in(read: dict) -> set[str]:
    names = ("summary", "narrative", "declaration", "factors", "factors_given", "selectors")
    return {name for name in names if read[name]}


@pytest.mark.parametrize(("tlp", "readers", "_"), TLP)
def test_who_reads_the_content_by_the_interface(systems, tlp, readers, _):
    key = accepted(systems, handling={"tlp": tlp})
    for who in EVERYBODY:
        read = systems[who].get(f"{REFERRALS}/{key}").json()
        [line] = systems[who].get(REFERRALS).json()["items"]
        everything = {"summary", "narrative", "declaration", "factors", "factors_given", "selectors"}
        assert content_in(read) == (everything if who in readers else set()), who
        assert bool(line["summary"]) == (who in readers), who
        assert (read["status"], line["status"], line["handling"]["tlp"]) == ("accepted", "accepted", tlp)
        assert read["due_at"]
        if who not in readers:
            assert line["withheld"] == ["summary"]
            assert {"summary", "narrative", "selectors"} <= set(read["withheld"])
            assert line["suggested_priority"]["because"] == []
        else:
            assert "withheld" not in line


def test_what_was_read_is_what_the_audit_says_was_read(cast, systems):
    key = accepted(systems, handling={"tlp": "RED"})
    systems["police"].get(f"{REFERRALS}/{key}")
    ben = cast.actor(cast.bea)
    with acting_as(ben):
        assert visible_events(ben).filter(action="referral.opened").latest("at").details["narrative"] is False


def test_of_what_is_red_each_reads_by_the_interface_only_the_words_it_wrote(systems):
    key = accepted(systems, handling={"tlp": "RED"})
    asked = step(
        systems["police"], key, "ask", {"to_agency": "lumen-social", "question": "When was it made?"}
    )
    assert asked.json()["questions"][0]["question"] == "When was it made?"
    at_source = systems["lumen"].get(f"{REFERRALS}/{key}").json()
    assert at_source["questions"][0]["question"] is None
    assert at_source["withheld"] == ["questions", "outcomes"]
    assert step(systems["lumen"], key, "answer", {"answer": "In March."}).status_code == 200
    assert systems["lumen"].get(f"{REFERRALS}/{key}").json()["questions"][0]["answer"] == "In March."
    assert systems["police"].get(f"{REFERRALS}/{key}").json()["questions"][0]["answer"] is None
    outcome = {"code": "CHILD_SAFEGUARDED", "detail": "Held with family.", "share_detail": True}
    done = step(systems["police"], key, "conclude", {"outcomes": [outcome]})
    assert done.json()["outcomes"][0]["detail"] == "Held with family."
    assert systems["lumen"].get(f"{REFERRALS}/{key}").json()["outcomes"][0]["detail"] is None
    reasons = {
        line["step"]: line["reason"]
        for line in systems["centre"].get(f"{REFERRALS}/{key}/history").json()["items"]
    }
    assert reasons["triage"] == "Our own reasons."
    by_police = systems["police"].get(f"{REFERRALS}/{key}/history").json()["items"]
    triage = next(line for line in by_police if line["step"] == "triage")
    assert (triage["reason"], triage["withheld"]) == (None, ["reason"])


@pytest.mark.parametrize(("tlp", "readers", "_"), TLP)
def test_whose_file_holds_the_summary(cast, systems, tlp, readers, _):
    accepted(systems, handling={"tlp": tlp})
    for who, person in (("lumen", cast.asha), ("centre", cast.anil), ("police", cast.ben)):
        for address, asked in (("/referrals/csv", {}), ("/search/csv", {"text": "account child"})):
            answer = cast.browser(person).post(address, asked | {"purpose": "casework"})
            [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
            assert row["Summary"] == (BODY["summary"] if who in readers else "Withheld: TLP:RED")
            assert row["Handling"] == f"OFFICIAL-SENSITIVE · TLP:{tlp}"


@pytest.mark.parametrize(("tlp", "_", "sentence"), TLP)
def test_who_has_it_passes_it_on_only_where_the_marking_permits(cast, systems, tlp, _, sentence):
    agree(cast, cast.police, cast.eastmoor)
    key = accepted(systems, handling={"tlp": tlp})
    shown = unescape(cast.browser(cast.bea).get(f"/referrals/{key}/pass-on/eastmoor-police").content.decode())
    assert (sentence in shown) if sentence else ("Pass on to Eastmoor Police" in shown)
    answer = step(systems["police"], key, "pass-on", {"to_agency": "eastmoor-police"})
    assert answer.status_code == (409 if sentence else 200)
    assert not sentence or answer.json()["detail"] == sentence


def test_what_is_red_is_offered_by_the_centre_only_under_an_agreement_that_reaches_it(systems):
    made = send(systems["lumen"], BODY | {"handling": {"tlp": "RED"}}).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2"})
    refused = step(systems["centre"], made["id"], "offer", {"to_agency": "eastmoor-police"})
    assert refused.json()["detail"] == "Agreement SA-EASTMOOR reaches TLP:AMBER and this is TLP:RED."
    assert step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"}).status_code == 200


# PAP: a platform acts on its own service, where whom it is about could notice.

PAP = [("", True), ("CLEAR", True), ("GREEN", True), ("AMBER", False), ("RED", False)]


@pytest.mark.parametrize(("pap", "to_a_platform"), PAP)
def test_a_platform_is_offered_only_what_permits_action(cast, systems, pap, to_a_platform):
    agree(cast, cast.centre, cast.lumen)
    handling = {"tlp": "GREEN"} | ({"pap": pap} if pap else {})
    made = send(systems["harbour"], BODY | {"handling": handling}).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2"})
    sentence = (
        f"PAP:{pap} permits no action that could be noticed, and Lumen Social would act on its own service."
    )
    board = unescape(cast.browser(cast.cora).get(f"/board/{made['id']}").content.decode())
    assert (sentence in board) is not to_a_platform
    answer = step(systems["centre"], made["id"], "offer", {"to_agency": "lumen-social"})
    assert answer.status_code == (200 if to_a_platform else 409)
    assert to_a_platform or answer.json()["detail"] == sentence


@pytest.mark.parametrize(("pap", "_"), PAP)
def test_the_police_may_be_offered_it_whatever_it_permits(systems, pap, _):
    assert accepted(systems, handling={"pap": pap} if pap else {})


# 3x5x2: conditions.

CONDITIONS = Handling(
    code="C", source_grade="1", information_grade="B", conditions="Ask us before anyone is approached."
)


def test_code_c_without_its_conditions_is_refused_at_every_entrance(cast, systems):
    answer = send(systems["lumen"], BODY | {"handling": {"code": "C"}})
    assert faults(answer) == {"handling/conditions": "required"}
    typed = cast.browser(cast.asha).post("/referrals/new", TYPED | {"handling_code": "C", "go": "send"})
    assert (typed.status_code, how_many(cast)) == (422, 0)
    with pytest.raises(DocumentRefused, match="Code C needs its conditions said"):
        draft_of(Told(summary="A report", handling={"code": "C"}))


def test_conditions_are_shown_wherever_it_is_offered(cast):
    referral = cast.referral("triaged", handling=CONDITIONS)
    cora, bea = cast.browser(cast.cora), cast.browser(cast.bea)
    pages = [cora.get(f"/board/{referral.pk}"), cora.get(f"/board/{referral.pk}/offer/northshire-police")]
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    pages += [bea.get("/work"), bea.get(f"/referrals/{referral.pk}")]
    for page in pages:
        assert CONDITIONS.conditions in page.content.decode(), page.request["PATH_INFO"]


def test_on_the_page_whoever_accepts_confirms_the_conditions_first(cast):
    referral = cast.referral("offered", handling=CONDITIONS)
    bea, path = cast.browser(cast.bea), f"/referrals/{referral.pk}/steps/accept"
    refused = bea.post(path)
    assert refused.status_code == 422
    assert "Tick “I have read the conditions, and we keep to them”" in unescape(refused.content.decode())
    assert bea.post(path, {"conditions_read": "on"}).status_code == 302
    assert confirmed(cast, referral) == "conditions"


def test_over_the_interface_accepting_is_confirming_and_is_recorded_so(cast, systems):
    referral = cast.referral("offered", handling=CONDITIONS)
    assert step(systems["police"], referral.pk, "accept").status_code == 200
    assert confirmed(cast, referral) == "conditions"


def test_without_conditions_nothing_is_confirmed_and_accept_stays_a_button(cast):
    referral = cast.referral("offered")
    bea = cast.browser(cast.bea)
    assert "conditions_read" not in bea.get(f"/referrals/{referral.pk}").content.decode()
    assert bea.post(f"/referrals/{referral.pk}/steps/accept").status_code == 302
    assert confirmed(cast, referral) is None


def confirmed(cast, referral) -> str | None:
    bea = cast.actor(cast.bea)
    with acting_as(bea):
        event = visible_events(bea).get(action="referral.accept", subject_ids=[referral.pk])
    return event.details.get("confirms")


# Shown everywhere.

MARKED = Handling("OFFICIAL", "AMBER+STRICT", "RED", "2", "D", "C", "Ask us first.")


def test_the_marking_stands_wherever_the_referral_does(cast):
    referral = cast.referral("offered", handling=MARKED)
    cora, bea = cast.browser(cast.cora), cast.browser(cast.bea)
    pages = [
        cora.get("/triage?tab=open"), cora.get("/referrals"), cora.post("/search", {"text": referral.reference}),
        cora.get("/board"), bea.get("/work"), bea.get(f"/referrals/{referral.pk}"),
    ]  # fmt: skip
    for page in pages:
        text = page.content.decode()
        assert "OFFICIAL · TLP:AMBER+STRICT · PAP:RED · 2DC · conditions" in text, page.request["PATH_INFO"]
    assert "PAP:RED: Passive work only" in text  # beside the actions


# Children stricter than their parent hold in every view of it.

ADDRESSES = ["/referrals/{}", "/referrals/{}/narrative", "/triage", "/referrals", "/work", "/inbox"]
FILES = ["/triage/csv", "/referrals/csv", "/search/csv", "/inbox/csv"]


def everything_shown(cast, person, client, key) -> str:
    """All that this agency's person and system get to see of anything."""
    browser, system = cast.browser(person), cast.system(client)
    answers = [browser.get(path.format(key)) for path in ADDRESSES if "narrative" not in path]
    answers += [browser.post(ADDRESSES[1].format(key))]
    answers += [browser.post(path, {"text": "account child", "tab": "open"}) for path in FILES]
    answers += [browser.get(f"/referrals/{key}", headers={"HX-Request": "true"})]
    answers += [system.get(path) for path in (REFERRALS, f"{REFERRALS}/{key}", f"{REFERRALS}/{key}/history")]
    answers += [system.get("/api/v1/events")]
    return "\n".join(unescape(answer.content.decode()) for answer in answers)


def test_an_outcomes_detail_kept_from_the_source_is_in_no_view_of_it(cast):
    referral = cast.referral("concluded")
    assert "Held with the family." not in everything_shown(cast, cast.asha, cast.lumen_client, referral.pk)
    assert "Held with the family." in everything_shown(cast, cast.ben, cast.police_client, referral.pk)


def test_a_question_between_others_is_in_no_view_of_the_source(cast):
    referral = cast.referral("accepted")
    cast.step("ask", referral, cast.ben, to_agency=cast.centre, question="Is the heron known to you?")
    assert "heron known to you" not in everything_shown(cast, cast.asha, cast.lumen_client, referral.pk)
    assert "heron known to you" in everything_shown(cast, cast.anil, cast.centre_client, referral.pk)


def test_the_narrative_is_in_no_view_of_an_agency_that_is_only_offered_it(cast):
    referral = cast.referral("offered")
    words = SUMMARY["narrative"]
    assert words not in everything_shown(cast, cast.ben, cast.police_client, referral.pk)
    assert words in everything_shown(cast, cast.asha, cast.lumen_client, referral.pk)


def test_what_others_wrote_beside_a_reason_is_in_no_view_of_the_source(cast):
    referral = cast.referral("triaged", selectors=(SelectorDraft("email", "heron@mail.example"),))
    cast.step("re-band", referral, cast.anil, priority="P1", reason="A second child is named.")
    assert "A second child" not in everything_shown(cast, cast.asha, cast.lumen_client, referral.pk)
    assert "A second child" in everything_shown(cast, cast.cora, cast.centre_client, referral.pk)
