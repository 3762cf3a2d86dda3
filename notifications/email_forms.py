"""How does a person want to hear by e-mail?"""

from django import forms

from agencies.models import EmailChoice
from ohsc.core.forms import Form


class EmailChoiceForm(Form):
    choice = forms.ChoiceField(
        label="How often",
        choices=EmailChoice.choices,
        widget=forms.RadioSelect,
        help_text="What cannot wait, P1 and missed clocks, comes at once whatever you choose, but for “No e-mail”.",
        error_messages={"invalid_choice": "Choose one of the five"},
    )
