"""The interface described: the OpenAPI document, a page to read it, and what changed. All without a token."""

from functools import lru_cache

from csp.decorators import csp_update
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.views import APIView

from ohsc import interface_changes
from ohsc.core import strict_json
from ohsc.core.problems import TITLES

MEANINGS = {
    "not-signed-in": "401. Get a token at /oauth/token; one lasts an hour.",
    "out-of-scope": "403. The detail names the scope. Your client may not hold it: ask the Centre.",
    "invalid-request": "400. Nothing was kept. Correct every field in errors and send it again with the same key.",
    "imagery-refused": "400. A picture, video, archive or PDF was in the field named. Send text, identifiers and "
    "hashes; only the hash of what you sent was noted.",
    "not-found": "404. There is no such thing, or it is not your agency's to see. The answer does not tell which.",
    "method-not-allowed": "405. The Allow header says which methods there are.",
    "already-received": "409. You sent this external_ref or document before; referrals names what was made then.",
    "step-not-open": "409. The detail says why, and who was first. Read the referral and see its steps.",
    "not-now": "409. The detail says why, such as that a message is waiting to be sent already.",
    "version-stale": "412. Read the referral again; its ETag is the current version.",
    "too-large": "413. 1 MB for a request, 5 MB for a document.",
    "type-not-taken": "415. Requests are application/json, documents application/xml; none compressed.",
    "key-reused": "422. Make a new Idempotency-Key for each new request.",
    "busy": "409 with Retry-After. Send the same request again.",
    "unavailable": "503 with Retry-After. Nothing was changed. Send the same request again.",
    "rate-limited": "429 with Retry-After, in seconds. Wait so long, then send the same request again.",
    "error": "500. It was logged, and nothing was changed.",
}


class Open(APIView):
    """Answers without a token, and says nothing that depends on who asks."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None


class Document(Open):
    """The OpenAPI document."""

    def get(self, request):
        return HttpResponse(document(), content_type="application/json")


@lru_cache(maxsize=1)
def document() -> bytes:
    return strict_json.render(SchemaGenerator().get_schema(request=None, public=True))


# The viewer has its icons in its style sheet: on this page, and no other.
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class Page(SpectacularSwaggerSplitView, Open):
    """The document as a page, with the kinds of problem that answers point to."""

    renderer_classes = [TemplateHTMLRenderer]
    template_name = "api/docs.html"
    url_name = "openapi"
    title = "OHSC partner interface"
    schema = None

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response.data |= {
            "problems": [(kind, TITLES[kind], MEANINGS[kind]) for kind in TITLES],
            "schema_path": self._get_schema_url(request),
            "root": request.build_absolute_uri("/").rstrip("/"),
        }
        return response


class Changes(Open):
    """What changed for partners' systems, and since when each code is spoken."""

    def get(self, request):
        spoken = sorted(interface_changes.spoken().items(), key=lambda item: item[0].lower())
        shown = {"changes": interface_changes.CHANGES, "enumerations": spoken}
        return HttpResponse(render_to_string("api/changes.html", shown, request._request))
