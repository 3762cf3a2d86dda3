"""Two presses at the same moment make one document's referrals once, and both lead to them."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from ohsc.core.acting import acting_as
from referrals.access import visible_referrals
from tests.exchange.documents import report, reports
from tests.together import at_once

TWO = reports(report(301), report(302))


def test_both_find_what_was_made_once(committed_cast):
    cast = committed_cast
    browsers = [cast.browser(cast.asha) for _ in range(2)]
    given = {"document": SimpleUploadedFile("a.xml", TWO)}
    address = browsers[0].post("/imports", given)["Location"]
    page = browsers[0].get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(count|sha256)" value="([^"]*)"', page))
    first, second = at_once(*(lambda one=one: one.post(f"{address}/make", fields) for one in browsers))
    assert first["Location"] == second["Location"]
    assert first["Location"].startswith("/imports/made/")
    actor = cast.actor(cast.asha)
    with acting_as(actor):
        assert visible_referrals(actor).count() == 2
