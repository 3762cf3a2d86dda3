"""What does the page say of a file that lacks rows of its list? The file itself says so in its last line."""

from django.contrib import messages
from django.http import HttpRequest


def say_left_out(request: HttpRequest, left_out: str) -> None:
    """On the next page that is shown: a file cannot carry a message beside it."""
    if left_out:
        messages.warning(request, f"The file has not all of the list. {left_out}")
