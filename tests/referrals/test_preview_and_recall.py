"""What the other side will see is what it then sees, to the byte; and what it had read by a recall is receipted."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from notifications.access import visible_inbox
from notifications.actions import spread_waiting
from ohsc.core.acting import acting_as
from referrals.access import visible_disclosures, visible_history, visible_offers, visible_referrals
from referrals.actions import StepRefused, foresee
from referrals.drafts import Given, Handling
from referrals.record import look, referral_of
from referrals.representation import full
from tests.api.calls import REFERRALS, step

HOST = "http://testserver"
NOW = timezone.now()


@pytest.fixture
def at_one_moment(monkeypatch):
    """The clock stands still, so that two pages may be compared to the byte."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def ready(cast, step_name):
    """A referral with everything on it that a page may show, ready to be offered or passed on."""
    referral = cast.referral(
        {"offer": "triaged", "pass-on": "accepted"}[step_name],
        at=NOW - timedelta(hours=1),
        external_ref="LS-7",
        factors={"contact_continuing": "yes", "coercion": "unknown"},
        handling=Handling(
            source_grade="1", information_grade="B", code="C", conditions="Ask the source first."
        ),
    )
    if step_name == "offer":  # asked by the Centre of the source: not the business of whoever is offered it
        cast.step("ask", referral, cast.anil, to_agency=cast.lumen, question="Which device?", at=NOW)
    return referral


SENDS = {  # who sends it, to whom, by which page
    "offer": ("cora", "police", "ben", "/board/{}/offer/northshire-police", "SA-NORTHSHIRE"),
    "pass-on": ("ben", "eastmoor", "dev", "/referrals/{}/pass-on/eastmoor-police", "SA-FORCES"),
}


@pytest.mark.parametrize("name", SENDS)
def test_the_preview_on_the_page_is_the_page_they_then_have(cast, at_one_moment, name):
    sender, _, reader, address, agreement = SENDS[name]
    referral = ready(cast, name)
    browser, path = cast.browser(getattr(cast, sender)), address.format(referral.pk)
    shown = browser.get(path).content.decode()
    assert browser.post(path, {"agreement": agreement, "because": "They know it."}).status_code == 302
    theirs = cast.browser(getattr(cast, reader)).get(f"/referrals/{referral.pk}").content.decode()
    sections = (
        "what-title",
        "facts-title",
        "selectors-title",
        "offers-title",
        "custody-title",
        "history-title",
    )
    for section in sections:
        assert section_of(theirs, section) == section_of(shown, section), section
    assert "questions-title" not in theirs + shown
    assert referral.summary in shown
    assert "asked to continue elsewhere" not in shown  # the narrative
    assert "LS-7" not in shown.split('class="seen-by__page')[1].split("seen-by__not")[0]


