"""The pages of an agency's people: the list, one person, an invitation; and for the Centre, another's administrator."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import actions
from agencies.access import own_people
from agencies.actions import PersonRefused
from agencies.models import Agency, Invitation, User
from agencies.people import PersonPage, open_administrators, open_people, open_person
from agencies.people_forms import AdministratorForm, InviteForm, PersonForm, RefusableForm, SureForm
from agencies.roles import roles_given_by


def for_keepers(view: Callable) -> Callable:
    """For whoever keeps the agency's people. Anybody else's person is as absent as one who never was."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (User.DoesNotExist, Invitation.DoesNotExist, Agency.DoesNotExist):
            raise Http404 from None

    return guarded


@for_keepers
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Those who may sign in, those who were invited, those who are disabled."""
    found = open_people(request.actor, at=timezone.now())
    context = {"people": found, "me": request.actor.id, "without": _without_a_factor(found.active)}
    return render(request, "agencies/people/list.html", context)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Drawn empty, or again with what was typed. The answer is the same whosever the address is."""
    form = InviteForm(request.POST if request.method == "POST" else None, roles=_roles(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(form.guest, by=request.actor, at=timezone.now())
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "An invitation was sent.")
            return redirect("people")
    return render(request, "agencies/people/invite.html", {"form": form}, status=422 if form.errors else 200)


@for_keepers
@require_POST
def send_again(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    try:
        actions.send_invitation_again(invitation_id, by=request.actor, at=timezone.now())
    except PersonRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "The invitation was sent again. The link before is not good any more.")
    return redirect("people")


@for_keepers
@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    actions.withdraw_invitation(invitation_id, by=request.actor, at=timezone.now())
    messages.success(request, "The invitation was withdrawn. Its link is not good any more.")
    return redirect("people")


@for_keepers
@require_safe
def one(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who it is, what they hold, and what can be done."""
    return _page(request, person_id)


@for_keepers
@require_POST
def change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = own_people(request.actor).get(pk=person_id)
    form = _person_form(request, person, request.POST)
    if form.is_valid():
        try:
            changed = actions.change_person(person_id, form.facts, by=request.actor, at=timezone.now())
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            said = "is as you said" if changed else "was like that already"
            messages.success(request, f"{form.facts.name} {said}.")
            return redirect("people-one", person_id)
    return _page(request, person_id, change=form)


@for_keepers
@require_POST
def disable(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """With the second time of asking; what they hold goes back to the team."""
    form = SureForm(request.POST, label=SURE["disable"])
    if form.is_valid():
        try:
            put_down = actions.disable_person(person_id, by=request.actor, at=timezone.now())
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            back = f" {put_down} held went back to the team." if put_down else ""
            messages.success(request, f"The account is disabled, and signed out everywhere.{back}")
            return redirect("people-one", person_id)
    return _page(request, person_id, disable=form)


@for_keepers
@require_POST
def factors(request: HttpRequest, person_id: UUID) -> HttpResponse:
    form = SureForm(request.POST, label=SURE["factors"])
    if form.is_valid():
        try:
            actions.reset_persons_factors(person_id, by=request.actor, at=timezone.now())
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, "The second factor is reset. They set up another when they sign in next."
            )
            return redirect("people-one", person_id)
    return _page(request, person_id, factors=form)


@for_keepers
@require_POST
def enable(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _done(request, person_id, actions.enable_person, "The account is enabled. They may sign in again.")


@for_keepers
@require_POST
def sessions(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _done(request, person_id, actions.end_persons_sessions, "They are signed out everywhere.")


@for_keepers
@require_POST
def password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    said = "A link was sent to their address. Nobody but they can choose the password."
    return _done(request, person_id, actions.send_password_link, said)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: HttpRequest, slug: str) -> HttpResponse:
    """The Centre names an administrator of another agency."""
    agency, there = open_administrators(slug, request.actor, at=timezone.now())
    form = AdministratorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = actions.invite_administrator(
                slug, form.guest, reason=reason, by=request.actor, at=timezone.now()
            )
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            said = "An invitation was sent." if made else "Their account there is an administrator’s now."
            messages.success(request, said)
            return redirect("agencies-page", slug)
    context = {"agency": agency, "administrators": there, "form": form}
    return render(request, "agencies/people/administrator.html", context, status=422 if form.errors else 200)


# What can be done with one person, each opening in place.

SURE = {
    "disable": "Yes, they are to be refused from now on",
    "factors": "I know that it is they who ask, from a call or in person",
}
_SAID = {  # label, confirm, style, note
    "change": ("Change", "Save", "secondary", ""),
    "password": ("Send a password link", "", "secondary", ""),
    "sessions": ("Sign out everywhere", "", "secondary", ""),
    "factors": (
        "Reset the second factor",
        "Reset it",
        "warning",
        "For somebody who lost theirs. They are signed out everywhere, keep their password, and set up another second "
        "factor when they sign in next. They and your other administrators are told.",
    ),
    "disable": ("Disable", "Disable the account", "warning", ""),
    "enable": ("Enable", "", "primary", ""),
}


def _done(request: HttpRequest, person_id: UUID, verb: Callable, said: str) -> HttpResponse:
    try:
        verb(person_id, by=request.actor, at=timezone.now())
    except PersonRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("people-one", person_id)


def _page(request: HttpRequest, person_id: UUID, **refused: RefusableForm) -> HttpResponse:
    """One person; a form that was refused stands open, with what was typed.

    200 also then: an answer of 400 would take back the record of what this page shows.
    """
    page = open_person(person_id, request.actor, at=timezone.now())
    context = {
        "page": page,
        "steps": _steps(request, page, refused),
        "form": next(iter(refused.values()), None),  # for the title, which says that something is wrong
    }
    return render(request, "agencies/people/one.html", context)


def _steps(request: HttpRequest, page: PersonPage, refused: dict[str, RefusableForm]) -> list[dict]:
    forms = {"change": _person_form(request, page.person)} | {
        name: SureForm(label=label) for name, label in SURE.items()
    }
    steps = []
    for name in _open_steps(page):
        label, confirm, style, note = _SAID[name]
        form = refused.get(name) or forms.get(name)
        if form is not None:
            form.auto_id = f"{name}_%s"  # several forms on one page
        steps.append(
            {
                "name": name,
                "label": label,
                "confirm": confirm,
                "style": style,
                "note": _what_disabling_means(page) if name == "disable" else note,
                "form": form,
                "url": reverse(f"people-{name}", args=[page.person.pk]),
            }
        )
    return steps


def _open_steps(page: PersonPage) -> list[str]:
    if page.is_me:
        return ["change"]
    if not page.person.is_active:
        return ["enable", "change"]
    return ["change", "password", "sessions", *(["factors"] if page.factors else []), "disable"]


def _what_disabling_means(page: PersonPage) -> str:
    name, held = page.person.name, len(page.held)
    note = f"{name} is signed out everywhere and refused from the next request on, and told so by e-mail."
    if held:
        work = "The referral they hold goes" if held == 1 else f"The {held} referrals they hold go"
        note += f" {work} back to the team, on nobody’s desk."
    return note


def _person_form(request: HttpRequest, person: User, data=None) -> PersonForm:
    return PersonForm(data, person=person, is_me=person.pk == request.actor.id, roles=_roles(request))


def _roles(request: HttpRequest) -> list[str]:
    return roles_given_by(request.user.role)


def _without_a_factor(lines: list) -> int:
    return sum(not line.factors for line in lines)
