"""The referral's page: what each reader sees, which steps they take on it, and how a refusal keeps what was typed."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.record import referral_of
from referrals.transitions import Status
from tests.referrals.pages.test_queue import statements

STATEMENTS = 19
EVERY_STATUS = [status for status in Status.values if status != "merged"]


def page(cast, who, referral, **more):
    return cast.browser(getattr(cast, who)).get(reverse("referral", args=[referral.pk]), **more)


def take(cast, who, referral, step, headers=None, **given):
    url = reverse("referral-step", args=[referral.pk, step])
    return cast.browser(getattr(cast, who)).post(url, given, headers=headers or {})


def now(cast, referral):
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        return referral_of(referral.pk, cora)


def steps(answer) -> set[str]:
    return set(re.findall(r'action="/referrals/[0-9a-f-]+/steps/([a-z-]+)', answer.content.decode()))


ASK, HELD = {"ask"}, {"ask", "re-band", "pass-on"}
OPEN_STEPS = {  # typed by hand: who is offered which buttons
    "received": {
        "anil": {"triage", "reject"} | ASK,
        "cora": {"triage", "reject"} | ASK,
        "asha": {"withdraw"} | ASK,
    },
    "triaged": {
        "anil": {"reject", "re-band"} | ASK,
        "cora": {"offer", "reject", "re-band"} | ASK,
        "asha": {"withdraw"} | ASK,
    },
    "offered": {
        "anil": {"re-band"} | ASK,
        "cora": {"recall", "re-band"} | ASK,
        "ben": {"acknowledge", "accept", "decline"} | ASK,
        "asha": {"withdraw"} | ASK,
    },
    "accepted": {"anil": HELD, "cora": HELD, "ben": {"return", "conclude"} | HELD, "asha": ASK},
    "passed_on": {
        "cora": {"recall", "re-band"} | ASK,
        "ben": {"return", "conclude", "re-band"} | ASK,
        "dev": {"acknowledge", "accept", "decline"} | ASK,
        "asha": ASK,
    },
    "asked": {"ben": {"return", "conclude"} | HELD, "asha": {"answer"} | ASK},
    "concluded": {"anil": {"reopen"}, "cora": {"reopen"}, "ben": {"reopen"}, "asha": set()},
    "rejected": {"anil": {"reopen"}, "cora": {"reopen"}, "asha": set()},
    "withdrawn": {"anil": {"reopen"}, "cora": {"reopen"}, "asha": set()},
}


@pytest.mark.parametrize("status", OPEN_STEPS)
def test_each_reader_sees_the_steps_that_are_theirs_or_why_there_are_none(cast, status):
    referral = cast.referral(status)
    for who, expected in OPEN_STEPS[status].items():
        answer = page(cast, who, referral)
        assert steps(answer) == expected, (status, who)
    assert steps(page(cast, "otis", referral)) == set()


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_forbidden_and_absent_are_the_same_page_on_every_address(cast, status):
    referral, absent = cast.referral(status), uuid4()
    browser = cast.browser(cast.cleo)
    for route, method, more in (
        ("referral", "get", []),
        ("referral-narrative", "post", []),
        ("referral-take", "post", []),
        ("referral-put-down", "post", []),
        ("referral-step", "post", ["accept"]),
        ("referral-step", "post", ["conclude"]),
    ):
        hidden = getattr(browser, method)(reverse(route, args=[referral.pk, *more]))
        missing = getattr(browser, method)(reverse(route, args=[absent, *more]))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content


def test_the_whole_path_is_taken_by_forms(cast):
    referral = cast.referral("received")
    assert take(cast, "anil", referral, "triage", priority="P2", reason="Clear enough.").status_code == 302
    offer = reverse("board-offer", args=[referral.pk, "northshire-police"])
    assert (
        cast.browser(cast.cora)
        .post(offer, {"agreement": "SA-NORTHSHIRE", "because": "They know it."})
        .status_code
        == 302
    )
    assert take(cast, "ben", referral, "accept").status_code == 302
    done = take(
        cast,
        "ben",
        referral,
        "conclude",
        **{
            "outcomes-rows": "1",
            "outcomes-0-code": "CHILD_SAFEGUARDED",
            "outcomes-0-count": "2",
            "outcomes-0-detail": "Held with the family.",
            "outcomes-0-share": "on",
        },
    )
    assert done.status_code == 302
    assert now(cast, referral).status == "concluded"
    text = page(cast, "asha", referral).content.decode()
    assert "Child safeguarded" in text
    assert "Held with the family." in text


def test_a_message_says_what_was_done_and_who_is_told(cast):
    referral = cast.referral("received")
    browser = cast.browser(cast.anil)
    url = reverse("referral-step", args=[referral.pk, "triage"])
    answer = browser.post(url, {"priority": "P2"}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == [f"{referral.reference}: triaged. Lumen Social is told."]


@pytest.mark.parametrize(
    ("status", "who", "step", "agency", "leads_to"),
    [
        ("triaged", "cora", "offer", "police", "/board/{}/offer/northshire-police"),
        ("accepted", "ben", "pass-on", "eastmoor", "/referrals/{}/pass-on/eastmoor-police"),
    ],
)
def test_what_the_other_side_will_see_comes_before_the_sending(cast, status, who, step, agency, leads_to):
    referral = cast.referral(status)
    answer = take(cast, who, referral, step, to_agency=str(getattr(cast, agency).pk))
    assert (answer.status_code, answer["Location"]) == (302, leads_to.format(referral.pk))
    assert now(cast, referral).status == status


def test_triage_gives_only_answers_that_are_new(cast):
    referral = cast.referral("received", environment="", harm_type="")
    answer = take(
        cast,
        "anil",
        referral,
        "triage",
        **{
            "priority": "P1",
            "environment": "dark_web",
            "harm_type": "grooming",
            "factor-contact_continuing": "yes",
            "factor-coercion": "no",
        },
    )
    assert answer.status_code == 302
    after = now(cast, referral)
    assert (after.environment, after.harm_type_id, after.band) == ("dark_web", "grooming", "P1")
    shown = {row["question"]: row["by"] for row in page(cast, "anil", referral).context["page"].facts}
    assert shown == {"Contact continuing": "Lumen Social", "Coercion": "Online Harms Safety Centre"}


def test_a_refused_form_keeps_what_was_typed_and_says_so_beside_the_field(cast):
    referral = cast.referral("offered")
    answer = take(cast, "ben", referral, "decline", reason="Full until <Monday>.")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Full until &lt;Monday&gt;." in text
    assert 'href="#decline_reason_code_0"' in text
    assert now(cast, referral).status == "offered"


def test_imagery_in_a_reason_is_refused_by_the_name_of_the_field(cast):
    referral = cast.referral("offered")
    picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    answer = take(cast, "ben", referral, "decline", reason_code="no_capacity", reason=picture)
    assert answer.status_code == 422
    assert "In your words holds an image or a video" in answer.content.decode()


def test_another_outcome_is_asked_for_by_a_button(cast):
    referral = cast.referral("accepted")
    answer = take(
        cast,
        "ben",
        referral,
        "conclude",
        more="outcomes",
        **{"outcomes-0-code": "ARREST", "outcomes-0-detail": "x"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="outcomes-1-code"' in text
    assert '<option value="ARREST" selected>' in text
    assert "There is a problem" not in text


def test_a_conclusion_without_an_outcome_or_from_the_future_is_refused(cast):
    referral = cast.referral("accepted")
    assert "Choose at least one outcome" in take(cast, "ben", referral, "conclude").content.decode()
    later = take(
        cast, "ben", referral, "conclude", **{"outcomes-0-code": "ARREST", "outcomes-0-on": "2999-01-01"}
    )
    assert later.status_code == 422
    assert "not in the future" in later.content.decode()


def test_a_stale_form_says_who_changed_it_and_keeps_what_was_typed(cast):
    referral = cast.referral("received")
    cast.step("triage", referral, cast.cora, priority="P3")
    answer = take(
        cast, "anil", referral, "reject", version=1, reason_code="spam", reason="Seen this week already."
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "This changed while you had it open. Triaged by Cora Lindqvist" in text
    assert "Seen this week already." in text
    assert 'name="version" value="2"' in text
    assert now(cast, referral).status == "triaged"


def test_what_was_typed_for_a_step_no_longer_open_is_shown(cast):
    referral = cast.referral("triaged")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    answer = take(cast, "anil", referral, "reject", reason_code="spam", reason="Seen this week already.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "What you typed" in text
    assert "Seen this week already." in text
    assert "Offered to Northshire Police by Cora Lindqvist" in text


def test_an_offer_no_agreement_covers_is_refused_in_words(cast):
    referral = cast.referral("triaged", environment="dark_web")
    answer = cast.browser(cast.cora).post(reverse("board-offer", args=[referral.pk, "eastmoor-police"]))
    assert answer.status_code == 409
    assert "does not cover dark web" in answer.content.decode()


def test_after_a_decline_one_is_back_in_the_list_and_the_record_is_gone(cast):
    referral = cast.referral("offered")
    browser = cast.browser(cast.ben)
    url = reverse("referral-step", args=[referral.pk, "decline"])
    answer = browser.post(url, {"reason_code": "no_capacity"}, follow=True)
    assert answer.redirect_chain == [("/triage", 302)]
    assert "declined. The Centre is told." in answer.content.decode()
    assert browser.get(reverse("referral", args=[referral.pk])).status_code == 404


def test_with_htmx_too_one_is_led_back_to_the_list(cast):
    referral = cast.referral("offered")
    answer = take(cast, "ben", referral, "decline", headers={"HX-Request": "true"}, reason_code="no_capacity")
    assert answer["HX-Redirect"] == "/triage"


def test_a_panel_fetched_by_htmx_is_the_panel_of_the_whole_page(cast):
    referral = cast.referral("accepted")
    browser = cast.browser(cast.ben)
    url = reverse("referral", args=[referral.pk])
    whole = browser.get(url).content.decode()
    part = browser.get(url, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()

    def body(text):
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
        return re.sub(r"\s+", " ", text[text.index('<div class="strip">') : text.index("</article>")])

    assert body(part) == body(whole)
    assert "<html" not in part


def test_a_step_beside_the_list_changes_the_row_where_it_stands(cast):
    referral = cast.referral("received")
    row = cast.browser(cast.anil).get("/triage").context["items"][0]
    query = row["url"].split("?")[1]
    answer = cast.browser(cast.anil).post(
        f"{reverse('referral-step', args=[referral.pk, 'triage'])}?{query}",
        {"priority": "P1", "version": 1},
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/triage?environment=surface_web"},
    )
    text = answer.content.decode()
    assert 'hx-swap-oob="true"' in text
    assert answer["HX-Push-Url"] == f"/triage?environment=surface_web&record={referral.pk}"
    assert "<h1" not in text  # the page has one already


@pytest.mark.parametrize(
    ("who", "status", "answered"),
    [("anil", "received", 200), ("asha", "received", 200), ("ben", "offered", 404), ("ben", "accepted", 200),
     ("otis", "received", 403), ("ada", "received", 403)],
)  # fmt: skip
def test_the_narrative_is_opened_by_request_and_each_opening_is_recorded(cast, who, status, answered):
    referral = cast.referral(status)
    assert "The reporter states" not in page(cast, who, referral).content.decode()
    answer = cast.browser(getattr(cast, who)).post(reverse("referral-narrative", args=[referral.pk]))
    assert answer.status_code == answered
    opens = answered == 200
    assert ("The reporter states" in answer.content.decode()) == opens
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        assert visible_events(actor).filter(action="narrative.opened").count() == opens


def test_the_source_sees_its_own_words_and_not_whom_the_centre_asks(cast):
    referral = cast.referral("offered")
    text = page(cast, "asha", referral).content.decode()
    assert "@heron" in text
    assert "Northshire" not in text
    assert "Anil Mehta" not in text


def test_people_of_other_agencies_are_not_named_but_to_the_centre(cast):
    referral = cast.referral("accepted")
    ben = page(cast, "ben", referral).content.decode()
    assert "Ben Carrow" in ben
    assert "Anil Mehta" not in ben
    assert "Ben Carrow" in page(cast, "anil", referral).content.decode()


def test_taking_handing_over_and_putting_down(cast):
    referral = cast.referral("accepted")
    browser = cast.browser(cast.ben)
    assert (
        "you have it"
        in browser.post(reverse("referral-take", args=[referral.pk]), follow=True).content.decode()
    )
    url = reverse("referral-hand-over", args=[referral.pk])
    for wrong in ("", "x", str(cast.anil.pk)):
        assert "Choose a colleague" in browser.post(url, {"to_person": wrong}, follow=True).content.decode()
    assert "Bea Dunmore has it" in browser.post(url, {"to_person": cast.bea.pk}, follow=True).content.decode()
    down = browser.post(reverse("referral-put-down", args=[referral.pk]), follow=True)
    assert "Nobody in your agency has it" in down.content.decode()


@pytest.mark.parametrize("step", ["expire", "nonsense", "receive"])
def test_a_step_that_is_nobodys_is_not_there(cast, step):
    assert take(cast, "anil", cast.referral(), step).status_code == 404


def test_a_step_of_another_party_is_refused_with_the_reason(cast):
    answer = take(cast, "asha", cast.referral("received"), "triage", priority="P1")
    assert answer.status_code == 409
    assert "Triage is for the Centre only." in answer.content.decode()


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_the_page_costs_the_same_whatever_its_size(cast, status, django_assert_max_num_queries):

    referral = cast.referral(status)
    for who in OPEN_STEPS[status]:
        browser = cast.browser(getattr(cast, who))
        browser.get(reverse("referral", args=[referral.pk]))
        with django_assert_max_num_queries(60) as captured:
            browser.get(reverse("referral", args=[referral.pk]))
        assert statements(captured) <= STATEMENTS, (status, who)
