"""Which partner's system holds this token?"""

from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework.authentication import BaseAuthentication

from agencies.access import actor_for_client
from ohsc.core.actor import Actor


def actor_by_token(request) -> Actor | None:
    """The actor a valid bearer token stands for, or None. Two statements: the token, and its client's agency."""
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        return None
    valid, oauth = get_oauthlib_core().verify_request(request, scopes=[])
    if not valid:
        return None
    token = oauth.access_token
    client = token.application
    if client is None or not client.is_usable(oauth):
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
