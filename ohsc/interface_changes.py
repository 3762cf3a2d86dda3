"""Which codes does the interface speak, since when, and what else changed for partners' systems?

One list, newest first. It is served at /api/docs/changes and written to docs/interface-changes.md
(`python -m ohsc.interface_changes > docs/interface-changes.md`). A test compares it with the code: a code that is
added, renamed or taken away without a line here fails it. Nothing of the project is imported: a line says what was,
and does not change with the code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """What one day brought. `added` and `removed`: the enumeration, and its codes with blanks between.

    `others`: in sentences, what is no code. A code is removed only after it was deprecated.
    """

    day: str
    about: str
    added: dict[str, str] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


CHANGES = (
    Change(
        "2026-11-25",
        "What a partner's engineer expects around an interface",
        {
            "problem types": "rate-limited not-now",
            "scopes": "clients",
            "states of a client": "live expiring expired revoked",
            "webhook topics": "webhook.test referral.glass_broken referral.glass_reviewed agreement.ended"
            " audit.head referral.progress referral.feedback_due referral.feedback_late referral.at_risk_now"
            " referral.at_risk_taken referral.question_due referral.question_late",
            "words to a source": "ACKNOWLEDGED UNDER_ENQUIRY SAFEGUARDING_IN_HAND AWAITING_OTHERS",
            "words owed": "overdue owed",
            "parts of a receipt": "record history line reference",
            "ways of reading": "page interface webhook e-mail",
        },
        others=(
            "POST /api/v1/referrals/bulk takes up to 10,000 referrals in one request.",
            "GET /api/v1/events is the events feed: everything your agency was told of and did itself, in order.",
            "A webhook is read, changed over to another secret, tested, resumed; what was given up is sent again.",
            "A system with the scope clients keeps its agency's clients; each looks at itself and changes its secret.",
            "A referral is found by reference= or external_ref=.",
            "A referral's custodian and source are told where the Centre broke the glass over its narrative.",
            "429 with Retry-After beyond the published limits (x-limits in the OpenAPI document).",
            "GET of a referral takes If-None-Match and answers 304 where nothing changed.",
            "Addresses that are to go will say so in Deprecation, Sunset and Link. None is to go now.",
            "The OpenAPI document says that unknown fields are refused, as they were, and what a step answers to whom.",
            "Offers, pass-ons and acceptances are refused with 409 where the agreement's classification ceiling, its"
            " rule of passing on or its days do not cover them; the refusal names the term.",
            "A referral answers with receipts: of offers that were taken back, what had been read by then.",
            "What concerns an offer whose agreement is not in force is withheld; the log of deliveries says why.",
            "Every line of a referral says its handling.",
            "TLP:RED: summary, narrative, selectors, answers about risk and others' words are null or empty for"
            " everybody but who wrote them; `withheld` names those fields. Read them on the page.",
            "TLP:RED and TLP:AMBER+STRICT are not passed on (409).",
            "PAP:RED and PAP:AMBER are not offered to industry (409).",
            "A summary that begins “Held elsewhere” makes a pointer: code C, conditions that name whom to contact, no"
            " narrative and no selectors. It is the way for what is higher than OFFICIAL-SENSITIVE.",
            "`accept` of a referral with conditions (code C) counts as having read them, and is recorded so.",
            "GET /api/v1/audit/heads and /latest: the signed heads of the sealed audit, for any token.",
            "POST /api/v1/referrals/{id}/progress: a custodian tells the source how it stands. GET /api/v1/feedback:"
            " what sources were told, what came of it, and what they are owed.",
            "A question says by when an answer is asked for (`answer_by`). POST /api/v1/questions/{id}/chase: whoever"
            " asked presses for the answer.",
            "A webhook added with audit_heads is sent the head too, at most once an hour.",
            "GET /api/v1/referrals/{id}/matches: which agencies can take it, in which order, and why, or what keeps"
            " them from it. For the Centre's systems.",
            "`offer` takes `because`: why the best match is not the one that is asked. For the Centre's systems.",
            "Offers are made by the clock too, to the next best agency, where one was declined or lapsed.",
            "`answer_by` of an offer counts the hours in which the desk is open, but for P1 and P2.",
            "`referral.at_risk_now` comes while no person has taken a P1, once for each rung of the ladder. A system"
            " cannot take it.",
        ),
    ),
    Change(
        "2026-11-24",
        "The rest of a referral's journey",
        {
            "steps": "re-band acknowledge pass-on ask answer reopen",
            "reason codes of reopen": "new_information outcome_challenged closed_in_error",
            "webhook topics": "referral.re-band referral.acknowledge referral.pass-on referral.ask referral.answer"
            " referral.reopen referral.due_soon referral.overdue referral.answer_soon books.broken",
        },
        others=("A referral answers with its questions, its paused clock and the lower band asked for.",),
    ),
    Change(
        "2026-11-23",
        "The first version",
        {
            "environments": "dark_web surface_web physical_world",
            "sectors": "government law_enforcement industry third_sector",
            "bands": "P1 P2 P3 P4 INFO",
            "statuses": "received triaged offered accepted concluded rejected merged withdrawn",
            "parts in a referral": "source custodian offered",
            "steps": "triage offer recall accept decline expire return conclude reject withdraw",
            "reason codes of recall": "better_fit changed_circumstances entered_in_error",
            "reason codes of decline": "out_of_jurisdiction no_capacity no_legal_power not_our_skill"
            " conflict_of_interest insufficient already_investigating",
            "reason codes of return": "out_of_jurisdiction no_capacity no_legal_power not_our_skill"
            " conflict_of_interest insufficient already_investigating new_information",
            "reason codes of reject": "insufficient out_of_scope not_credible duplicate_report spam",
            "reason codes of withdraw": "entered_in_error resolved_by_source legal_restriction",
            "outcomes": "CHILD_SAFEGUARDED CHILD_IDENTIFIED SUSPECT_IDENTIFIED WARRANT ARREST CHARGE CONVICTION"
            " VOLUNTARY_ATTENDANCE CONTENT_REMOVED ACCOUNT_ACTIONED SIGNPOSTED NFA_EVIDENTIAL NFA_NOT_CRIMINAL"
            " ALREADY_UNDER_INVESTIGATION FALSE_POSITIVE INTELLIGENCE_ONLY",
            "factors": "child_identified contact_continuing suspect_has_access position_of_trust"
            " first_generation_material live_streaming coercion self_harm_threat prior_record multiple_children"
            " repeat_selector data_expiring child_age_band",
            "answers to a factor": "yes no unknown",
            "age bands": "0-2 3-6 7-10 11-13 14-15 16-17 unknown",
            "selector kinds": "account url domain onion_service email phone ip hash wallet device other",
            "harm types": "csam csam_ai_generated grooming sexual_extortion live_streaming trafficking"
            " exploitation_in_travel contact_abuse self_generated solicitation_of_csam misleading_domain"
            " unsolicited_obscene_material other",
            "skills": "triage investigation victim_identification safeguarding takedown account_action disruption"
            " intelligence regulation prevention support",
            "classifications": "OFFICIAL OFFICIAL-SENSITIVE",
            "TLP": "CLEAR GREEN AMBER AMBER+STRICT RED",
            "PAP": "CLEAR GREEN AMBER RED",
            "source grades": "1 2 3",
            "information grades": "A B C D E",
            "handling codes": "P C",
            "scopes": "referrals:write referrals:read referrals:act webhooks signals exports",
            "states of a delivery": "waiting sent dead dropped",
            "webhook topics": "referral.receive referral.triage referral.offer referral.recall referral.accept"
            " referral.decline referral.expire referral.return referral.conclude referral.reject referral.withdraw",
            "problem types": "not-signed-in out-of-scope invalid-request imagery-refused not-found"
            " method-not-allowed already-received step-not-open version-stale too-large type-not-taken key-reused"
            " busy unavailable error",
        },
    ),
)


def spoken() -> dict[str, dict[str, str]]:
    """Every enumeration with its codes, each with the day since when it is spoken."""
    found: dict[str, dict[str, str]] = {}
    for change in reversed(CHANGES):
        for name, codes in change.added.items():
            found.setdefault(name, {}).update(dict.fromkeys(codes.split(), change.day))
        for name, codes in change.removed.items():
            for code in codes.split():
                del found[name][code]
    return found


def _written() -> Iterator[str]:
    yield "# What changed in the interface, and since when each code is spoken\n"
    yield "Written by `python -m ohsc.interface_changes`; the same is served at `/api/docs/changes`. A system that"
    yield "reads answers passes over codes and fields it does not know: new ones come without a new version. What is to"
    yield "go is announced in the answers themselves (`Deprecation`, `Sunset`) at least six months before.\n"
    for change in CHANGES:
        yield f"## {change.day}: {change.about}\n"
        yield from (f"- {said}" for said in change.others)
        yield from (f"- {name}, new: {_quoted(codes)}" for name, codes in change.added.items())
        yield from (f"- {name}, gone: {_quoted(codes)}" for name, codes in change.removed.items())
        yield ""
    yield "## Every code\n"
    yield "| enumeration | codes, each with its first day |"
    yield "|---|---|"
    for name, codes in sorted(spoken().items(), key=lambda item: item[0].lower()):
        days = {day: [code for code, since in codes.items() if since == day] for day in codes.values()}
        said = "; ".join(f"{day}: {_quoted(' '.join(of_day))}" for day, of_day in sorted(days.items()))
        yield f"| {name} | {said} |"


def _quoted(codes: str) -> str:
    return " ".join(f"`{code}`" for code in codes.split())


def written() -> str:
    """The whole as a page of the documentation."""
    return "\n".join(_written()) + "\n"


if __name__ == "__main__":
    print(written(), end="")  # noqa: T201
