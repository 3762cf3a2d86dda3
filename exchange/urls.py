"""Which addresses are here?"""

from django.urls import path

from exchange import views

urlpatterns = [
    path("imports", views.imports, name="imports"),
    path("imports/mapping", views.mappings, name="imports-mappings"),
    path("imports/mapping/<slug:name>", views.mapping, name="imports-mapping"),
    path("imports/made/<uuid:report_id>", views.made, name="imports-made"),
    path("imports/<uuid:staged_id>", views.preview, name="imports-preview"),
    path("imports/<uuid:staged_id>/narratives/<int:number>", views.narrative, name="imports-narrative"),
    path("imports/<uuid:staged_id>/make", views.make_it, name="imports-make"),
    path("imports/<uuid:staged_id>/discard", views.discard_it, name="imports-discard"),
]
