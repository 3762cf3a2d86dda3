"""Who is asking? Answered once for each request; the whole answer is made under that actor's rights.

Django turns an exception into a response before an outer transaction sees it, so a refusal could commit half a
write: any answer of 400 or more is rolled back here, and the refusal is recorded in a transaction of its own.
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.shortcuts import redirect
from django.utils import timezone

from agencies.access import actor_for_person
from agencies.actions import note_use
from agencies.authentication import actor_by_token
from agencies.gate import aside, held, why_aside
from agencies.proof import is_proved
from agencies.views.proving import show_for_held
from audit import actions as audit
from ohsc.core import limits
from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from ohsc.core.problems import of_database, without_its_event
from ohsc.core.requests import imagery_noted
from ohsc.core.routes import need_of
from ohsc.core.views import unavailable

# Served by the login itself: there is no actor yet, or what is served belongs to nobody.
FOR_NOBODY = ("/oauth/", "/static/", "/healthz", "/readyz")
WITHOUT_AN_ACTOR = ("/account/", *FOR_NOBODY)
PARTNERS = "/api/"


class ActAsSomeone:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = None
        if request.path.startswith(WITHOUT_AN_ACTOR):
            return self.get_response(request)
        try:
            with timezone.override(None):  # the next request on this thread starts without this person's zone
                return self.answer(request)
        except DatabaseError as error:
            # It failed before a view was asked, or at the commit: a partner is told so in its own form.
            if without_its_event(error):
                return unavailable(request)
            problem = of_database(error) if request.path.startswith(PARTNERS) else None
            if problem is None:
                raise
            return problem.response()

    def process_exception(self, request, error):
        """No event, no data: a view whose event could not be written shows nothing, whatever it had found."""
        return unavailable(request) if without_its_event(error) else None

    def answer(self, request):
        request.actor = actor = self.actor_of(request)
        if actor is None:
            return self.get_response(request)
        if actor.kind == "client" and (too_many := self.beyond_limit(request, actor)):
            return too_many
        with acting_as(actor):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code >= 400 or imagery_noted():  # a form that is drawn again may answer 200
            record_refusal(request, actor, response)
        if actor.kind == "client":
            note_use(request.client, by=actor, at=timezone.now())
        return response

    def process_view(self, request, view, args, kwargs):
        """No page answers to a session without a second factor, nor what wants a fresh one to one that is not."""
        if request.path.startswith((PARTNERS, *FOR_NOBODY)):
            return None  # a browser's cookie means nothing there
        need = need_of(view)
        if (need is not None and need.public) or not request.user.is_authenticated:
            return None
        if not request.user.may_sign_in:
            logout(request)
            return redirect(settings.LOGIN_URL)
        why = why_aside(request, need)
        if why == "fresh" and (sealed := held(request)):
            return show_for_held(request, sealed)
        return aside(request) if why else None

    def beyond_limit(self, request, actor: Actor):
        """429 for a system that asks too often, before anything is opened for it."""
        problem = limits.refusal(actor.id, limits.kind_of(request.method, request.path), at=timezone.now())
        if problem is None:
            return None
        response = problem.response()
        if problem.noted:
            record_refusal(request, actor, response)
        return response

    def actor_of(self, request) -> Actor | None:
        """A partner's token on the interface for partners, a person's session everywhere else; never the other."""
        if request.path.startswith(PARTNERS):
            request.user = AnonymousUser()  # a browser's cookie means nothing here
            return actor_by_token(request)
        if not request.user.is_authenticated:
            return None
        if not request.user.agency.is_active:
            logout(request)  # or the sign-in page would send them back here, and here to the sign-in page
            return None
        if not is_proved(request.session, request.user):
            return None
        timezone.activate(ZoneInfo(request.user.time_zone))
        return actor_for_person(request.user)


def record_refusal(request, actor: Actor, response) -> None:
    """What was asked for and not given: the route's name and the status, never the content.

    A view may note ids and hashes in `response.refusal_details`, as the hash of a picture that was refused.
    """
    match = request.resolver_match
    subject = match.kwargs.get("referral_id") if match else None
    with acting_as(actor):
        audit.record(
            audit.Kind.REFUSAL,
            "request.refused",
            by=actor,
            at=timezone.now(),
            subject_type="referral" if subject else "",
            subject_ids=[subject] if subject else [],
            details={
                "status": response.status_code,
                "method": request.method,
                "route": match.view_name if match else "",
                **imagery_noted(),
                **getattr(response, "refusal_details", {}),
            },
        )
