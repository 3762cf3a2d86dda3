"""The pages of partner systems: the list, one client, and a new secret, which is shown once.

A secret stands in the answer to the press that made it and nowhere else: not in a message, the session or an
address. So that answer is a page and no redirect; the same press again is refused, for the name is taken or the
change under way.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.actions import (
    ClientRefused,
    change_client,
    make_client,
    revoke_client,
    rotate_secret,
)
from agencies.client_forms import ClientForm, RefusableForm, RevokeForm, SecretForm, scope_rows
from agencies.clients import State, opened, split, state_of
from agencies.models import Client
from agencies.roles import scopes_open_to

ENDED_SHOWN = 50


def for_keepers(view: Callable) -> Callable:
    """For whoever keeps the agency's clients. Another agency's client is as absent as one that never was."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Client.DoesNotExist:
            raise Http404 from None

    return guarded


@for_keepers
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Those that work, with a warning where one ends soon; then those that ended."""
    at = timezone.now()
    working, ended = split(request.actor, at, most=ENDED_SHOWN)
    context = {
        "working": [_row(client, at) for client in working],
        "ended": [_row(client, at) for client in ended],
        "expiring": [client for client in working if state_of(client, at) is State.EXPIRING],
    }
    return render(request, "agencies/clients/list.html", context)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Drawn empty, or again with what was typed; made, the page with its secret."""
    form = ClientForm(request.POST or None, open_scopes=_open_scopes(request))
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            client, secret = make_client(form.terms(at), by=request.actor, at=at)
            return _secret_page(request, client, secret)
        except ClientRefused as refusal:
            form.refuse(refusal)
    return render(request, "agencies/clients/new.html", {"form": form}, status=422 if form.errors else 200)


@for_keepers
@require_safe
def one(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What it is, and what can be done with it."""
    return _page(request, client_id)


@for_keepers
@require_POST
def change(request: HttpRequest, client_id: UUID) -> HttpResponse:
    form = ClientForm(request.POST, open_scopes=_open_scopes(request))
    at = timezone.now()
    if form.is_valid():
        try:
            client = change_client(client_id, form.terms(at), by=request.actor, at=at)
        except ClientRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{client.name} is as you said. Its next request follows it.")
            return redirect("clients-one", client_id)
    return _page(request, client_id, change=form)


@for_keepers
@require_POST
def secret(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The page with the new secret. What may be chosen is judged by the client as it stands now."""
    at = timezone.now()
    form = SecretForm(request.POST, client=opened(client_id, request.actor, at=at), at=at)
    if form.is_valid():
        how = {"overlap": form.overlap, "replaces_lost": form.replaces_lost}
        try:
            client, made = rotate_secret(client_id, **how, by=request.actor, at=at)
            return _secret_page(request, client, made)
        except ClientRefused as refusal:
            form.refuse(refusal)
    return _page(request, client_id, secret=form)


@for_keepers
@require_POST
def revoke(request: HttpRequest, client_id: UUID) -> HttpResponse:
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _page(request, client_id, revoke=form)
    client = revoke_client(client_id, by=request.actor, at=timezone.now())
    messages.success(
        request, f"{client.name} is revoked. It gets no token any more, and those it had are refused."
    )
    return redirect("clients")


def _page(request: HttpRequest, client_id: UUID, **forms: RefusableForm | RevokeForm) -> HttpResponse:
    """One client; a form that was refused stands open, with what was typed.

    200 also then: an answer of 400 would take back the record of what this page shows.
    """
    at = timezone.now()
    client = opened(client_id, request.actor, at=at)
    context = {
        "client": client,
        "state": state_of(client, at),
        "old_secret_until": client.old_secret_until if client.changes_secret(at) else None,
        "scopes": scope_rows(client.scopes),
        "form": next(iter(forms.values()), None),  # for the title, which says that something is wrong
        "steps": [] if client.revoked_at else _steps(request, client, at, forms),
    }
    return render(request, "agencies/clients/one.html", context)


def _steps(request: HttpRequest, client: Client, at, forms: dict) -> list[dict]:
    """What can be done, each opening in place."""
    fresh = {
        "change": ClientForm(open_scopes=_open_scopes(request), client=client),
        "secret": SecretForm(client=client, at=at),
        "revoke": RevokeForm(),
    }
    said = {
        "change": (
            "Change it",
            "Save",
            "secondary",
            "The secret stays. What its tokens may do follows at once.",
        ),
        "secret": ("New secret", "Make the new secret", "primary", "It is shown once, on the next page."),
        "revoke": (
            "Revoke",
            f"Revoke {client.name}",
            "warning",
            "From its next request on it is refused, whatever token it holds. This cannot be taken back.",
        ),
    }
    steps = []
    for name in ("secret", "change", "revoke"):
        form = forms.get(name) or fresh[name]
        form.auto_id = f"{name}_%s"  # three forms on one page
        label, confirm, style, note = said[name]
        url = reverse(f"clients-{name}", args=[client.pk])
        steps.append(
            {
                "name": name,
                "label": label,
                "confirm": confirm,
                "style": style,
                "note": note,
                "form": form,
                "url": url,
            }
        )
    return steps


def _secret_page(request: HttpRequest, client: Client, secret: str) -> HttpResponse:
    until = client.old_secret_until if client.changes_secret(timezone.now()) else None
    return render(
        request,
        "agencies/clients/secret.html",
        {"client": client, "secret": secret, "old_secret_until": until},
    )


def _row(client: Client, at) -> dict:
    return {"client": client, "state": state_of(client, at)}


def _open_scopes(request: HttpRequest) -> list[str]:
    return scopes_open_to(centre=request.actor.is_centre)