def section_of(page: str, title: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{title}".*?</section>', page, re.DOTALL)
    assert found, title
    return found.group(0)


@pytest.mark.parametrize("name", SENDS)
def test_the_preview_field_by_field_is_what_their_system_then_reads(cast, at_one_moment, name):
    sender, recipient, *_ = SENDS[name]
    referral, agency = ready(cast, name), getattr(cast, recipient)
    by = cast.actor(getattr(cast, sender))
    with acting_as(by):
        foreseen = foresee(
            name,
            referral_id=referral.pk,
            by=by,
            at=NOW,
            given=Given(to_agency=agency),
            before=agency,
            show=lambda seen, reader: full(seen, reader, HOST),
        )
    cast.step(name, referral, by, to_agency=agency, at=NOW)
    read = cast.system(getattr(cast, f"{recipient}_client")).get(f"{REFERRALS}/{referral.pk}").json()
    steps = read.pop("steps")  # what may be done depends on the reader's own rights, not on what is disclosed
    foreseen.pop("steps")
    assert "accept" in steps
    assert read.pop("narrative", None) is None
    assert json.loads(json.dumps(foreseen)) == read


def test_a_rehearsal_leaves_nothing_behind(cast):
    referral = ready(cast, "offer")
    cora = cast.actor(cast.cora)

    def everything():
        with acting_as(cora):
            found = visible_referrals(cora).get(pk=referral.pk)
            return (
                found.status,
                found.version,
                visible_offers(cora).count(),
                visible_history(cora).count(),
                visible_disclosures(cora).count(),
                Event.objects.filter(action="referral.offer").count(),
            )

    before = everything()
    cast.browser(cast.cora).get(f"/board/{referral.pk}/offer/northshire-police")
    assert everything() == before
    spread_waiting(at=timezone.now())
    bea = cast.actor(cast.bea)
    with acting_as(bea):
        assert not visible_inbox(bea).exists()
        assert not visible_referrals(bea).exists()


def test_what_may_not_be_sent_is_not_shown(cast):
    referral = ready(cast, "offer")
    cora = cast.actor(cast.cora)
    with acting_as(cora), pytest.raises(StepRefused):
        foresee(
            "offer",
            referral_id=referral.pk,
            by=cora,
            at=NOW,
            given=Given(to_agency=cast.harbour),
            before=cast.harbour,
            show=lambda *_: pytest.fail("it was shown"),
        )


# Recall.


def receipts_on(cast, who, referral) -> list[list[tuple[str, str]]]:
    actor = cast.actor(who)
    with acting_as(actor):
        seen = look(referral_of(referral.pk, actor), actor)
        return [
            [(line["part"], line["through"]) for line in receipt.read_before]
            for receipt in seen.receipts.values()
        ]


def test_a_recall_is_receipted_with_what_was_read_through_what_and_when_but_never_by_whom(cast):
    referral = cast.referral("offered")
    cast.browser(cast.ben).get(f"/referrals/{referral.pk}")
    cast.browser(cast.bea).get(f"/referrals/{referral.pk}")
    cast.browser(cast.ben).get("/triage?tab=offered")
    cast.system(cast.police_client).get(f"{REFERRALS}/{referral.pk}/history")
    answer = step(cast.system(cast.centre_client), referral.pk, "recall", {"reason_code": "better_fit"})
    [receipt] = answer.json()["receipts"]
    assert receipt["to_agency"] == "northshire-police"
    assert [(line["part"], line["through"]) for line in receipt["read"]] == [
        ("record", "page"),
        ("line", "page"),
        ("history", "interface"),
    ]
    record = receipt["read"][0]
    assert referral.updated_at.isoformat()[:19] <= record["first_at"][:19] <= record["last_at"][:19]
    said = json.dumps(receipt) + cast.browser(cast.cora).get(f"/referrals/{referral.pk}").content.decode()
    assert "By then Northshire Police had read:" in said
    for person in (cast.ben, cast.bea):
        assert person.name not in said
        assert str(person.pk) not in said


def test_an_answer_to_a_step_is_a_look_too(cast):
    referral = cast.referral("offered")
    step(cast.system(cast.police_client), referral.pk, "acknowledge")
    refused = cast.browser(cast.ben).post(f"/referrals/{referral.pk}/steps/decline", {})  # no reason given
    assert refused.status_code == 422
    cast.step("recall", referral, cast.cora, reason_code="better_fit")
    assert receipts_on(cast, cast.cora, referral) == [[("record", "interface"), ("record", "page")]]


def test_what_was_never_read_is_receipted_as_that(cast):
    referral = cast.referral("offered")
    cast.step("recall", referral, cast.cora, reason_code="entered_in_error")
    assert receipts_on(cast, cast.cora, referral) == [[]]
    assert (
        "Nothing of it had been read."
        in cast.browser(cast.anil).get(f"/referrals/{referral.pk}").content.decode()
    )


def test_looks_before_the_offer_and_after_the_recall_are_in_no_receipt(cast):
    referral = cast.referral("offered")
    cast.browser(cast.ben).get(f"/referrals/{referral.pk}")
    cast.step("decline", referral, cast.ben, reason_code="no_capacity")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    cast.step("recall", referral, cast.cora, reason_code="better_fit")
    cast.browser(cast.ben).get(f"/referrals/{referral.pk}")
    assert receipts_on(cast, cast.cora, referral) == [[]]


def test_a_passing_on_that_is_recalled_is_receipted_to_the_custodian_too(cast):
    referral = cast.referral("passed_on")
    cast.browser(cast.dev).get(f"/referrals/{referral.pk}")
    cast.step("recall", referral, cast.cora, reason_code="changed_circumstances")
    assert receipts_on(cast, cast.ben, referral) == [[("record", "page")]]
    assert receipts_on(cast, cast.cora, referral) == [[("record", "page")]]
    assert receipts_on(cast, cast.asha, referral) == []  # whom it was offered to is not the source's matter
    assert "receipt" not in cast.browser(cast.asha).get(f"/referrals/{referral.pk}").content.decode()


@pytest.mark.parametrize(
    ("status", "name", "who", "given"),
    [
        ("offered", "recall", "cora", {"reason_code": "better_fit"}),
        ("offered", "withdraw", "asha", {"reason_code": "legal_restriction"}),
        ("passed_on", "return", "ben", {"reason_code": "no_capacity"}),
    ],
)
def test_whoever_loses_an_offer_is_told_not_to_keep_or_use_it(cast, status, name, who, given):
    referral = cast.referral(status)
    cast.step(name, referral, getattr(cast, who), **given)
    spread_waiting(at=timezone.now())
    loser = cast.actor(cast.bea if status == "offered" else cast.dev)
    with acting_as(loser):
        said = [item.says for item in visible_inbox(loser).filter(topic=f"referral.{name}")]
    assert said == ["Offer recalled: do not keep or use what you read of it"]
