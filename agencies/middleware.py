"""Who is asking? Answered once for each request; the whole answer is made under that actor's rights.

Django turns an exception into a response before an outer transaction sees it, so a refusal could commit half a
write: any answer of 400 or more is rolled back here, and the refusal is recorded in a transaction of its own.
"""

from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.utils import timezone

from agencies.access import actor_for_person
from agencies.actions import note_use
from agencies.authentication import actor_by_token
from audit import actions as audit
from ohsc.core import limits
from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from ohsc.core.problems import of_database
from ohsc.core.requests import imagery_noted

# Served by the login itself: there is no actor yet, or what is served belongs to nobody.
WITHOUT_AN_ACTOR = ("/account/", "/oauth/", "/static/", "/healthz", "/readyz")
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
            problem = of_database(error) if request.path.startswith(PARTNERS) else None
            if problem is None:
                raise
            return problem.response()

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
