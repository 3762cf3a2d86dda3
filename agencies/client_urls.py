"""Which addresses are here? They follow `/systems/clients`."""

from agencies import client_pages
from agencies.roles import Permission
from ohsc.core.routes import Need, route

# What makes a secret wants a fresh proof, the page to type on as well.
FRESH = Need(Permission.MANAGE_CLIENTS, fresh=("GET", "HEAD", "POST"))

urlpatterns = [
    route("", client_pages.clients, name="clients", needs=Permission.MANAGE_CLIENTS),
    route("/new", client_pages.new, name="clients-new", needs=FRESH),
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
        needs=FRESH,
    ),
    route(
        "/<uuid:client_id>/revoke",
        client_pages.revoke,
        name="clients-revoke",
        needs=Permission.MANAGE_CLIENTS,
    ),
]
