"""Which partner's system holds this token?"""

from hashlib import sha256

from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication

from agencies.access import actor_for_client
from ohsc.core.actor import Actor

NEEDED = (
    "expires", "scope", "application__name", "application__scopes", "application__expires_at",
    "application__revoked_at", "application__last_used_at", "application__agency__is_centre",
    "application__agency__is_active",
)  # fmt: skip


def actor_by_token(request) -> Actor | None:
    """The actor a valid bearer token stands for, or None. One statement: the token, its client, the client's agency.

    A token is found by its checksum, as django-oauth-toolkit finds it; it holds nothing else of it.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not value:
        return None
    checksum = sha256(value.encode("utf-8")).hexdigest()
    tokens = AccessToken.objects.select_related("application__agency").only(*NEEDED).order_by()
    token = tokens.filter(token_checksum=checksum).first()
    client = token.application if token is not None and token.is_valid() else None
    if client is None or not client.is_usable(request):
        return None
    request.client = client  # its use is noted when the answer is made
    return actor_for_client(client, token.scope.split())


class PartnerToken(BaseAuthentication):
    """The middleware has already read the token; this tells the REST framework whom it found."""

    def authenticate(self, request):
        actor = getattr(request._request, "actor", None)
        return (None, actor) if actor is not None and actor.kind == "client" else None

    def authenticate_header(self, request):
        return 'Bearer realm="ohsc"'
