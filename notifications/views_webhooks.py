"""The agency's webhooks, for the people who keep them: add one, test it, change its secret, read its log, send again.

A secret is in the one answer that made it, which nothing keeps (`ohsc.core.middleware`), and in no message, session
or address.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notifications import actions
from notifications.forms_webhooks import ReplayForm, SecretForm, StopForm, WebhookForm
from notifications.models import Attempt, Delivery, WebhookEndpoint
from notifications.sending import live_secrets, mark_of_secret
from notifications.webhook_log import Log, delivery_of, endpoint_of, endpoints_of, log_of
from ohsc.core.forms import Form
from ohsc.core.pagination import read_cursor

SHOWN = 25
STATES = {"waiting": "Waiting", "sent": "Delivered", "dead": "Dead letter", "dropped": "Withheld"}
TABS = {"": "All", "dead": "Dead letters", "waiting": "Waiting", "sent": "Delivered"}


def keeper_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who keep the agency's webhooks; what is not their agency's is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except (WebhookEndpoint.DoesNotExist, Delivery.DoesNotExist):
            raise Http404 from None

    return guarded


@keeper_page
@require_safe
def show_all(request: HttpRequest) -> HttpResponse:
    found = endpoints_of(request.actor, at=timezone.now(), stopped_too=True)
    return render(request, "notifications/webhooks.html", {"endpoints": found})


@keeper_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The form; and, once, the secret."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = actions.add_endpoint(**form.cleaned_data, by=request.actor, at=timezone.now())
        except actions.AlreadyAdded as already:
            messages.info(
                request, "This webhook is added already. Its secret is shown once, when it is made."
            )
            return redirect("webhooks-one", already.endpoint.pk)
        except actions.EndpointRefused as refusal:
            form.add_error("url", str(refusal))
        else:
            return _secret(request, endpoint, secret, "Webhook added")
    return render(
        request, "notifications/webhook_add.html", {"form": form}, status=422 if form.errors else 200
    )


@keeper_page
@require_safe
def show(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    return _page(request, endpoint_id)


@keeper_page
@require_POST
def change_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _page(request, endpoint_id, refused={"secret": form})
    try:
        endpoint, secret = actions.rotate_secret(
            endpoint_id,
            overlap=form.span,
            replaces=form.cleaned_data["replaces"],
            by=request.actor,
            at=timezone.now(),
        )
    except actions.NotNow as refusal:
        messages.warning(request, str(refusal))
        return redirect("webhooks-one", endpoint_id)
    return _secret(request, endpoint, secret, "Secret changed")


@keeper_page
@require_POST
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    try:
        sent = actions.send_test(endpoint_id, by=request.actor, at=timezone.now())
    except actions.NotNow as refusal:
        messages.warning(request, str(refusal))
        return redirect("webhooks-one", endpoint_id)
    messages.success(request, "A test is on its way. Load this page again to see how it went.")
    return redirect("webhooks-delivery", endpoint_id, sent.pk)


@keeper_page
@require_POST
def stop(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    actions.stop_endpoint(endpoint_id, why=actions.STOPPED, by=request.actor, at=timezone.now())
    messages.success(request, "It is stopped. What waited for it is among its dead letters.")
    return redirect("webhooks-one", endpoint_id)


@keeper_page
@require_POST
def resume(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    try:
        actions.resume_endpoint(endpoint_id, by=request.actor, at=timezone.now())
    except actions.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "What happens from now on is sent there again.")
    return redirect("webhooks-one", endpoint_id)


@keeper_page
@require_POST
def replay_dead(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, endpoint_id, refused={"replay": form})
    now = timezone.now()
    try:
        count, more = actions.replay_dead(endpoint_id, since=now - form.span, by=request.actor, at=now)
    except actions.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        said = f"{count:,} dead letters are sent again." if count != 1 else "One dead letter is sent again."
        messages.success(request, f"{said} More are left: send them again too." if more else said)
    return redirect("webhooks-one", endpoint_id)


@keeper_page
@require_safe
def show_delivery(request: HttpRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    delivery, attempts = delivery_of(endpoint_id, delivery_id, request.actor, at=timezone.now())
    context = {
        "delivery": delivery,
        "endpoint": delivery.endpoint,
        "state": STATES[delivery.state],
        "attempts": attempts,
        "unlisted": _unlisted(delivery, attempts),
        "may_replay": delivery.state in ("dead", "sent") and delivery.endpoint.stopped_at is None,
    }
    return render(request, "notifications/webhook_delivery.html", context)


@keeper_page
@require_POST
def replay(request: HttpRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    try:
        actions.replay(endpoint_id, delivery_id, by=request.actor, at=timezone.now())
    except actions.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "It is sent again. Load this page again to see how it went.")
    return redirect("webhooks-delivery", endpoint_id, delivery_id)


def _secret(request: HttpRequest, endpoint: WebhookEndpoint, secret: str, title: str) -> HttpResponse:
    context = {"endpoint": endpoint, "secret": secret, "title": title}
    return render(request, "notifications/webhook_secret.html", context)


def _page(
    request: HttpRequest, endpoint_id: UUID, *, refused: Mapping[str, Form] | None = None
) -> HttpResponse:
    """One webhook: what state it is in, what can be done, what was sent. `refused` are forms to draw again."""
    now, state = timezone.now(), request.GET.get("state", "")
    start = read_cursor(request.GET["after"]) if "after" in request.GET else None
    if state not in TABS or ("after" in request.GET and start is None):
        raise Http404
    endpoint = endpoint_of(endpoint_id, request.actor, at=now)
    log = log_of(endpoint_id, request.actor, state=state, start=start, limit=SHOWN, at=now)
    context = {
        "endpoint": endpoint,
        "overlaps": len(live_secrets(endpoint, now)) > 1,
        "steps": _steps(endpoint, refused or {}),
        "tabs": [
            {"label": label, "url": f"?state={code}" if code else "?", "current": code == state}
            for code, label in TABS.items()
        ],
        "rows": [(delivery, STATES[delivery.state]) for delivery in log.deliveries],
        "any_kind": state == "" and start is None,
        "started": start is not None,
        "state": state,
        "following": _following(log, state),
    }
    return render(request, "notifications/webhook.html", context, status=422 if refused else 200)


def _following(log: Log, state: str) -> str:
    if log.following is None:
        return ""
    return f"?{f'state={state}&' if state else ''}after={log.following.written()}"


def _steps(endpoint: WebhookEndpoint, refused: Mapping[str, Form]) -> list[dict[str, Any]]:
    """What can be done with it now, as `components/steps.html` takes it."""
    secret = refused.get("secret") or SecretForm(initial={"replaces": mark_of_secret(endpoint)})
    change = _step(
        endpoint,
        "secret",
        label="Change the secret",
        form=secret,
        note="The new secret is shown once, on the next page.",
    )
    if endpoint.stopped_at is not None:
        return [_step(endpoint, "resume", label="Resume", style="primary"), change]
    return [
        _step(endpoint, "test", label="Send a test", style="primary"),
        change,
        _step(
            endpoint,
            "replay",
            label="Send dead letters again",
            form=refused.get("replay") or ReplayForm(),
            confirm="Send again",
            note="Each keeps its webhook-id, so your system can tell what it has seen.",
        ),
        _step(
            endpoint,
            "stop",
            label="Stop",
            form=StopForm(),
            confirm="Stop this webhook",
            note="Nothing more is sent there, and what is waiting becomes a dead letter. "
            "What happens meanwhile is not kept for it. You can resume it.",
        ),
    ]


def _step(endpoint: WebhookEndpoint, name: str, *, style: str = "secondary", **more: Any) -> dict[str, Any]:
    return {"name": name, "url": reverse(f"webhooks-{name}", args=[endpoint.pk]), "style": style, **more}


def _unlisted(delivery: Delivery, attempts: list[Attempt]) -> int:
    """Attempts that were counted and ended without a result, since it was first sent or last replayed."""
    since = [one for one in attempts if delivery.replayed_at is None or one.at >= delivery.replayed_at]
    return max(0, delivery.attempts - len(since)) if delivery.state != "waiting" else 0
