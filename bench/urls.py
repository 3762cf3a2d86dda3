"""The platform's addresses, and the floor's query as a plain Django view behind the platform's own middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench import floors
from ohsc.urls import handler400, handler403, handler404, handler500  # noqa: F401
from ohsc.urls import urlpatterns as platform


@login_not_required
def queue(request: HttpRequest) -> HttpResponse:
    body = floors.queue(request.GET["agency"], f"http://{request.get_host()}")
    return HttpResponse(body, content_type="application/json")


# Under /api a token is looked up, and the answer made under the client's rights, as for the platform's own.
urlpatterns = [path("bench/queue", queue), path("api/bench/queue", queue), *platform]
