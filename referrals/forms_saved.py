"""Under which name are the filters of a list kept?"""

from django import forms

from ohsc.core.forms import Form
from referrals.saved import PAGES


class NameForm(Form):
    name = forms.CharField(
        label="Name", max_length=60, error_messages={"max_length": "Shorten the name to 60 characters"}
    )


class SaveForm(NameForm):
    """Sent from beside the filters: the list, and the query of its address."""

    page = forms.ChoiceField(
        choices=[(page, label) for page, (label, _) in PAGES.items()], widget=forms.HiddenInput
    )
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
