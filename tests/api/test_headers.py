"""What every answer carries: an id of the request; and a warning where an address is to go."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import path
from drf_spectacular.generators import SchemaGenerator

from ohsc.core.api import ANY, PartnerView, items
from ohsc.core.deprecation import Deprecation
from ohsc.core.openapi import described
from referrals.answer_shapes import HarmTypeAnswer
from tests.api.calls import REFERRALS, send, step


def test_every_answer_names_its_request(cast, settings):
    lumen, harbour = cast.system(cast.lumen_client), cast.system(cast.harbour_client, "webhooks")
    absent = f"{REFERRALS}/{cast.lumen.pk}"
    settings.LIMITS = {**settings.LIMITS, "bulk": 0}
    asked = {
        200: lumen.get(REFERRALS),
        201: send(lumen),
        400: send(lumen, {}),
        401: Browser().get(REFERRALS),
        403: harbour.get(REFERRALS),
        404: lumen.get(absent),
        405: lumen.put(absent),
        409: step(lumen, send(lumen).json()["id"], "triage", {"priority": "P1"}),
        412: step(lumen, send(lumen).json()["id"], "accept", {}, **{"If-Match": '"v9"'}),
        413: lumen.post(REFERRALS, b"[" * 1_100_000, content_type="application/json"),
        415: lumen.post(REFERRALS, b"<a/>", content_type="application/xml"),
        429: lumen.post("/api/v1/referrals/bulk", b"", content_type="application/x-ndjson"),
    }
    assert {answer.status_code for answer in asked.values()} == set(asked)
    tokens = [Browser().post("/oauth/token"), Browser().get("/oauth/token")]
    ids = [answer["X-Request-ID"] for answer in (*asked.values(), *tokens)]
    assert len(set(ids)) == len(ids)
    assert all(len(name) == 32 for name in ids)


def test_an_unexpected_error_names_its_request_too(cast, monkeypatch):
    def fail(*_):
        raise RuntimeError("no such thing")

    monkeypatch.setattr("referrals.api.harm_types", fail)
    lumen = cast.system(cast.lumen_client)
    lumen.raise_request_exception = False
    failed = lumen.get("/api/v1/harm-types")
    assert (failed.status_code, len(failed["X-Request-ID"])) == (500, 32)


def test_a_clients_own_request_id_is_not_believed(cast):
    assert Browser(headers={"X-Request-ID": "mine"}).get("/api/v1/openapi.json")["X-Request-ID"] != "mine"


class Old(PartnerView):
    """A view that is to go."""

    scopes = {"GET": ANY}
    deprecated = Deprecation(
        since=datetime(2027, 1, 1, tzinfo=UTC),
        sunset=datetime(2027, 7, 1, tzinfo=UTC),
        link="/api/docs/changes",
    )

    @described("Old harms", answers=HarmTypeAnswer, tag="Old", operation="read_old")
    def get(self, request):
        """Use the new one."""
        return items([], "/api/v1/old?cursor=x")


def ask(actor):
    request = RequestFactory().get("/api/v1/old")
    request.actor = actor
    return Old.as_view()(request)


def test_an_address_that_is_to_go_says_since_when_until_when_and_what_to_use(cast):
    said = ask(cast.actor(cast.lumen_client))
    assert said.status_code == 200
    assert said["Deprecation"] == "@1798761600"
    assert said["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    following, instead = said["Link"].split(", ")
    assert following == '</api/v1/old?cursor=x>; rel="next"'
    assert instead == '</api/docs/changes>; rel="deprecation"; type="text/html"'


def test_its_refusals_say_so_too():
    refused = ask(None)
    assert (refused.status_code, refused["Deprecation"]) == (401, "@1798761600")
    assert refused["Link"] == '</api/docs/changes>; rel="deprecation"; type="text/html"'


def test_the_document_marks_it(rf):
    generator = SchemaGenerator(patterns=[path("api/v1/old", Old.as_view())])
    document = generator.get_schema(request=None, public=True)
    assert document["paths"]["/api/v1/old"]["get"]["deprecated"] is True


def test_nothing_is_deprecated_now(db):
    document = Browser().get("/api/v1/openapi.json").json()
    assert not [
        name
        for name, operations in document["paths"].items()
        for operation in operations.values()
        if operation.get("deprecated")
    ]


def test_a_sunset_comes_after_the_deprecation():
    with pytest.raises(ValueError, match="deprecated before it goes"):
        Deprecation(since=datetime(2027, 7, 1, tzinfo=UTC), sunset=datetime(2027, 1, 1, tzinfo=UTC), link="/")
