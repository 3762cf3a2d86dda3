"""With which codes and words are invented referrals refused, returned or concluded?"""

import random
from datetime import datetime, timedelta

from referrals.drafts import OutcomeDraft

_REASONS = {
    "decline": (
        ("no_capacity", "The team is at capacity until Monday."),
        ("out_of_jurisdiction", "The last known address is outside our area."),
        ("not_our_skill", "This needs a team that works on virtual currency."),
        ("already_investigating", "Known to us under an earlier matter; please offer it to the force that leads."),
        ("conflict_of_interest", "A person named here works with our team."),
    ),
    "recall": (
        ("better_fit", "Another agency already works with the same service."),
        ("changed_circumstances", "The source sent an address, which changes whom this is for."),
        ("entered_in_error", "Offered to the wrong desk."),
    ),
    "return": (
        ("new_information", "The address turned out to be in another area."),
        ("no_legal_power", "The records are held abroad and we have no power to ask for them."),
        ("out_of_jurisdiction", "The family moved; the new area is known."),
    ),
    "reject": (
        ("insufficient", "No identifier and no date: please send either."),
        ("insufficient", "Please say where it happened and which account it concerns."),
        ("duplicate_report", "The same document arrived earlier from the same source."),
        ("out_of_scope", "No child is concerned; the source was told where to send it."),
        ("not_credible", "The text is the same as in a known series of false reports."),
        ("spam", "An advert."),
    ),
    "withdraw": (
        ("resolved_by_source", "The account was removed and its holder was spoken with."),
        ("entered_in_error", "Sent twice by mistake."),
        ("legal_restriction", "A court order restricts what we may pass on; we will send it again if we may."),
    ),
    "reopen": (
        ("new_information", "The source found a second account that belongs to the same person."),
        ("outcome_challenged", "The school does not share the view that no more can be done."),
    ),
}  # fmt: skip

# What a custodian asks the source, and what the source answers.
QUESTIONS = (
    (
        "Until when are the account's records kept?",
        "Until the end of next month; they are preserved for you.",
    ),
    (
        "Is the place named in the report known to be current?",
        "It was current a week ago. Nothing later is known.",
    ),
    ("Has the young person's family been told?", "Yes, on the day of the report."),
    ("Which time zone are the times in?", "All of them are UTC."),
)

# By sector: the code with its weight, how many, and words beside it.
_OUTCOMES = {
    "law_enforcement": (
        ("SUSPECT_IDENTIFIED", 5, 1, "Identified through subscriber records."),
        ("CHILD_IDENTIFIED", 3, 1, "Identified with the help of a school."),
        ("CHILD_SAFEGUARDED", 5, 1, "A strategy discussion was held and a plan is in place."),
        ("WARRANT", 3, 1, "A warrant was carried out; devices are being looked at."),
        ("ARREST", 4, 1, "One person was arrested and released on bail with conditions."),
        ("VOLUNTARY_ATTENDANCE", 3, 1, "One person attended voluntarily and was interviewed."),
        ("CHARGE", 1, 1, "One person was charged."),
        ("INTELLIGENCE_ONLY", 4, None, "Kept as intelligence; nothing more can be done at present."),
        ("ALREADY_UNDER_INVESTIGATION", 2, None, "Added to a matter that is already under investigation."),
        ("NFA_EVIDENTIAL", 3, None, "Lines of enquiry have ended for want of evidence."),
        ("NFA_NOT_CRIMINAL", 1, None, "No offence was found; the family was given advice."),
    ),
    "industry": (
        ("CONTENT_REMOVED", 6, 4, "Removed, and its hashes were added to our list."),
        ("ACCOUNT_ACTIONED", 6, 1, "The account was closed and its records are preserved."),
        ("FALSE_POSITIVE", 1, None, "The match was wrong: the hash belongs to an unrelated file."),
    ),
    "government": (
        ("CHILD_SAFEGUARDED", 4, 1, "An assessment was made and the family is supported."),
        ("SIGNPOSTED", 3, 1, "The threshold was not met; early help was offered."),
        ("NFA_NOT_CRIMINAL", 1, None, "Advice was given to the school."),
    ),
    "third_sector": (
        ("SIGNPOSTED", 4, 1, "The young person was put in touch with support."),
        ("CONTENT_REMOVED", 4, 2, "The host removed it after our notice."),
        ("CHILD_SAFEGUARDED", 2, 1, "The young person is safe and has a named worker."),
    ),
}  # fmt: skip
_BESIDE = {
    "ARREST": "CHILD_SAFEGUARDED", "WARRANT": "SUSPECT_IDENTIFIED", "CONTENT_REMOVED": "ACCOUNT_ACTIONED",
    "CHILD_IDENTIFIED": "CHILD_SAFEGUARDED",
}  # fmt: skip


def reason_for(step: str, rng: random.Random) -> dict[str, str]:
    """A code and a sentence, for the steps that owe one."""
    if step not in _REASONS:
        return {}
    code, words = rng.choice(_REASONS[step])
    return {"reason_code": code, "reason": words if rng.random() < 0.85 else ""}


def outcomes_of(sector: str, at: datetime, rng: random.Random) -> tuple[OutcomeDraft, ...]:
    """One outcome or two, of the kind such an agency reports."""
    known = _OUTCOMES[sector]
    code, _, most, words = rng.choices(known, [line[1] for line in known])[0]
    first = OutcomeDraft(
        code,
        count=rng.randint(1, most) if most else None,
        at=at - timedelta(hours=rng.uniform(1, 8)),
        detail=words if rng.random() < 0.7 else "",
        share_detail=rng.random() < 0.6,
    )
    if code in _BESIDE and rng.random() < 0.4:
        return first, OutcomeDraft(_BESIDE[code], count=1, at=first.at)
    return (first,)
