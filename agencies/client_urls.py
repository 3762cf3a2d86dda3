"""Which addresses are here? They follow `/systems/clients`."""

from django.urls import path

from agencies import client_pages

urlpatterns = [
    path("", client_pages.clients, name="clients"),
    path("/new", client_pages.new, name="clients-new"),
    path("/<uuid:client_id>", client_pages.one, name="clients-one"),
    path("/<uuid:client_id>/change", client_pages.change, name="clients-change"),
    path("/<uuid:client_id>/secret", client_pages.secret, name="clients-secret"),
    path("/<uuid:client_id>/revoke", client_pages.revoke, name="clients-revoke"),
]
