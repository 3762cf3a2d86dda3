"""Which addresses does the directory have? They follow `/agencies`."""

from django.urls import path

from agencies.views import directory

urlpatterns = [
    path("", directory.agencies, name="agencies"),
    path("/<slug:slug>", directory.agency, name="agencies-page"),
    path("/<slug:slug>/desk", directory.desk, name="agencies-desk"),
]
