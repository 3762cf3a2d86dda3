"""The project's addresses with those that only a demonstration has."""

from django.urls import include, path

from ohsc.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [path("demonstration/", include("ohsc.demo.urls")), *urlpatterns]
