"""The interface for documents in other organisations' formats."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.parsers import BaseParser

from exchange.document import SIZE_LIMIT, DocumentRefused
from exchange.formats import OF_TYPE, noted_of
from exchange.importing import plan, take_in
from exchange.serializers import ImportAnswer, import_shown
from ohsc.core import bodies
from ohsc.core.api import SEND, OnceView
from ohsc.core.openapi import created_once
from ohsc.core.problems import FieldError, Problem, refused_fields
from referrals.actions import AlreadyReceived
from referrals.bulk import already_received
from referrals.record import consulted


def _body_of(content_type: str) -> type[BaseParser]:
    """Names a type for the documentation; the view reads the document itself."""
    return type("DocumentBody", (BaseParser,), {"media_type": content_type})


class Imports(OnceView):
    """A document in one of the formats of the registry, told by its content type."""

    scopes = {"POST": SEND}
    parser_classes = [_body_of(content_type) for content_type in OF_TYPE]
    body_limit = SIZE_LIMIT

    @created_once(
        "Import a document",
        dict.fromkeys(OF_TYPE, OpenApiTypes.STR),
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
        content_type = bodies.type_of(request)
        try:
            planned = plan(
                prepared, written_in=OF_TYPE[content_type], content_type=content_type, by=self.actor
            )
            imported = take_in(planned, by=self.actor, at=timezone.now())
        except DocumentRefused as refusal:
            raise _refused(refusal, noted_of(refusal, prepared)) from None
        except AlreadyReceived as known:
            raise already_received(known) from None
        return (200 if imported.already else 201), import_shown(imported)


def _refused(refusal: DocumentRefused, noted: Mapping[str, Any]) -> Problem:
    if refusal.code == "too_large":
        return Problem(413, "too-large", refusal.sentence, noted=noted)
    code = "imagery_refused" if refusal.code == "imagery" else refusal.code
    return refused_fields([FieldError("document", code, refusal.sentence)], noted)
