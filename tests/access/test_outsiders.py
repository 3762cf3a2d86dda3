"""Every address that names a referral tells an outsider the same of one that is there and of one that is not.

The addresses are collected from the project itself, so a new one is asked too.
"""

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
SAMPLES = {"agency": "northshire-police", "step": "accept", "name": "accept"}


def addresses(patterns=None, before=""):
    """Every route with a referral in it, as a text to fill in."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and "referral_id" in route:
            yield "/" + route, entry.pattern.converters


def filled(route: str, converters, referral_id) -> str:
    for name in converters:
        value = str(referral_id) if name == "referral_id" else SAMPLES[name]
        start, end = route.rindex("<", 0, route.index(f"{name}>")), route.index(f"{name}>") + len(name) + 1
        route = route[:start] + value + route[end:]
    return route


def answers(asker: Browser, method: str, path: str):
    answer = getattr(asker, method)(path)
    kept = {name: value for name, value in answer.items() if name not in ("X-Request-ID", "Date")}
    return answer.status_code, answer.content, kept


def test_there_are_addresses_to_ask():
    assert len(list(addresses())) >= 15


@pytest.mark.parametrize("status", ["received", "offered", "accepted", "concluded"])
def test_an_outsiders_page_and_system_learn_nothing(cast, status):
    theirs, absent = cast.referral(status).pk, uuid4()
    askers = {"/api/": cast.system(cast.harbour_client), "": cast.browser(cast.cleo)}
    for route, converters in addresses():
        asker = askers["/api/" if route.startswith("/api/") else ""]
        for method in METHODS:
            here = answers(asker, method, filled(route, converters, theirs))
            there = answers(asker, method, filled(route, converters, absent))
            assert here == there, (method, route)
            # 403 is of the role, and for every id alike: an address for the Centre's people says nothing to others.
            assert here[0] in (404, 405, 400, 415, 403), (method, route, here[0])
