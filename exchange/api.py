"""The interface for documents in other organisations' formats."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.parsers import BaseParser

from exchange.importing import import_cybertipline
from exchange.serializers import ImportAnswer, import_shown
from exchange.xml_document import SIZE_LIMIT, DocumentRefused
from ohsc.core.api import SEND, OnceView
from ohsc.core.openapi import created_once
from ohsc.core.problems import FieldError, Problem, refused_fields
from referrals.actions import AlreadyReceived
from referrals.bulk import already_received
from referrals.record import consulted


class XmlBody(BaseParser):
    """Names a type for the documentation; the view reads the document itself."""

    media_type = "application/xml"


class TextXmlBody(XmlBody):
    media_type = "text/xml"


class Imports(OnceView):
    """CyberTipline XML. Other formats come with a later issue."""

    scopes = {"POST": SEND}
    parser_classes = [XmlBody, TextXmlBody]
    body_limit = SIZE_LIMIT

    @created_once(
        "Import a document",
        {("application/xml"): OpenApiTypes.STR, ("text/xml"): OpenApiTypes.STR},
        ImportAnswer,
        tag="Referrals",
        operation="import_document",
        also={200: OpenApiResponse(ImportAnswer, description="Imported before: what was made then.")},
    )
    def post(self, request):
        """A referral for each report in it, what each still lacks, and what was left and why.

        The document is kept as it came, with its hash: the same document again makes nothing. Up to 5 MB.
        """
        return super().post(request)

    def given_again(self, body: dict[str, Any]) -> None:
        ids = [UUID(item["id"]) for item in body["items"]]
        consulted("referral.answer_replayed", ids, self.actor, at=timezone.now())

    def prepare(self, wrong: list[FieldError]) -> bytes:
        if faults := [*wrong, *self.query_faults]:
            raise refused_fields(faults)
        return self.body

    def work(self, prepared: bytes, request: HttpRequest):
        content_type = request.content_type or XmlBody.media_type
        try:
            imported = import_cybertipline(
                prepared, content_type=content_type, by=self.actor, at=timezone.now()
            )
        except DocumentRefused as refusal:
            raise _refused(refusal) from None
        except AlreadyReceived as known:
            raise already_received(known) from None
        return (200 if imported.already else 201), import_shown(imported)


def _refused(refusal: DocumentRefused) -> Problem:
    if refusal.code == "too_large":
        return Problem(413, "too-large", refusal.sentence)
    if refusal.code == "imagery":
        return refused_fields([FieldError("document", "imagery_refused", refusal.sentence)])
    return refused_fields([FieldError("document", refusal.code, refusal.sentence)])
