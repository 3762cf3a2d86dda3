"""Which addresses are here? They follow `/systems/clients`."""

from agencies import client_pages
from agencies.roles import Permission
from ohsc.core.routes import route

urlpatterns = [
    route("", client_pages.clients, name="clients", needs=Permission.MANAGE_CLIENTS),
    route("/new", client_pages.new, name="clients-new", needs=Permission.MANAGE_CLIENTS),
    route("/<uuid:client_id>", client_pages.one, name="clients-one", needs=Permission.MANAGE_CLIENTS),
    route(
        "/<uuid:client_id>/change",
        client_pages.change,
        name="clients-change",
        needs=Permission.MANAGE_CLIENTS,
    ),
    route(
        "/<uuid:client_id>/secret",
        client_pages.secret,
        name="clients-secret",
        needs=Permission.MANAGE_CLIENTS,
    ),
    route(
        "/<uuid:client_id>/revoke",
        client_pages.revoke,
        name="clients-revoke",
        needs=Permission.MANAGE_CLIENTS,
    ),
]
