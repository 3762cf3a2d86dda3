"""Signing in and out, proving who one is, and what one keeps of it: served by the login, before there is an actor."""

from allauth.account import views as allauth

from agencies import invitation_pages
from agencies.views import passwords
from ohsc.core.routes import OWN, PUBLIC, route

urlpatterns = [
    route("login/", allauth.login, name="account_login", needs=PUBLIC),
    route("logout/", allauth.logout, name="account_logout", needs=PUBLIC),
    route("password/change/", passwords.change, name="account_change_password", needs=OWN),
    route("password/set/<str:token>", passwords.set_by_link, name="account_set_password", needs=PUBLIC),
    route("invitation/<str:link>", invitation_pages.follow, name="account_invitation", needs=PUBLIC),
    route("invitation", invitation_pages.choose, name="account_invited", needs=PUBLIC),
]
