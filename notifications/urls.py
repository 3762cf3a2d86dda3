"""Which addresses are here? They follow `/inbox`."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.show, name="inbox"),
    path("/csv", views.download_all, name="inbox-csv"),
    path("/read", views.mark_read, name="inbox-read"),
    path("/<uuid:item_id>/open", views.open_item, name="inbox-open"),
]
