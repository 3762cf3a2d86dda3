"""How does a Django form become GOV.UK Frontend's markup?

Set ``FORM_RENDERER = "ohsc.core.forms.Renderer"``; then ``{{ form.name.as_field_group }}`` writes the
label, the hint, the error beside the field and the field, and ``{{ form }}`` writes all of them.
A form's error summary is ``components/error_summary.html``.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.template.loader import get_template
from django.utils.functional import cached_property

from ohsc.core import plain_text, requests
from ohsc.core.imagery import find_imagery


class DayInput(forms.DateInput):
    """The browser's own date field, which takes and gives ISO dates whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """What is no day is left out: the browser would not show it either, and complains of it."""
        shown = super().format_value(value)
        try:
            date.fromisoformat(shown or "")
        except ValueError:
            return None
        return shown


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a date and a time, in the person's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class AtMostWords:
    """Refuses a text of more words than may be held, and says by how many."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        surplus = len(text.split()) - self.limit
        if surplus > 0:
            noun = "word" if surplus == 1 else "words"
            raise ValidationError(
                f"Shorten this by {surplus} {noun}. The limit is {self.limit}.", code="too_many_words"
            )


class WordsField(forms.CharField):
    """A longer text with a limit in words, counted for the writer as they type."""

    widget = forms.Textarea

    def __init__(self, *, max_words: int, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_words = max_words
        self.validators.append(AtMostWords(max_words))
        self.widget.attrs["rows"] = rows


def _ask_for(field: forms.Field, label: str) -> str:
    """What to do about a field left empty, naming it: an error says what to do."""
    if label.endswith("?"):
        return f"Answer “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}”"
    follows = label if label[1:2].isupper() or not label[:1].isupper() else label[:1].lower() + label[1:]
    verb = "Choose" if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else "Enter"
    return f"{verb} the {follows}"


class Form(forms.Form):
    """A form whose errors name the field, so that each makes sense alone in the summary. It takes no imagery in any of
    its fields, and sends none back; the hash is noted for the audit."""

    takes_documents = (
        False  # a form that reads whole documents refuses imagery itself, in the document's own words
    )
    use_required_attribute = False  # the server answers for every field at once, beside each

    def full_clean(self) -> None:
        # Here, not when it is made: a form may get some of its fields afterwards.
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _ask_for(field, str(field.label or pretty_name(name)))
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                one_line = not isinstance(field.widget, forms.Textarea)
                refuse = _refuse_unseen_in_a_line if one_line else _refuse_unseen_characters
                field.validators = [*field.validators, refuse]
        super().full_clean()
        if self.is_bound and not self.takes_documents:
            self._refuse_imagery()

    def _refuse_imagery(self) -> None:
        open_to_words = {
            self.add_prefix(name): name
            for name, field in self.fields.items()
            if not isinstance(field.widget, forms.PasswordInput)
        }
        found = find_imagery({typed: self.data.get(typed) or "" for typed in open_to_words})
        if not found:
            return
        requests.note_imagery(found)
        self.data = self.data.copy()
        for picture in found:
            if name := open_to_words.get(picture.path):
                label = self.fields[name].label or pretty_name(name)
                self.add_error(
                    name, f"{label} holds an image or a video. Take it out, and describe it in words."
                )
                self.data[picture.path] = ""


def _refuse_unseen_in_a_line(text: object) -> None:
    # What a browser lets into one line besides (a tab) is put right when it is cleaned.
    if isinstance(text, str) and (problem := plain_text.why_not(" ".join(text.split()))):
        raise ValidationError(problem)


def _refuse_unseen_characters(text: object) -> None:
    if isinstance(text, str) and (problem := plain_text.why_not(text, lines=True)):
        raise ValidationError(problem)


class GovukBoundField(BoundField):
    """A field of a form, knowing which of GOV.UK Frontend's parts it is."""

    @cached_property
    def part(self) -> str:
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return "checkboxes"
        if isinstance(widget, forms.RadioSelect):
            return "radios"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.Select):
            return "select"
        if isinstance(widget, forms.Textarea):
            return "textarea"
        return "password" if isinstance(widget, forms.PasswordInput) else "input"

    @property
    def max_words(self) -> int | None:
        return getattr(self.field, "max_words", None)

    @property
    def is_inline(self) -> bool:
        """A few short choices stand in one line."""
        if self.part != "radios":
            return False
        labels = [str(label) for _, label in self.field.choices]
        return len(labels) <= 5 and sum(map(len, labels)) <= 40

    @property
    def error_target(self) -> str:
        """Where a link in the error summary leads: the field, or the first of its choices."""
        several = self.part in ("radios", "checkboxes")
        return f"{self.auto_id}_0" if several else self.id_for_label

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        if self.is_hidden or (widget or self.field.widget).is_hidden:
            return attrs
        own = self.field.widget.attrs.get("class", "")
        attrs["class"] = " ".join(filter(None, (self._govuk_class(), own)))
        if self.part in ("radios", "checkboxes"):
            attrs.pop("aria-invalid", None)  # it belongs to the group, and is not allowed on a radio
            attrs.pop("required", None)
        if self.max_words and self.auto_id:
            described = attrs.get("aria-describedby", "").split()
            attrs["aria-describedby"] = " ".join([*described, f"{self.auto_id}-info"])
        return attrs

    def _govuk_class(self) -> str:
        block = {
            "checkbox": "govuk-checkboxes__input",
            "checkboxes": "govuk-checkboxes__input",
            "radios": "govuk-radios__input",
            "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
        }.get(self.part, f"govuk-{self.part}")
        if self.max_words:
            block = f"{block} govuk-js-character-count"
        has_edge = self.part in ("input", "password", "select", "textarea")
        return (
            f"{block} govuk-{'input' if self.part == 'password' else self.part}--error"
            if self.errors and has_edge
            else block
        )


class Renderer(DjangoTemplates):
    """Forms and fields drawn by templates/forms; widgets stay Django's own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = GovukBoundField

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return get_template(template_name)
