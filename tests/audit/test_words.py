"""Every action that the code records is told in plain words, and each that the law counts says why it is done."""

import ast
from pathlib import Path

from agencies.roles import Permission
from audit.models import Kind
from audit.words import ACTIONS, KINDS, PURPOSES, Purpose
from notifications.models import Delivery
from ohsc.core.actor import READ_AUDIT
from referrals.transitions import RECEIVE, STEPS
from tests.test_architecture import OURS, name_of

# Where an action is put together rather than written: what it can be.
COMPOSED = {
    "referrals/actions/perform.py": {step.topic for step in STEPS.values()},
    "referrals/actions/receive.py": {RECEIVE.topic},
    "referrals/actions/clocks.py": {"clock.due_soon", "clock.overdue", "clock.answer_soon"},
    "agencies/views/proving.py": {"person.stepped_up", "person.proved_second_factor"},
    "notifications/actions/deliver.py": {f"{channel}.sent" for channel in Delivery.Channel.values},
}


class Module:
    """One file: its functions, and the texts that stand under a name."""

    def __init__(self, path: Path):
        self.path, self.tree = name_of(path), ast.parse(path.read_text())
        self.functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        self.texts = {
            target.id: node.value.value
            for node in self.tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def recorded_actions() -> tuple[set[str], set[str]]:
    """The actions written in the code, and the files where one is put together.

    Beginning with `record`, whose second argument is the action: a function that hands on an argument of its own
    records actions too, and so on until there are no more.
    """
    modules = [Module(path) for path in OURS if path.suffix == ".py" and path.name != "words.py"]
    found: set[str] = set()
    composed: set[str] = set()
    # (file, or "" for everywhere; the function's name): the argument's place and name
    recorders = {("", "record"): (1, "action")}
    while True:
        known = len(recorders)
        for module in modules:
            for function in module.functions:
                for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                    place = recorders.get((module.path, called(call))) or recorders.get(("", called(call)))
                    if place is None:
                        continue
                    given = [word.value for word in call.keywords if word.arg == place[1]] or call.args[
                        place[0] :
                    ]
                    if not given:
                        continue
                    names = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
                    match given[0]:
                        case ast.Constant(value=str(text)):
                            found.add(text)
                        case ast.Name(id=name) if name in module.texts:
                            found.add(module.texts[name])
                        case ast.Name(id=name) if name in names:
                            scope = module.path if function.name.startswith("_") else ""
                            recorders[scope, function.name] = (names.index(name), name)
                        case _:
                            composed.add(module.path)
        if len(recorders) == known:
            return {action for action in found if "." in action}, composed


def test_every_action_that_is_recorded_has_words():
    written, composed = recorded_actions()
    assert composed <= set(COMPOSED), "an action is put together here: say in COMPOSED what it can be"
    assert len(written) > 70
    actions = written.union(*COMPOSED.values())
    assert sorted(actions - set(ACTIONS)) == []
    assert sorted(set(ACTIONS) - actions) == []  # and no words for what is not recorded


def test_every_action_but_signing_in_and_refusals_says_why():
    without = {name for name, words in ACTIONS.items() if not words.purpose}
    assert without == {
        "person.signed_in",
        "person.signed_out",
        "person.sign_in_failed",
        "person.changed_password",
        "person.proved_second_factor",
        "person.second_factor_failed",
        "person.stepped_up",
        "person.factor_added",
        "person.factor_removed",
        "person.recovery_codes_made",
        "person.bound_to_service",
        "person.sessions_ended",
        "token.given",
        "token.refused",
        "request.refused",
    }


def test_every_kind_has_words_and_the_law_names_four_purposes_of_the_log():
    assert set(KINDS) == set(Kind.values)
    assert set(PURPOSES) == set(Purpose)
    assert len(PURPOSES) == 4


def test_the_permission_that_the_policy_asks_for_is_the_roles():
    assert READ_AUDIT == Permission.READ_AUDIT
