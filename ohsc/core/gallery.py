"""How does each component look in each of its states? One page, in the demonstration and in tests only.

Everything shown is invented. The page is where a component is judged before a page uses it, and what the
browser tests sweep for accessibility.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ohsc.core.forms import DayInput, Form, MomentInput, WordsField
from ohsc.core.purposes import ExportForm, PurposeForm
from ohsc.core.words import Band, Environment

REASONS = [
    ("out_of_jurisdiction", "Outside our jurisdiction"),
    ("no_capacity", "No capacity now"),
    ("no_legal_power", "No legal power"),
    ("insufficient", "Not enough to act on"),
]


class SampleDecline(Form):
    reason_code = forms.ChoiceField(label="Reason", choices=REASONS, widget=forms.RadioSelect)
    reason = WordsField(label="What should the Centre know?", max_words=100, rows=3, required=False)


class SampleConclude(Form):
    outcome = forms.ChoiceField(
        label="Outcome",
        choices=[
            ("", "Choose an outcome"),
            ("CHILD_SAFEGUARDED", "Child safeguarded"),
            ("NFA_EVIDENTIAL", "No further action: evidence"),
        ],
    )
    count = forms.IntegerField(label="How many children", min_value=0, required=False)


class SampleReferral(Form):
    """One field of each kind."""

    summary = forms.CharField(
        label="Summary",
        max_length=120,
        help_text="One neutral line. It is shown in lists, so keep what can hurt out of it.",
    )
    environment = forms.ChoiceField(
        label="Threat environment", choices=Environment.choices, widget=forms.RadioSelect
    )
    contact = forms.ChoiceField(
        label="Is contact continuing?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
        help_text="Not known is never taken as no.",
    )
    band = forms.ChoiceField(
        label="Band asked for", choices=[("", "Leave to the Centre"), *Band.choices], required=False
    )
    narrative = WordsField(
        label="Narrative", max_words=300, required=False, help_text="Shown only behind a content note."
    )
    needs = forms.MultipleChoiceField(
        label="Skills needed",
        choices=[
            ("takedown", "Removal of content"),
            ("safeguarding", "Safeguarding"),
            ("investigation", "Investigation"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    seen_on = forms.DateField(label="First seen on", widget=DayInput, required=False)
    occurred_at = forms.DateTimeField(label="Happened at", widget=MomentInput, required=False)
    email = forms.EmailField(label="E-mail address of your desk")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    declaration = forms.BooleanField(label="I may lawfully share this with the Centre")


def _moments() -> dict[str, Any]:
    now = timezone.now()
    return {
        "late": now - timedelta(days=2, hours=1),
        "soon": now + timedelta(hours=3, minutes=10, seconds=30),
        "later": now + timedelta(days=6, hours=3),
        "earlier": now - timedelta(hours=4, minutes=20),
        "yesterday": now - timedelta(days=1, hours=2),
        "last_year": now - timedelta(days=400),
        "today": timezone.localdate(),
    }


def _steps(url: str) -> list[dict[str, Any]]:
    return [
        {"name": "accept", "label": "Accept", "url": url, "key": "a"},
        {
            "name": "decline",
            "label": "Decline",
            "url": url,
            "key": "d",
            "style": "secondary",
            "form": SampleDecline(auto_id="decline_%s"),
        },
        {
            "name": "conclude",
            "label": "Conclude",
            "url": url,
            "key": "c",
            "style": "warning",
            "form": SampleConclude(auto_id="conclude_%s"),
            "note": "The source is told. A concluded referral can be reopened only with a reason.",
            "confirm": "Conclude the referral",
        },
    ]


def _queue(at: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        (
            "R-7F3K-92QD",
            "P1",
            "surface_web",
            at["late"],
            "Account asks a child to move to a private channel",
            "triaged",
            "Example Chat",
            "",
        ),
        (
            "R-11PA-K2MX",
            "P2",
            "dark_web",
            at["soon"],
            "Forum handle seen on two services",
            "offered",
            "Example Hosting",
            "Northshire Police",
        ),
        (
            "R-5TQ0-WJ8C",
            "P3",
            "physical_world",
            at["later"],
            "School asks for a briefing after three like reports in one month",
            "accepted",
            "Harbour Helpline",
            "Eastvale Council",
        ),
        (
            "R-9XKB-1M4D",
            "P4",
            "surface_web",
            at["later"],
            "Known address reported again, no new facts",
            "received",
            "Example Search",
            "",
        ),
        (
            "R-2GHN-70VE",
            "INFO",
            "",
            None,
            "Incomplete report, kept for linking",
            "concluded",
            "Example Chat",
            "",
        ),
    ]
    names = ("reference", "band", "environment", "due_at", "summary", "status", "source", "holder")
    marking = "OFFICIAL-SENSITIVE · TLP:AMBER · PAP:RED · 1BC · conditions"
    return [dict(zip(names, row, strict=True), url=f"#{row[0]}", marking=marking) for row in rows]


def _entries(at: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"at": at["earlier"], "what": "Offered to Northshire Police", "who": "C. Okafor, the Centre"},
        {
            "at": at["yesterday"],
            "what": "Offer expired",
            "who": "the clock",
            "text": "Eastvale Council did not answer in four hours.",
        },
        {"at": at["last_year"], "what": "Received", "who": "Example Chat"},
    ]


def _facts(at: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": "Harm type", "value": "Grooming"},
        {"key": "Contact continuing", "value": "Yes", "note": "from Example Chat"},
        {"key": "Child identified", "value": "Not known"},
        {"key": "Jurisdiction", "value": ""},
    ]


def _loads() -> list[dict[str, Any]]:
    return [
        {
            "agency": "Northshire Police",
            "sector": "law_enforcement",
            "load": 14,
            "capacity": 40,
            "waiting": 2,
        },
        {"agency": "Eastvale Council", "sector": "government", "load": 26, "capacity": 25, "waiting": 5},
        {"agency": "Harbour Helpline", "sector": "third_sector", "load": 0, "capacity": 12, "waiting": 0},
        {"agency": "Example Hosting", "sector": "industry", "load": 7, "capacity": 10, "waiting": 1},
    ]


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    at = _moments()
    refused = SampleReferral(
        {"summary": "", "email": "desk", "narrative": "word " * 303}, auto_id="refused_%s"
    )
    context = {
        "permits": ["TLP:AMBER: within your organisation.", "Conditions: ask the source first."],
        "at": at,
        "bands": Band.values,
        "environments": Environment.values,
        "statuses": [
            "received",
            "triaged",
            "offered",
            "accepted",
            "concluded",
            "rejected",
            "merged",
            "withdrawn",
        ],
        "steps": _steps(request.path),
        "saved": [{"name": "Dark web, open", "query": "tab=open&environment=dark_web"}],
        "chips": [
            {"label": "surface web", "remove_url": "?unheld=1"},
            {"label": "unheld", "remove_url": "?environment=surface_web"},
        ],
        "counts": [
            {"band": band, "count": n, "url": f"?band={band}", "current": band == "P2"}
            for band, n in zip(Band.values, (2, 14, 61, 120, 7), strict=True)
        ],
        "queue": _queue(at),
        "entries": _entries(at),
        "facts": _facts(at),
        "loads": _loads(),
        "blank": SampleReferral(auto_id="blank_%s"),
        "refused": refused,
        "export_form": ExportForm(),
        "why_form": PurposeForm(dict(REASONS), label="Why you open it now", auto_id="why_%s"),
    }
    return render(request, "gallery.html", context)
