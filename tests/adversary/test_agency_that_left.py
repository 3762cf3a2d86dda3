"""Somebody whose agency no longer takes part: does the door send them round in circles, or let them in?"""

import pytest
from django.test import Client as Browser

from agencies.models import Agency
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD


@pytest.fixture
def left(cast):
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=cast.harbour.pk).update(is_active=False)
    return cast.cleo


def test_their_session_ends_at_the_sign_in_page(cast, left):
    answer = cast.browser(left).get("/triage", follow=True)
    assert [status for _, status in answer.redirect_chain] == [302]
    assert "Sign in" in answer.content.decode()


def test_they_cannot_sign_in_and_learn_no_more_than_anybody(left):
    answer = Browser().post("/account/login/", {"login": left.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "is not right" in answer.content.decode()
