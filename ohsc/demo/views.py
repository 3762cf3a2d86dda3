"""What was sent by e-mail? The demonstration writes it to files; here each reads what was addressed to them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ohsc.demo.mail import letters_to


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "demonstration/mail.html", {"letters": letters_to(request.user.email)})
