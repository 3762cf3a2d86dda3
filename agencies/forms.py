"""What is typed to sign in: allauth's form, in our words and drawn by our renderer."""

from typing import Any

from allauth.account.forms import LoginForm
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
