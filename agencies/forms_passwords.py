"""What is typed to set a password: the rules are said before it is typed, and held by AUTH_PASSWORD_VALIDATORS."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from agencies.models import User
from ohsc.core.forms import Form

MINIMUM = 15  # a test holds it and AUTH_PASSWORD_VALIDATORS together
LONGEST = 256  # hashing more would be work for nothing
RULES = (
    f"{MINIMUM} characters or more. Three or four unrelated words are good; capitals, figures and signs are not "
    "needed. Not a common password, and nothing made of your name, your e-mail address or your agency’s name."
)


class NewPassword(Form):
    """Twice the new password."""

    password1 = forms.CharField(
        label="New password",
        help_text=RULES,
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="New password, once more",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **named: Any) -> None:
        super().__init__(*args, **named)
        self.person = person

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error(
                "password2", "The two are not the same. Type the new password again in both fields."
            )
        return cleaned

    @property
    def password(self) -> str:
        return str(self.cleaned_data["password1"])


class OldAndNewPassword(NewPassword):
    """The present password and twice the new one."""

    oldpassword = forms.CharField(
        label="Your password now",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["oldpassword", "password1", "password2"]

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not self.person.check_password(password):
            raise ValidationError("This is not your password now", code="enter_current_password")
        return password
