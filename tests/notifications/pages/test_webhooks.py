"""The pages on which an agency's administrators keep its webhooks. Ada is the Centre's administrator."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications import actions, views_webhooks
from notifications.models import Delivery, WebhookEndpoint
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

WEBHOOKS = "/systems/webhooks"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def ada(cast):
    return cast.browser(cast.ada)


@pytest.fixture
def endpoint(cast):
    return made(cast, cast.ada)


def made(cast, who, url="https://hooks.ohsc.example/in") -> WebhookEndpoint:
    actor = cast.actor(who)
    with acting_as(actor):
        return actions.add_endpoint(url, description="Case system", by=actor, at=timezone.now())[0]


def message_of(cast, endpoint, state="dead") -> Delivery:
    actor = cast.actor(cast.ada)
    with acting_as(actor):
        sent = actions.send_test(endpoint.pk, by=actor, at=timezone.now())
    with acting_as(CLOCK), writing():
        Delivery.objects.filter(pk=sent.pk).update(
            state=state, attempts=10, done_at=timezone.now(), last_reason="Answered 500."
        )
    return sent


def page(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', html).group(1)


# Adding one.


def test_the_menu_under_the_name_leads_there_for_who_keeps_webhooks(cast, ada):
    assert f'href="{WEBHOOKS}"' in page(ada.get("/triage"))
    assert f'href="{WEBHOOKS}"' not in page(cast.browser(cast.asha).get("/triage"))


def test_a_webhook_is_added_and_its_secret_is_shown_once(ada):
    assert "No webhook yet" in page(ada.get(WEBHOOKS))
    form = hidden(page(ada.get(f"{WEBHOOKS}/add")), "form")
    typed = {"form": form, "url": "https://hooks.ohsc.example/in", "description": "Case system"}
    added = ada.post(f"{WEBHOOKS}/add", typed)
    assert len(SECRET.findall(page(added))) == 1
    assert "no-store" in added["Cache-Control"]
    again = ada.post(f"{WEBHOOKS}/add", typed, follow=True)  # the page loaded again
    assert not SECRET.search(page(again))
    assert "added already" in page(again)
    listed = page(ada.get(WEBHOOKS))
    assert listed.count("https://hooks.ohsc.example/in") == 1
    assert not SECRET.search(listed)
    assert not any(SECRET.search(str(value)) for value in ada.session.values())


@pytest.mark.parametrize(
    ("url", "says"), [("", "Enter the address"), ("http://hooks.ohsc.example/in", "https://")]
)
def test_an_address_that_is_not_taken_says_why_beside_it_and_in_the_summary(ada, url, says):
    refused = ada.post(f"{WEBHOOKS}/add", {"form": uuid4(), "url": url})
    assert refused.status_code == 422
    assert refused.content.decode().count(says) >= 2


# One of them.


def test_its_secret_is_changed_once_however_often_the_form_is_sent(ada, endpoint):
    address = f"{WEBHOOKS}/{endpoint.pk}"
    mark = hidden(page(ada.get(address)), "replaces")
    typed = {"replaces": mark, "overlap": "24"}
    changed = page(ada.post(f"{address}/secret", typed))
    assert len(SECRET.findall(changed)) == 1
    assert "signed with the old secret too" in changed
    again = page(ada.post(f"{address}/secret", typed, follow=True))
    assert not SECRET.search(again)
    assert "Nothing was changed again" in again
    with acting_as(CLOCK), writing():
        assert len(WebhookEndpoint.objects.get(pk=endpoint.pk).sealed_secrets) == 2


def test_a_test_is_sent_and_shown(ada, endpoint):
    sent = ada.post(f"{WEBHOOKS}/{endpoint.pk}/test", follow=True)
    assert "A test is on its way" in page(sent)
    assert "<h1>webhook.test</h1>" in page(sent)


def test_stopping_opens_resuming_and_closes_sending(ada, endpoint):
    address = f"{WEBHOOKS}/{endpoint.pk}"
    stopped = page(ada.post(f"{address}/stop", follow=True))
    assert "Stopped by its agency." in stopped
    assert f'action="{address}/test"' not in stopped
    assert "Resume it first" in page(ada.post(f"{address}/test", follow=True))
    resumed = page(ada.post(f"{address}/resume", follow=True))
    assert f'action="{address}/test"' in resumed


# What was sent.


def test_the_log_is_narrowed_by_state_and_read_in_parts(cast, ada, endpoint, monkeypatch):
    monkeypatch.setattr(views_webhooks, "SHOWN", 2)
    address, dead = f"{WEBHOOKS}/{endpoint.pk}", [message_of(cast, endpoint) for _ in range(3)]
    sent = message_of(cast, endpoint, state="sent")
    first = page(ada.get(address, {"state": "dead"}))
    assert sent.pk.hex not in first
    following = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    second = page(ada.get(f"{address}{following}"))
    shown = [message.pk.hex in first for message in dead], [message.pk.hex in second for message in dead]
    assert sorted(shown[0]) == [False, True, True]
    assert [not one for one in shown[0]] == shown[1]
    assert "No dead letters" not in second


def test_a_dead_letter_is_opened_and_sent_again(cast, ada, endpoint):
    message = message_of(cast, endpoint)
    address = f"{WEBHOOKS}/{endpoint.pk}/deliveries/{message.pk}"
    opened = page(ada.get(address))
    assert message.pk.hex in opened
    assert "10 more attempts ended without a result" in opened
    assert "It is sent again" in page(ada.post(f"{address}/replay", follow=True))
    assert "waiting to be sent already" in page(ada.post(f"{address}/replay", follow=True))


def test_all_dead_letters_are_sent_again(cast, ada, endpoint):
    messages = [message_of(cast, endpoint) for _ in range(2)]
    with acting_as(CLOCK), writing():
        Delivery.objects.filter(pk=messages[0].pk).update(done_at=timezone.now() - timedelta(days=5))
    address = f"{WEBHOOKS}/{endpoint.pk}"
    assert "One dead letter is sent again" in page(ada.post(f"{address}/replay", {"days": "3"}, follow=True))
    assert ada.post(f"{address}/replay", {"days": "x"}).status_code == 422


# Whose they are.

LOOKS = ["", "/deliveries/{message}"]
PRESSES = ["/test", "/secret", "/replay", "/stop", "/resume", "/deliveries/{message}/replay"]
TYPED = {"replaces": "x", "overlap": "24", "days": "3"}


@pytest.mark.parametrize("path", LOOKS + PRESSES)
def test_another_agencys_webhook_is_not_there_on_any_address(cast, ada, endpoint, path):
    theirs = made(cast, cast.lumen_client, "https://hooks.lumen.example/in")
    ask = ada.get if path in LOOKS else lambda address: ada.post(address, TYPED)
    message = message_of(cast, endpoint).pk
    answers = [ask(f"{WEBHOOKS}/{key}{path.format(message=message)}") for key in (theirs.pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("path", ["", "/add", "/{key}", "/{key}/deliveries/{key}"])
def test_a_role_that_keeps_no_webhooks_is_kept_out(cast, endpoint, path):
    cora = cast.browser(cast.cora)
    assert cora.get(f"{WEBHOOKS}{path.format(key=endpoint.pk)}").status_code == 403


@pytest.mark.parametrize("query", ["state=x", "state=%00", "after=x", "state=dead&after="])
def test_a_part_that_is_none_of_ours_is_not_there(ada, endpoint, query):
    assert ada.get(f"{WEBHOOKS}/{endpoint.pk}?{query}").status_code == 404


def test_statements_stay_few(cast, ada, endpoint, django_assert_max_num_queries):
    for _ in range(5):
        message_of(cast, endpoint)
    for address in (WEBHOOKS, f"{WEBHOOKS}/{endpoint.pk}"):
        with django_assert_max_num_queries(12):
            ada.get(address)
