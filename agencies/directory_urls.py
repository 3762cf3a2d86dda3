"""Which addresses does the directory have? They follow `/agencies`."""

from agencies.roles import Permission
from agencies.views import directory
from ohsc.core.routes import SIGNED_IN, route

urlpatterns = [
    route("", directory.agencies, name="agencies", needs=SIGNED_IN),
    route("/<slug:slug>", directory.agency, name="agencies-page", needs=SIGNED_IN),
    route("/<slug:slug>/desk", directory.desk, name="agencies-desk", needs=Permission.MANAGE_PEOPLE),
]
