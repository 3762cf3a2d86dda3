"""Which tables are not under row-level security, and why? This list, and no other place.

Signing in needs them before there is an Actor. They belong to the login alone: the reading roles have no right
to them, but for the few reference tables marked so. A test compares this list with the catalogue.
"""

LOGIN_ONLY = {
    "sign_in_session": "a session is looked up by its secret key before anybody is known",
    "sign_in_tries": "failed sign-ins are counted before anybody is known",
    "sign_in_service": "an agency's own sign-in service is asked before anybody is known",
    "sign_in_identity": "whose subject this is, is asked before anybody is known",
    "mfa_authenticator": "allauth: second factors are proved before there is an actor",
    "django_session": "unused since sessions have a table of their own; the release before reads it",
    "core_cache": "Django's cache, for libraries that want one; nothing of ours is in it",
    "core_rate": "requests are counted for each client, in transactions of their own",
    "account_emailaddress": "allauth: addresses of people who sign in",
    "account_emailconfirmation": "allauth: unused, confirmation is off",
    "oauth2_provider_accesstoken": "a token is looked up by its checksum before anybody is known",
    "oauth2_provider_refreshtoken": "unused: client credentials have none",
    "oauth2_provider_idtoken": "unused: no OpenID Connect",
    "oauth2_provider_grant": "unused: no authorisation codes",
    "oauth2_provider_devicegrant": "unused: no device codes",
    "auth_group_permissions": "unused: grants name a permission directly",
    "guardian_userobjectpermission": "unused: grants live in direct foreign key tables",
    "guardian_groupobjectpermission": "unused: grants live in direct foreign key tables",
    "django_migrations": "readyz compares it with the code",
}

REFERENCE = {
    "django_content_type": "names of models; guardian's grants name them",
    "auth_permission": "names of permissions; policies name them by codename",
    "auth_group": "one group for each agency; policies join it to the agency",
    "referrals_harmtype": "the published list of harms",
}
