"""Is a form drawn so that everyone can fill it, and does a refusal say what to do?"""

import pytest
from django import forms
from django.template.loader import render_to_string

from ohsc.core.forms import DayInput, Form, MomentInput, WordsField


class Sample(Form):
    summary = forms.CharField(label="Summary", help_text="One line.")
    environment = forms.ChoiceField(
        label="Environment", choices=[("a", "Dark web"), ("b", "Surface web")], widget=forms.RadioSelect
    )
    contact = forms.ChoiceField(label="Is contact continuing?", choices=[("y", "Yes")])
    narrative = WordsField(label="Narrative", max_words=5, required=False)
    ip_address = forms.CharField(label="IP address")
    seen_on = forms.DateField(widget=DayInput, required=False)
    occurred_at = forms.DateTimeField(widget=MomentInput, required=False)
    declaration = forms.BooleanField(label="I may share this")
    step = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(name: str, data: dict | None = None) -> str:
    return str(Sample(data)[name].as_field_group())


def test_an_untouched_field_has_a_label_and_a_hint_it_is_described_by():
    html = drawn("summary")
    assert '<label class="govuk-label" for="id_summary">' in html
    assert 'id="id_summary_helptext"' in html
    assert 'aria-describedby="id_summary_helptext"' in html
    assert 'class="govuk-input"' in html


def test_a_refused_field_says_what_to_do_and_is_described_by_it():
    html = drawn("summary", {})
    assert "Enter the summary" in html
    assert 'aria-describedby="id_summary_helptext id_summary_error"' in html
    assert 'aria-invalid="true"' in html
    assert "govuk-input--error" in html


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("environment", "Choose the environment"),
        ("contact", "Answer “Is contact continuing?”"),
        ("ip_address", "Enter the IP address"),
        ("declaration", "Tick “I may share this”"),
    ],
)
def test_an_empty_field_is_asked_for_by_name(name, says):
    assert Sample({}).errors[name] == [says]


def test_radios_stand_in_a_fieldset_whose_error_link_leads_to_the_first():
    html = drawn("environment", {})
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('class="govuk-radios__input"') == 2
    assert "aria-invalid" not in html
    assert 'href="#id_environment_0"' in render_to_string(
        "components/error_summary.html", {"form": Sample({})}
    )


def test_words_are_counted_and_the_surplus_is_named():
    html = drawn("narrative")
    assert 'data-maxlength="5"' in html
    assert 'aria-describedby="id_narrative-info"' in html
    assert Sample({"narrative": "one two three four five six"}).errors["narrative"] == [
        "Shorten this by 1 word. The limit is 5."
    ]


def test_what_was_typed_is_kept_and_escaped():
    assert "&lt;b&gt;" in drawn("summary", {"summary": "<b>"})


def test_dates_go_to_the_browser_as_iso():
    html = drawn("seen_on", {"seen_on": "2026-11-22"})
    assert 'type="date"' in html
    assert 'value="2026-11-22"' in html
    assert 'type="datetime-local"' in drawn("occurred_at")
    assert "occurred_at" not in Sample({"occurred_at": "2026-11-22T14:05"}).errors


def test_a_field_that_need_not_be_given_says_so():
    assert "(optional)" in drawn("narrative")
    assert "(optional)" not in drawn("summary")


def test_a_hidden_field_is_drawn_bare():
    assert '<input type="hidden" name="step" id="id_step">' in str(Sample())


def test_no_errors_no_summary():
    assert render_to_string("components/error_summary.html", {"form": Sample()}).strip() == ""
