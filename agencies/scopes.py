"""What may a partner's token be for? django-oauth-toolkit asks here; by itself it gives every client everything."""

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from agencies.roles import SCOPES


class ClientScopes(BaseScopes):
    """A client gets the scopes its agency was given; asking for none means all of those."""

    def get_all_scopes(self):
        return {name: description for name, (description, _) in SCOPES.items()}

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        return list(application.scopes) if application else list(SCOPES)

    def get_default_scopes(self, application=None, request=None, *args, **kwargs):
        return self.get_available_scopes(application)


class ClientCredentialsOnly(OAuth2Validator):
    """The client-credentials grant and nothing else of OAuth."""

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type == "client_credentials" and super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )
