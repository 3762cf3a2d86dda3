"""Views that write and then fail, and one that says who asks: the edge is what is tested with them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from oauth2_provider.views import TokenView

from cases.actions import open_case


def writes_then_answers(request, status: int):
    open_case("Half a write", by=request.actor, at=timezone.now())
    return HttpResponse(status=status)


def writes_then_breaks(request):
    open_case("Half a write", by=request.actor, at=timezone.now())
    raise RuntimeError("after the write")


@login_not_required
def who_asks(request):
    actor = request.actor
    return JsonResponse(
        {
            "user": str(request.user),
            "signed_in": request.user.is_authenticated,
            "actor": actor and str(actor.agency_id),
            "permissions": sorted(actor.permissions) if actor else [],
        }
    )


def server_error(request):
    return HttpResponse(status=500)


urlpatterns = [
    path("fails/<int:status>", writes_then_answers),
    path("breaks", writes_then_breaks),
    path("api/who", who_asks),
    path("oauth/token", login_not_required(TokenView.as_view())),
]
handler500 = server_error
