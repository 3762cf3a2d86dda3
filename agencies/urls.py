"""Signing in and out, proving who one is, and what one keeps of it: served by the login, before there is an actor."""

from agencies import invitation_pages
from agencies.views import outside, own, passwords, proving, sign_in
from ohsc.core.routes import OWN, PUBLIC, UNPROVEN, Need, route

FRESH = Need(own="proven", fresh=("POST",))
# To see such a page wants a fresh proof too, so that nobody types what cannot be sent.
FRESH_PAGE = Need(own="proven", fresh=("GET", "HEAD", "POST"))
# Open to whoever has no second factor yet; whoever has one proves it, freshly, before adding another.
ENROLLING = Need(own="unproven", fresh=("GET", "HEAD", "POST"))

urlpatterns = [
    route("", own.account, name="account", needs=OWN),
    route("login/", sign_in.login, name="account_login", needs=PUBLIC),
    route("logout/", sign_in.logout, name="account_logout", needs=PUBLIC),
    route("passkey/", sign_in.passkey, name="account_passkey", needs=PUBLIC),
    route("passkey/options", sign_in.passkey_options, name="account_passkey_options", needs=PUBLIC),
    route("second-factor/", sign_in.second_factor, name="mfa_authenticate", needs=PUBLIC),
    route(
        "second-factor/options",
        sign_in.second_factor_options,
        name="account_second_factor_options",
        needs=PUBLIC,
    ),
    route("service/<slug:slug>/", outside.start, name="account_service", needs=PUBLIC),
    route("service/<slug:slug>/back", outside.back, name="account_service_back", needs=PUBLIC),
    route("service/<slug:slug>/bind", outside.start_binding, name="account_service_bind", needs=FRESH_PAGE),
    route("prove/", proving.prove, name="account_prove", needs=UNPROVEN),
    route("prove/options", proving.options, name="account_prove_options", needs=UNPROVEN),
    route("enrol/", own.enrol, name="account_enrol", needs=ENROLLING),
    route("enrol/key", own.new_key, name="account_new_key", needs=ENROLLING),
    route("enrol/key/options", own.key_options, name="account_key_options", needs=ENROLLING),
    route("enrol/app", own.new_app, name="account_new_app", needs=ENROLLING),
    route("recovery-codes", own.recovery_codes, name="account_recovery_codes", needs=FRESH),
    route("factors/<int:factor_id>/remove", own.remove, name="account_remove_factor", needs=FRESH),
    route("sessions/end", own.end_others, name="account_end_others", needs=FRESH),
    route("sessions/<slug:mark>/end", own.end_one, name="account_end_one", needs=FRESH),
    route("password/change/", passwords.change, name="account_change_password", needs=FRESH_PAGE),
    route("password/set/<str:token>", passwords.set_by_link, name="account_set_password", needs=PUBLIC),
    route("invitation/<str:link>", invitation_pages.follow, name="account_invitation", needs=PUBLIC),
    route("invitation", invitation_pages.choose, name="account_invited", needs=PUBLIC),
]
