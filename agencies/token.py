"""How does a partner's system get a token? By client credentials, and by nothing else of OAuth."""

import hashlib
import json

from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import get_access_token_model
from oauth2_provider.views import TokenView

from agencies.access import actor_for_client
from agencies.actions import note_use
from audit import actions as audit
from ohsc.core import limits
from ohsc.core.routes import PUBLIC

LONGEST_REQUEST = 8_192
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):
    """Errors as RFC 6749 has them. Each token given, and each refusal, is recorded."""

    need = PUBLIC
    http_method_names = ["post"]

    def http_method_not_allowed(self, request, *args, **kwargs):
        return _refusal("invalid_request", "Send a POST.", 405, {"Allow": "POST"})

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if problem := _unreadable(request):
            return problem
        if request.POST.get("grant_type", "client_credentials") != "client_credentials":
            return _refusal("unsupported_grant_type", "Use grant_type=client_credentials.")
        try:
            with transaction.atomic():
                return _recorded(self.authorization_flow_token_response(request))
        except (ValueError, DataError):  # a NUL in a name: PostgreSQL keeps none, and the driver says so
            return _recorded(_refusal("invalid_request", "A parameter cannot be read."))


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """Why the request is not looked at, if it is not."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_REQUEST:
        return _refusal("invalid_request", "The request is too large.", 413)
    if request.content_type not in FORMS:
        return _refusal("invalid_request", "Send application/x-www-form-urlencoded.")
    if request.GET:
        return _refusal("invalid_request", "Send parameters in the body, never in the address.")
    if any(len(values) > 1 for _, values in request.POST.lists()):
        return _refusal("invalid_request", "A parameter stands twice.")
    return None


def _refusal(error: str, description: str, status: int = 400, headers: dict | None = None) -> HttpResponse:
    body = json.dumps({"error": error, "error_description": description})
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _recorded(response: HttpResponse) -> HttpResponse:
    """The answer, written down: whose client got which scopes. Of a refusal only its kind, for a name may be a
    mistyped secret."""
    body = json.loads(response.content)
    if response.status_code != 200:
        details = {"error": str(body.get("error", ""))[:40]}
        audit.record(audit.Kind.ACCESS, "token.refused", by=None, at=timezone.now(), details=details)
        return response
    # The token itself is not kept, only its checksum (RFC 9700).
    checksum = hashlib.sha256(body["access_token"].encode()).hexdigest()
    token = (
        get_access_token_model().objects.select_related("application__agency").get(token_checksum=checksum)
    )
    actor = actor_for_client(token.application, token.scope.split())
    if too_many := limits.refusal(token.application_id, "token", at=timezone.now()):
        # Counted once the secret was right: nobody else can use up a client's tokens.
        transaction.set_rollback(True)
        return _refusal("temporarily_unavailable", too_many.detail, 429, too_many.headers)
    audit.record(
        audit.Kind.ACCESS,
        "token.given",
        by=actor,
        at=timezone.now(),
        subject_type="client",
        subject_ids=[token.application_id],
        details={"scopes": sorted(token.scope.split())},
    )
    note_use(token.application, by=actor, at=timezone.now())
    return response
