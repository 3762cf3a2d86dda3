"""Does every address say whom it serves, in words that there are? Asked before anything is served."""

from collections.abc import Iterator

from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from agencies.roles import SCOPES, Permission
from ohsc.core.api import ANY, PartnerView, Scope
from ohsc.core.routes import Address, addresses, class_of, need_of

DECLARE = (
    "Give the address with ohsc.core.routes.route(…, needs=…); a view of the interface says its `scopes`."
)
SPELL = "The words are those of agencies.roles: Permission and SCOPES."


@register(Tags.urls)
def every_address_says_whom_it_serves(app_configs=None, **kwargs) -> list[Error]:
    """A need that is not declared lets everybody in; one that is misspelt lets nobody in, or the wrong ones."""
    return [
        Error(f"{address.route}: {sentence}", hint=hint, id="agencies.E001")
        for address in addresses()
        for sentence, hint in faults(address)
    ]


def faults(address: Address) -> Iterator[tuple[str, str]]:
    """What is wrong with an address's declaration, and what to do."""
    need, view = need_of(address.view), class_of(address.view)
    if need is not None:
        yield from (
            (f"there is no permission {word!r}.", SPELL)
            for word in {need.permission, need.post} - {""} - {*Permission}
        )
    elif view is not None and issubclass(view, PartnerView):
        for method in answered(view):
            if method not in view.scopes:
                yield f"{method} declares no scope.", DECLARE
            elif fault := _unknown(view.scopes[method]):
                yield f"{method}: {fault}", SPELL
    else:
        yield "it declares no need.", DECLARE


def answered(view: type[PartnerView]) -> list[str]:
    """The methods that a view of the interface has."""
    return [name.upper() for name in view.http_method_names if hasattr(view, name)]


def _unknown(scope: Scope) -> str:
    if scope == ANY:
        return ""
    if scope.name not in SCOPES:
        return f"there is no scope {scope.name!r}."
    if scope.permission not in SCOPES[scope.name][1]:
        return f"the scope {scope.name} does not give {scope.permission!r}."
    return ""


def refuse_undeclared_needs() -> None:
    """Called where the web server starts."""
    if problems := every_address_says_whom_it_serves():
        raise ImproperlyConfigured(" ".join(f"{problem.msg} {problem.hint}" for problem in problems))
