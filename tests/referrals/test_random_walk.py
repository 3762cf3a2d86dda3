"""Whatever is tried by whomever in whatever order: the platform and a model of thirty lines agree at every step."""

import random
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import GivenRefused, StepRefused
from referrals.drafts import OutcomeDraft
from referrals.models import Offer, PartyRow, Referral, StepTaken
from tests.cast import Cast

STEPS = [
    "triage", "offer", "recall", "acknowledge", "accept", "decline", "expire", "return", "pass-on", "conclude",
    "reject", "withdraw", "reopen",
]  # fmt: skip
CLOSED = {"concluded", "rejected", "withdrawn"}
OPEN = {"received", "triaged", "offered", "accepted"}
PEOPLE = ["asha", "ben", "bea", "dev", "cleo", "cora", "anil", "otis", "clock"]
AGENCY = {"asha": "lumen", "ben": "police", "bea": "police", "dev": "eastmoor", "cleo": "harbour"}


@dataclass
class Model:
    """A referral as the rules have it."""

    status: str = "received"
    custodian: str = "centre"
    offered: str = ""
    acknowledged: bool = False

    def take(self, step: str, who: str, to: str) -> bool:
        """Take the step if the rules let this person; say whether they do."""
        mine = AGENCY.get(who, "")
        at_centre = who in {"cora", "anil"}
        has_it = self.status == "accepted" and mine == self.custodian
        asked = bool(self.offered) and mine == self.offered
        offer_over = "accepted" if self.status == "accepted" else "triaged"
        # Eastmoor has no agreement by which it may disclose to the police; the Centre has one with either.
        may_pass = (has_it and (mine, to) == ("police", "eastmoor")) or (at_centre and to != self.custodian)
        rules = {
            "triage": (self.status == "received" and at_centre, "triaged"),
            "offer": (self.status == "triaged" and who == "cora", "offered"),
            "recall": (bool(self.offered) and who == "cora", offer_over),
            "acknowledge": (asked and not self.acknowledged, self.status),
            "accept": (asked, "accepted"),
            "decline": (asked, offer_over),
            "expire": (bool(self.offered) and who == "clock", offer_over),
            "return": (has_it, "triaged"),
            "pass-on": (self.status == "accepted" and not self.offered and may_pass, "accepted"),
            "conclude": (has_it, "concluded"),
            "reject": (self.status in {"received", "triaged"} and at_centre, "rejected"),
            "withdraw": (self.status in {"received", "triaged", "offered"} and who == "asha", "withdrawn"),
            "reopen": (self.status in CLOSED and (at_centre or mine == self.custodian), "triaged"),
        }
        allowed, target = rules[step]
        if allowed:
            moves = {"accept": mine, "return": "centre", "reopen": "centre"}
            self.custodian = moves.get(step, self.custodian)
            self.acknowledged = step == "acknowledge"
            if step != "acknowledge":
                self.offered = to if step in ("offer", "pass-on") else ""
            self.status = target
        return allowed


def a_try(chance: random.Random, model: Model) -> tuple[str, str, str]:
    """Anything by anyone; two times in three something the model lets happen, and seldom an end without a custodian."""
    to = chance.choice(["police", "eastmoor"])
    tries = [(step, who) for step in STEPS for who in PEOPLE]
    if chance.random() < 2 / 3:
        tries = [(step, who) for step, who in tries if replace(model).take(step, who, to)] or tries
    weights = [{"conclude": 24, "reject": 1, "withdraw": 1}.get(step, 12) for step, _ in tries]
    return *chance.choices(tries, weights)[0], to


def given(cast: Cast, step: str, to: str) -> dict:
    codes = {
        "reject": "spam", "withdraw": "entered_in_error", "recall": "better_fit", "reopen": "new_information"
    }  # fmt: skip
    return {
        "triage": {"priority": "P3"},
        "offer": {"to_agency": getattr(cast, to)},
        "pass-on": {"to_agency": getattr(cast, to)},
        "conclude": {"outcomes": (OutcomeDraft("SIGNPOSTED"),)},
        "decline": {"reason_code": "no_capacity"},
        "return": {"reason_code": "no_capacity"},
    }.get(step) or ({"reason_code": codes[step]} if step in codes else {})


@pytest.mark.parametrize("seed", [1, 2])
def test_three_hundred_random_steps_agree_with_the_model(cast, seed):
    chance = random.Random(seed)
    now = timezone.now()
    # Dev's force has an agreement for the surface web alone, so every one of these may be offered to either.
    models = {cast.referral(at=now).pk: Model() for _ in range(12)}
    taken, before = Counter(), everything(cast)
    for minute in range(300):
        open_ = [key for key in models if models[key].status in OPEN] or list(models)
        key = chance.choice(open_ if chance.random() < 0.8 else list(models))
        step, who, to = a_try(chance, models[key])
        at = now + timezone.timedelta(days=2 * minute + 2)  # so that every open offer is past its deadline
        expected = models[key].take(step, who, to)
        actor = CLOCK if who == "clock" else cast.actor(getattr(cast, who))
        try:
            cast.step(step, key, actor, at=at, **given(cast, step, to))
            happened = True
        except (StepRefused, GivenRefused, Referral.DoesNotExist):
            happened = False
        after = everything(cast)
        assert happened or after == before, f"{who}'s {step} was refused and left something"
        before = after
        assert happened == expected, f"minute {minute}: {who} {step} {models[key]}"
        taken[step] += happened
        agree(cast, models)
    assert set(taken) == set(STEPS), "every step was tried"
    assert all(taken.values()), f"every step was taken: {taken}"
    assert_nothing_is_lost(len(models))


def everything(cast) -> tuple:
    with acting_as(CLOCK), writing():
        return (
            sorted(Referral.objects.values_list("pk", "status", "version", "custodian")),
            PartyRow.objects.filter(until=None).count(),
            PartyRow.objects.count(),
            sorted(Offer.objects.values_list("pk", "state")),
            StepTaken.objects.count(),
        )


def agree(cast, models) -> None:
    with acting_as(CLOCK):
        rows = {row.pk: row for row in Referral.objects.select_related("custodian")}
        offers = dict(Offer.objects.filter(state="open").values_list("referral_id", "to_agency__slug"))
        custodians = Counter(
            PartyRow.objects.filter(until=None, capacity="custodian").values_list("referral_id", flat=True)
        )
    slugs = {name: getattr(cast, name).slug for name in ("centre", "police", "eastmoor")}
    for key, model in models.items():
        assert rows[key].status == model.status
        assert rows[key].custodian.slug == slugs[model.custodian]
        assert offers.get(key) == slugs.get(model.offered)
        assert custodians[key] == 1


def assert_nothing_is_lost(received: int) -> None:
    """received = open + concluded + rejected + merged + withdrawn."""
    open_ = Q(status__in=["received", "triaged", "offered", "accepted"])
    with acting_as(CLOCK):
        counted = Referral.objects.aggregate(
            received=Count("pk"),
            open=Count("pk", filter=open_),
            **{
                name: Count("pk", filter=Q(status=name))
                for name in ("concluded", "rejected", "merged", "withdrawn")
            },
        )
    assert counted.pop("received") == received == sum(counted.values())
