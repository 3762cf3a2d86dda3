"""The interface for referrals: send one, list, read, its history, take a step; and the list of harms."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponseNotModified, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import parse_etags

from ohsc.core import idempotency
from ohsc.core.api import ACT, ANY, READ, SEND, OnceView, PartnerView, answer, items
from ohsc.core.bodies import NdjsonBody
from ohsc.core.openapi import bulk_described, created_once, described, list_of, step_described
from ohsc.core.pagination import DEFAULT_LIMIT, Cursor, next_url
from ohsc.core.problems import FieldError, Problem, not_found, refused_fields
from ohsc.core.requests import in_this_request
from referrals import reading, representation
from referrals.actions import (
    AlreadyReceived,
    GivenRefused,
    StepRefused,
    VersionStale,
    perform,
    receive,
)
from referrals.answer_shapes import (
    BulkResult,
    HarmTypeAnswer,
    HistoryAnswer,
    MatchAnswer,
    ReferralAnswer,
    ReferralLine,
    StepAnswer,
)
from referrals.bulk import LINES, Intake, Line, already_received
from referrals.drafts import Arrival
from referrals.harms import harm_types
from referrals.models import Referral
from referrals.record import consulted, look
from referrals.serializers import (
    STEP_SHAPES,
    CreateShape,
    ListQuery,
    draft_from,
    given_from,
)
from referrals.transitions import STEPS, Party

BULK_LIMIT = 32 * 1024 * 1024
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,100}"')
_OUR_ETAG = re.compile(r'"v([1-9][0-9]{0,8})"')


class Referrals(OnceView):
    """The referrals of this agency: those it sent, holds or is offered."""

    scopes = {"GET": READ, "POST": SEND}

    @property
    def query(self):
        return ListQuery if self.request.method == "GET" else PartnerView.query

    @described(
        "The referrals your agency may see",
        answers=list_of(ReferralLine),
        query=ListQuery,
        tag="Referrals",
        operation="list_referrals",
    )
    def get(self, request):
        """Newest first. Follow `next` until it is null; a row that comes meanwhile is not skipped and not repeated."""
        limit = self.asked.get("limit", DEFAULT_LIMIT)
        cursor = self.asked.get("cursor")
        shown, more = reading.list_page(self.actor, self.asked, cursor, limit, at=timezone.now())
        following = (
            next_url(request._request, Cursor(shown[-1]["received_at"], shown[-1]["pk"])) if more else None
        )
        root = root_of(request._request)
        return items([representation.line(row, self.actor, root) for row in shown], following)

    @created_once("Send a referral", CreateShape, ReferralLine, tag="Referrals", operation="send_referral")
    def post(self, request):
        """The 201 is your receipt: the referral is kept, and cannot be lost or doubled.

        Send the same request with the same Idempotency-Key as often as you like: the answer is the same, word for
        word. A reference of your own (`external_ref`) is taken once.
        """
        return super().post(request)

    def prepare(self, wrong: list[FieldError]):
        return draft_from(self.given(CreateShape, also=wrong))

    def work(self, prepared, request: HttpRequest):
        arrival = Arrival("rest", "application/json", self.body)
        body: dict[str, Any] = {}

        def answered(made: Sequence[tuple[int, Referral]]) -> list[Model]:
            body.update(representation.line(representation.row_of(made[0][1]), self.actor, root_of(request)))
            return [self.kept(request, 201, body)]

        try:
            receive([prepared], arrival=arrival, by=self.actor, at=timezone.now(), written_with=answered)
        except AlreadyReceived as known:
            raise already_received(known) from None
        return 201, body

    def given_again(self, body):
        consulted("referral.answer_replayed", [UUID(body["id"])], self.actor, at=timezone.now())

    def headers_for(self, body):
        return {"Location": body["links"]["self"], "ETag": f'"v{body["version"]}"'}


class Bulk(PartnerView):
    """Many referrals in one request."""

    scopes = {"POST": SEND}
    parser_classes = [NdjsonBody]
    http_method_names = ["post"]
    body_limit = BULK_LIMIT

    @bulk_described(CreateShape, BulkResult)
    def post(self, request):
        """One referral a line, up to 10,000 lines and 32 MB; a line of the answer for each, in the same order.

        A bad line fails alone and says why, with its number. Lines are made in chunks, and their answers come as each
        chunk is committed. Where the connection breaks, send the same request with the same Idempotency-Key: nothing is
        made twice.
        """
        plain = request._request
        key = idempotency.key_of(plain)
        if faults := [*idempotency.faults_of(key), *self.query_faults]:
            raise refused_fields(faults)
        sent = [(number, raw) for number, raw in enumerate(self.body.split(b"\n"), 1) if raw.strip()]
        if len(sent) > LINES:
            raise Problem(
                413, "too-large", f"There are {len(sent):,} lines. At most {LINES:,} are taken at once."
            )
        lines = (Line(number, raw, idempotency.asked(plain, raw)) for number, raw in sent)
        intake = Intake(self.actor, key, root_of(plain))
        results = in_this_request(intake.results(lines, timezone.now))
        return StreamingHttpResponse(results, status=200, content_type=NdjsonBody.media_type)


class OneReferral(PartnerView):
    scopes = {"GET": READ}

    @described(
        "One referral",
        answers=ReferralAnswer,
        tag="Referrals",
        finds=True,
        has_etag=True,
        operation="read_referral",
    )
    def get(self, request, referral_id: UUID):
        """All that your agency may see of it now. Reading it is recorded, as is that the narrative was in it; so is
        asking whether it changed (If-None-Match)."""
        try:
            seen, narrative = reading.open_with_narrative(referral_id, self.actor, at=timezone.now())
        except Referral.DoesNotExist:
            raise not_found() from None
        etag = representation.etag(seen.referral)
        if is_known(etag, to=request._request):
            return HttpResponseNotModified(headers={"ETag": etag})
        body = representation.full(seen, self.actor, root_of(request._request), narrative=narrative)
        return answer(body, headers={"ETag": etag})


class History(PartnerView):
    scopes = {"GET": READ}

    @described(
        "What happened to it",
        answers=list_of(HistoryAnswer),
        tag="Referrals",
        finds=True,
        operation="read_history",
    )
    def get(self, request, referral_id: UUID):
        """The steps your agency may see, newest first. Agencies are named; people are not."""
        try:
            rows, stands, tlp = reading.open_history(referral_id, self.actor, at=timezone.now())
        except Referral.DoesNotExist:
            raise not_found() from None
        receives = bool(stands - {Party.SOURCE})
        return items([representation.history_line(row, tlp, self.actor, receives=receives) for row in rows])


class Matches(PartnerView):
    scopes = {"GET": READ}

    @described(
        "Which agencies can take it, and why",
        answers=list_of(MatchAnswer),
        tag="Referrals",
        finds=True,
        operation="read_matches",
    )
    def get(self, request, referral_id: UUID):
        """Every agency, those that nothing keeps from it first, the best fit at the top. For the Centre's systems: to
        others it is not there, for it tells what each agency has."""
        try:
            every = reading.open_matches(referral_id, self.actor, at=timezone.now())
        except Referral.DoesNotExist:
            raise not_found() from None
        return items([representation.match(one) for one in every])


class TakeStep(PartnerView):
    """One step of the table; each has an address of its own."""

    scopes = {"POST": ACT}
    body_optional = True
    step = ""

    @step_described(StepAnswer)
    def post(self, request, referral_id: UUID):
        version, wrong = if_match(request._request)
        given = given_from(self.given(STEP_SHAPES[self.step], also=wrong), version=version)
        try:
            after = perform(self.step, referral_id=referral_id, by=self.actor, at=timezone.now(), given=given)
        except GivenRefused as refusal:
            errors = [FieldError(name, "invalid", said) for name, said in refusal.errors.items()]
            raise Problem(400, "invalid-request", str(refusal), errors=errors) from None
        except Referral.DoesNotExist:
            raise not_found() from None
        except VersionStale as stale:
            raise Problem(412, "version-stale", "It changed since you read it. Read it again.") from stale
        except StepRefused as refusal:
            raise Problem(409, "step-not-open", str(refusal)) from None
        return self.after(after, request._request)

    def after(self, referral: Referral, request: HttpRequest):
        """The referral as this client may see it now; three words of it where it may not any more."""
        seen = reading.find(referral.pk, self.actor)
        if seen is None:
            return answer(
                {"id": str(referral.pk), "reference": referral.reference, "status": referral.status}
            )
        root = root_of(request)
        if self.actor.may(READ.permission):
            body = representation.full(look(seen, self.actor, history=False), self.actor, root)
        else:
            body = representation.line(representation.row_of(seen), self.actor, root)
        return answer(body, headers={"ETag": representation.etag(seen)})


class HarmTypes(PartnerView):
    scopes = {"GET": ANY}

    @described(
        "The harms a referral may be about",
        answers=list_of(HarmTypeAnswer),
        tag="Reference data",
        operation="list_harm_types",
    )
    def get(self, request):
        """Preferred terms (Luxembourg Guidelines). Each is valid in every environment."""
        return items([{"code": harm.code, "label": harm.label, "means": harm.means} for harm in harm_types()])


STEP_VIEWS = {
    name: type(f"Take{name.title().replace('-', '')}", (TakeStep,), {"step": name}) for name in STEPS
}


def if_match(request: HttpRequest) -> tuple[int | None, list[FieldError]]:
    """The version that If-Match names; 0, which no referral has, for an ETag that is not ours."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None, []
    if not _ETAG.fullmatch(given):
        return None, [
            FieldError("If-Match", "invalid", 'Send one ETag as you got it, such as "v3".', "header")
        ]
    ours = _OUR_ETAG.fullmatch(given)
    return (int(ours[1]) if ours else 0), []


def is_known(etag: str, *, to: HttpRequest) -> bool:
    """Does who asks hold this version already? The weak comparison of RFC 9110, with any of several."""
    given = [one.removeprefix("W/") for one in parse_etags(to.headers.get("If-None-Match", ""))]
    return etag in given or "*" in given


def root_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
