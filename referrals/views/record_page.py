"""What does a referral's page show to this reader, in which words? Data for the template; nothing is fetched
here but through `access`."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agencies.access import visible_people
from agencies.agreements import not_in_force
from agencies.directory import centre_of
from agencies.models import Agency, SharingAgreement, User
from agencies.roles import Permission
from ohsc.core.actor import Actor
from ohsc.core.words import Band
from referrals import notices
from referrals.actions import chasing
from referrals.actions.feedback import why_not as why_no_word
from referrals.asking import askable
from referrals.choices import agencies_to_ask
from referrals.facts import effective_factors
from referrals.forms_feedback import ProgressForm
from referrals.forms_steps import (
    FACTOR_QUESTIONS,
    Known,
    StepForm,
    asks_nothing,
    form_for,
)
from referrals.harms import harm_types
from referrals.models import Offer, StepTaken
from referrals.receipts import receipt_of
from referrals.record import Seen
from referrals.transitions import ACT, RECEIVE, STEPS, Party, Status, Step
from referrals.views.narrative_part import NarrativePart, narrative_part
from referrals.views.wording import answer_in_words, in_words, with_query

KEYS = {
    "triage": "t",
    "offer": "o",
    "recall": "l",
    "accept": "a",
    "decline": "d",
    "return": "r",
    "conclude": "c",
    "reject": "x",
    "withdraw": "w",
    "acknowledge": "y",
    "re-band": "b",
    "pass-on": "s",
    "ask": "i",
    "answer": "e",
    "reopen": "z",
}
PRIMARY = {"answer", "triage", "offer", "accept", "conclude"}
CONFIRM = {
    "triage": "Set the band",
    "offer": "Look at what they will see",
    "pass-on": "Look at what they will see",
    "re-band": "Change the band",
    "ask": "Ask it",
    "answer": "Send the answer",
    "reopen": "Reopen the referral",
    "accept": "Accept the referral",
    "conclude": "Conclude the referral",
    "decline": "Decline the offer",
    "reject": "Reject the referral",
    "withdraw": "Withdraw the referral",
}
STATE_TO_ME = {
    (Status.OFFERED, Party.OFFERED): "Offered to you",
    (Status.ACCEPTED, Party.CUSTODIAN): "In your custody",
}


@dataclass
class Attempt:
    """A step somebody tried and did not get: its form as typed, and why not."""

    step: str
    form: StepForm | None = None
    problem: str = ""


@dataclass
class RecordPage:
    """What the template `referrals/detail.html` draws."""

    seen: Seen
    actor: Actor
    came_from: str = ""  # the queue's parameters, with the place in it
    attempt: Attempt | None = None
    narrative: NarrativePart | None = None
    colleagues: list[User] = field(default_factory=list)

    @property
    def referral(self):
        return self.seen.referral

    @property
    def url(self) -> str:
        return with_query(reverse("referral", args=[self.referral.pk]), self.came_from)

    @property
    def may_ask_who_saw(self) -> bool:
        return self.actor.may(Permission.READ_AUDIT)

    @property
    def status_label(self) -> str:
        for (status, party), label in STATE_TO_ME.items():
            if self.referral.status == status and party in self.seen.standing and not self.actor.is_centre:
                return label
        offer = self.seen.open_offer
        return f"Offered to {offer.to_agency.name}" if offer else self.referral.get_status_display()

    @property
    def steps(self) -> list[dict[str, Any]]:
        shown = [step for step in self.seen.steps if not self._says_the_same(step)]
        known = self.known_for([step.name for step in shown])
        first = sorted(shown, key=lambda step: step.name not in PRIMARY)
        return [self._step(step, known) for step in first]

    def _says_the_same(self, step: Step) -> bool:
        """Before triage a change of band would be the same question asked twice on one page."""
        return step.name == "re-band" and self.referral.status == Status.RECEIVED

    def known_for(self, names: list[str]) -> Known:
        """What the forms of these steps must know; asked of the database only for those that need it."""
        asks_harm = "triage" in names and not self.referral.harm_type_id
        return Known(
            self.referral,
            effective_factors(self.seen.factors),
            harm_types=harm_types() if asks_harm else (),
            agencies=agencies_to_ask(self.actor) if {"offer", "pass-on"} & set(names) else (),
            parties=self._parties() if "ask" in names else (),
            asked=[q for q in self.seen.questions if q.is_open and q.to_agency_id == self.actor.agency_id],
        )

    def _parties(self) -> list[Agency]:
        """Whom the reader may ask, by name."""
        offer = self.seen.open_offer
        centre = self._centre()
        known = askable(
            self.referral,
            self.seen.standing,
            mine=self.actor.home_id,
            centre_id=centre.pk,
            offered_id=offer.to_agency_id if offer else None,
        )
        named = [centre, self.referral.custodian, self.referral.source, *([offer.to_agency] if offer else [])]
        return list({agency.pk: agency for agency in named if agency.pk in known}.values())

    def _centre(self) -> Agency:
        """The Centre, from what was read already where it is in it."""
        named = (self.referral.custodian, self.referral.source)
        return next((agency for agency in named if agency.is_centre), None) or centre_of(self.actor)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Each question the reader may see, and where it stands; the newest first."""
        return [
            {
                "question": question,
                "state": "answered" if question.answered_at else "lapsed" if question.lapsed_at else "open",
                "asks_us": question.is_open and question.to_agency_id == self.actor.agency_id,
                "pressed": chasing.last_chased(question) if question.is_open else None,
                "may_press": not chasing.why_not(question, self.actor, at=timezone.now()),
            }
            for question in reversed(self.seen.questions)
        ]

    @property
    def paused(self) -> str:
        """Why the clock stands still, if it does."""
        if self.referral.paused_at is None or not self.seen.receives:
            return ""
        return f"{self.referral.custodian.name} waits for an answer"

    def _step(self, step: Step, known: Known) -> dict[str, Any]:
        tried = self.attempt if self.attempt and self.attempt.step == step.name else None
        form = None
        if not asks_nothing(step, self.referral):
            form = tried.form if tried and tried.form else form_for(step, known)
        return {
            "name": step.name,
            "label": step.label,
            "url": self._to("referral-step", step.name),
            "key": KEYS.get(step.name, ""),
            "style": "primary" if step.name in PRIMARY else "secondary",
            "form": form,
            "confirm": CONFIRM.get(step.name, ""),
            "open": bool(tried and form),
            "version": self.referral.version,
            "hx_target": "#panel",
        }

    @property
    def why_not(self) -> str:
        """One line for when nothing can be done: who can, or that it is over."""
        referral = self.referral
        if ACT not in self.actor.permissions:
            return "Your role reads; steps are taken by those who act for your agency."
        if not referral.is_open:
            return f"This is {referral.get_status_display().lower()}: nothing more is asked of anyone."
        if offer := self.seen.open_offer:
            return f"{offer.to_agency.name} is to answer the offer."
        return f"It is with {referral.custodian.name}, who takes the next step."

    @property
    def stranded(self) -> StepForm | None:
        """What was typed for a step that is no longer open: shown, so that it is not lost."""
        if self.attempt and self.attempt.form and self.attempt.step not in [s.name for s in self.seen.steps]:
            return self.attempt.form
        return None

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The answer that counts to each question that was asked, by whom and when."""
        last = {}
        counts = effective_factors(self.seen.factors)
        for factor in self.seen.factors:
            if counts.get(factor.key) == factor.value:
                last[factor.key] = factor
        return [
            {
                "question": question,
                "answer": answer_in_words(key, last[key].value),
                "value": last[key].value,
                "by": last[key].agency.name,
                "at": last[key].at,
            }
            for key, question in FACTOR_QUESTIONS.items()
            if key in last
        ]

    @property
    def not_asked(self) -> list[str]:
        answered = {factor.key for factor in self.seen.factors}
        return [question for key, question in FACTOR_QUESTIONS.items() if key not in answered]

    @property
    def missing(self) -> list[str]:
        """What would complete it, without the interface's names of fields."""
        return [in_words(missing) for missing in self.referral.missing]

    @property
    def band_note(self) -> str:
        referral = self.referral
        if not referral.priority:
            return "suggested by the answers; nobody has set it yet"
        if not self.seen.receives:
            return "set by the Centre"  # what is suggested now rests on others' answers too
        if referral.priority == referral.suggested_priority:
            return "set, as the answers suggest"
        return f"set; the answers suggest {Band(referral.suggested_priority).label}"

    @property
    def chain(self) -> list[dict[str, Any]]:
        """Who has been accountable for it, in order."""
        links = [{"name": self.referral.source.name, "note": "sent it"}]
        for taken in reversed(self.seen.history):
            if taken.custodian.name != links[-1]["name"] or len(links) == 1:
                links.append({"name": taken.custodian.name, "note": "", "since": taken.at})
        if links[-1]["name"] != self.referral.custodian.name:
            links.append({"name": self.referral.custodian.name, "note": ""})
        links[-1]["current"] = True
        if offer := self.seen.open_offer:
            links.append({"name": offer.to_agency.name, "note": "offered", "since": offer.made_at})
        return links

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [self._entry(taken) for taken in self.seen.history]

    def _entry(self, taken: StepTaken) -> dict[str, Any]:
        step = STEPS.get(taken.step, RECEIVE)
        said = [dict(step.codes).get(taken.reason_code, ""), self.seen.reason_of(taken)]
        if taken.step in ("triage", "re-band") and not taken.proposes:
            said.insert(0, f"Band {taken.priority}")
        if taken.missing:
            said.append("Missing: " + "; ".join(map(in_words, taken.missing)))
        return {
            "at": taken.at,
            "what": notices.what(taken),
            "who": notices.who(taken, self.actor),
            "text": ". ".join(words.rstrip(".") for words in said if words),
            "clock": taken.agency is None,
        }

    @property
    def offers(self) -> list[dict[str, Any]]:
        return [
            {
                "offer": offer,
                "state": Offer.State(offer.state).label,
                "is_open": offer.state == Offer.State.OPEN,
                "agreement": self.seen.agreements.get(offer.agreement_id),
                "receipt": receipt_of(self.seen.receipts.get(offer.pk), offer),
            }
            for offer in self.seen.offers
        ]

    @property
    def time_spent(self) -> list[dict[str, Any]]:
        """How long each agency was to look, act or answer, and how long others waited for its answer; in the order in
        which it was theirs. The clock of an offer runs beside the custodian's."""
        at = timezone.now()
        spent: dict[tuple[str, str], timedelta] = {}
        for one in self.seen.segments:
            what = "others waited for its answer" if one.runs == one.Runs.PAUSED else one.get_clock_display()
            key = (one.agency.name, what)
            spent[key] = spent.get(key, timedelta()) + one.lasted(at)
        return [
            {"agency": agency, "what": what, "lasted": lasted}
            for (agency, what), lasted in spent.items()
            if lasted >= timedelta(minutes=1)
        ]

    @property
    def lowering(self) -> str:
        """That a lower band waits for a second person, to those who may confirm it and those who should know."""
        if not self.referral.lowering_to or not self.seen.receives:
            return ""
        mine = self.referral.lowering_by == self.actor.id
        who = "You asked" if mine else "Somebody asked"
        return f"{who} to lower the band to {self.referral.lowering_to}. A second person is to confirm it."

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        details = self.seen.outcome_details
        return [
            {"outcome": outcome, "label": outcome.get_code_display(), "detail": details.get(outcome.pk, "")}
            for outcome in self.seen.outcomes
        ]

    @property
    def progress_form(self) -> ProgressForm | None:
        """How the source is told, for those who may tell it."""
        untold = why_no_word(self.referral, self.seen.standing, self.actor)
        return None if untold else ProgressForm(auto_id="progress_%s")

    @property
    def answer_by(self) -> Offer | None:
        """The offer that asks for this agency's answer."""
        return self.seen.open_offer if Party.OFFERED in self.seen.standing else None

    @property
    def without_force(self) -> str:
        """Why the open offer can no longer be accepted, to those who may read its agreement; "" where it can."""
        offer = self.seen.open_offer
        agreement = self.seen.agreements.get(offer.agreement_id) if offer else None
        return not_in_force(agreement, timezone.now().date()) if agreement else ""

    @property
    def rests_on(self) -> SharingAgreement | None:
        """The agreement that offer rests on."""
        return self.seen.agreements.get(self.answer_by.agreement_id) if self.answer_by else None

    @property
    def may_hold(self) -> bool:
        return ACT in self.actor.permissions and self.referral.is_open and self.seen.receives

    @property
    def is_mine(self) -> bool:
        return self.seen.holder is not None and self.seen.holder.pk == self.actor.id

    @property
    def narrative_category(self) -> str:
        """What the words are about, from what is known without reading them."""
        harm = self.referral.harm_type.label.lower() if self.referral.harm_type_id else ""
        yes = [row["question"].lower() for row in self.facts if row["value"] == "yes"]
        told = [words for words in yes if words in ("coercion", "threat of self-harm", "live streaming")]
        return ", ".join(filter(None, [harm, *told]))

    @property
    def hold_urls(self) -> dict[str, str]:
        return {
            name: self._to(f"referral-{name.replace('_', '-')}") for name in ("take", "hand_over", "put_down")
        }

    def _to(self, route: str, *more: str) -> str:
        return with_query(reverse(route, args=[self.referral.pk, *more]), self.came_from)


def record_page(
    seen: Seen, actor: Actor, *, came_from: str = "", attempt: Attempt | None = None, reason: str = ""
) -> RecordPage:
    page = RecordPage(seen, actor, came_from, attempt)
    page.narrative = narrative_part(seen, actor, came_from=came_from, reason=reason)
    if page.may_hold:
        page.colleagues = colleagues_of(actor)
    return page


def colleagues_of(actor: Actor) -> list[User]:
    """Whom one may hand over to: those of the same agency who act for it."""
    others = visible_people(actor).filter(agency=actor.agency_id, is_active=True).exclude(pk=actor.id)
    return list(others.exclude(role="auditor").order_by("name"))
