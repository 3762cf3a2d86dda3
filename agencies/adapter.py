"""How do people sign in? With an account somebody made for them; each coming and going is recorded."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import timezone

from agencies.access import actor_for_person
from audit import actions as audit


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **kwargs):
        _record("person.signed_in", user)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request, **credentials):
        # Who was meant is not written down: a password typed into the wrong field would be.
        audit.record(audit.Kind.ACCESS, "person.sign_in_failed", by=None, at=timezone.now())
        return super().authentication_failed(request, **credentials)

    def logout(self, request):
        if request.user.is_authenticated:
            _record("person.signed_out", request.user)
        super().logout(request)

    def set_password(self, user, password):
        super().set_password(user, password)
        _record("person.changed_password", user)


def _record(action: str, user) -> None:
    audit.record(
        audit.Kind.ACCESS,
        action,
        by=actor_for_person(user),
        at=timezone.now(),
        subject_type="person",
        subject_ids=[user.pk],
    )
