"""Where does each address lead?"""

from django.urls import include, path
from django.views.generic import RedirectView

from ohsc import console
from ohsc.core import gallery, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="triage", permanent=False), name="home"),
    path("", include("referrals.urls")),
    path("inbox", include("notifications.urls")),
    path("account/", include("agencies.urls")),
    path("systems/console", console.page, name="console"),
    path("", include("ohsc.api_urls")),
    path("components/", gallery.gallery, name="gallery"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "ohsc.core.views.bad_request"
handler403 = "ohsc.core.views.forbidden"
handler404 = "ohsc.core.views.not_found"
handler500 = "ohsc.core.views.server_error"
