"""What is typed to sign in and to change a password: allauth's forms, in our words and drawn by our renderer."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django.core.exceptions import ValidationError

from ohsc.core.forms import Form

REFUSED = {
    "email_password_mismatch": (
        "The e-mail address or the password is not right. Check both, and whether Caps Lock is on."
    ),
    "too_many_login_attempts": (
        "Too many tries. Wait five minutes, then try again. "
        "If you do not know your password, ask your agency’s administrator."
    ),
}
MINIMUM = 15  # said beforehand; AUTH_PASSWORD_VALIDATORS holds it, and a test holds the two together


class SignIn(Form, LoginForm):
    """E-mail address and password. A refusal does not tell which of the two was wrong, nor who has an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "E-mail address"
        login.error_messages["required"] = "Enter your e-mail address"
        login.error_messages["invalid"] = "Enter an e-mail address in the form name@agency.example"
        login.widget.attrs = {"autocomplete": "username", "spellcheck": "false"}
        password.help_text = ""
        password.error_messages["required"] = "Enter your password"
        password.widget.attrs = {"autocomplete": "current-password"}

    def clean(self) -> dict[str, Any] | None:
        try:
            cleaned = super().clean()
        except ValidationError as refusal:
            raise ValidationError(
                REFUSED.get(str(refusal.code), str(refusal.message)), code=refusal.code
            ) from None
        if self.user is not None and not (self.user.is_active and self.user.agency.is_active):
            # Somebody who left, or whose agency did, learns no more than somebody who never was.
            raise ValidationError(REFUSED["email_password_mismatch"], code="email_password_mismatch")
        return cleaned


class ChangePassword(Form, ChangePasswordForm):
    """The present password, and twice the new one, whose rules are said before it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {
            "oldpassword": ("Your password now", ""),
            "password1": (
                "New password",
                f"{MINIMUM} characters or more. Three or four unrelated words are good. "
                "Not a common password, and nothing like your name or e-mail address.",
            ),
            "password2": ("New password, once more", ""),
        }
        for name, (label, hint) in said.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)
        self.fields["oldpassword"].error_messages["required"] = "Enter your password now"
        self.fields["password1"].error_messages["required"] = "Enter the new password"
        self.fields["password2"].error_messages["required"] = "Enter the new password once more"

    def clean_oldpassword(self) -> str:
        try:
            return super().clean_oldpassword()
        except ValidationError as refusal:
            raise ValidationError("This is not your password now", code=refusal.code) from None
