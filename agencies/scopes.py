"""What may a partner's token be for? django-oauth-toolkit asks here; by itself it gives every client everything."""

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from agencies.roles import SCOPES, scopes_open_to


class ClientScopes(BaseScopes):
    """A client gets the scopes its agency was given; asking for none means all of those."""

    def get_all_scopes(self):
        return {name: description for name, (description, _) in SCOPES.items()}

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        if application is None:
            return list(SCOPES)
        return [
            name for name in scopes_open_to(centre=application.agency.is_centre) if name in application.scopes
        ]

    def get_default_scopes(self, application=None, request=None, *args, **kwargs):
        return self.get_available_scopes(application)


class ClientCredentialsOnly(OAuth2Validator):
    """The client-credentials grant and nothing else of OAuth."""

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type == "client_credentials" and super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )

    def authenticate_client(self, request, *args, **kwargs):
        """In either place that OAuth allows: by the secret; else, while a change of it is under way, by the one
        before."""
        return any(
            way(request) or self._by_the_one_before(way, request)
            for way in (self._authenticate_basic_auth, self._authenticate_request_body)
        )

    def _by_the_one_before(self, way, request):
        client = request.client  # the one named, if there is one that is live
        if client is None or not client.changes_secret(timezone.now()):
            return False
        present, client.client_secret = client.client_secret, client.old_secret
        try:
            return way(request)
        finally:
            client.client_secret = present
