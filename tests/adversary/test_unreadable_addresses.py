"""Does an address or a header that nobody would write make a page fail?"""

import pytest
from django.urls import reverse

from audit.access import visible_events
from ohsc.core.acting import acting_as


@pytest.mark.parametrize("harm", ["a%00b", "%00", "%E2%80%AE", "A name typed into an address"])
def test_a_word_that_is_no_harm_is_dropped_and_not_kept(cast, harm):
    """NUL made the database driver fail; and the audit keeps filters, so it would keep whatever was typed."""
    cast.referral()
    answer = cast.browser(cast.anil).get(f"/triage?harm={harm}")
    assert answer.status_code == 200
    anil = cast.actor(cast.anil)
    with acting_as(anil):
        assert visible_events(anil).get(action="referral.listed").details["filters"] == {}


@pytest.mark.parametrize("shown", ["http://[", "http://[::1", "//", "::::", "http://testserver/triage?["])
def test_a_header_of_htmx_that_is_no_address_is_not_there(cast, shown):
    headers = {"HX-Request": "true", "HX-Current-URL": shown}
    address = reverse("referral", args=[cast.referral().pk])
    assert cast.browser(cast.anil).get(address, headers=headers).status_code == 200
