"""Signing in and out, and changing one's password: allauth's views, and no others of its."""

from allauth.account import views

from agencies import invitation_pages
from ohsc.core.routes import PUBLIC, route

urlpatterns = [
    route("login/", views.login, name="account_login", needs=PUBLIC),
    route("logout/", views.logout, name="account_logout", needs=PUBLIC),
    route("password/change/", views.password_change, name="account_change_password", needs=PUBLIC),
    route("invitation/<str:link>", invitation_pages.follow, name="account_invitation", needs=PUBLIC),
    route("invitation", invitation_pages.choose, name="account_invited", needs=PUBLIC),
]
