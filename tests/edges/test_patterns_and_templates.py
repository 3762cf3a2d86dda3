"""Can a text make a pattern run for ever, or come out of a template as anything but text? Judged by their shape.

A pattern that may repeat a repetition without bound can take exponential time; so none does, unless the inner part is
atomic or possessive and gives nothing back. A page writes what it is given escaped; the places that do not are listed.
"""

import ast
import importlib
import re
from re import _constants as sre
from re import _parser as sre_parse

import pytest

from tests.test_architecture import OURS, ROOT, name_of

UNBOUNDED = 64  # more than so many times counts as without bound
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer", "pattern"}


def patterns() -> list[tuple[str, str, int]]:
    """Every pattern of what runs: those that modules hold compiled, and those written where they are used."""
    found = []
    for path in OURS:
        if "management" in path.parts or path.parts[len(ROOT.parts)] == "deploy":
            continue
        if path.name not in ("asgi.py", "wsgi.py"):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            held = [value for value in vars(module).values() if isinstance(value, re.Pattern)]
            found += [(name_of(path), one.pattern, one.flags) for one in held]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given = node.args[0].value
                is_re = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in (
                    "re",
                    "regex",
                )
                if name in CALLS and isinstance(given, str) and (is_re or name == "pattern"):
                    found.append((name_of(path), given, 0))
    return found


def repeats_a_repetition(parsed, within: bool = False) -> bool:
    for kind, what in parsed:
        if kind in REPEATS:
            _, most, inner = what
            unbounded = most > UNBOUNDED
            if (unbounded and within) or repeats_a_repetition(inner, within or unbounded):
                return True
        elif kind is sre.POSSESSIVE_REPEAT:
            if repeats_a_repetition(what[2], False):
                return True
        elif kind is sre.ATOMIC_GROUP:
            if repeats_a_repetition(what, False):
                return True
        elif kind is sre.BRANCH:
            if any(repeats_a_repetition(branch, within) for branch in what[1]):
                return True
        elif kind is sre.SUBPATTERN:
            if repeats_a_repetition(what[3], within):
                return True
        elif kind in (sre.ASSERT, sre.ASSERT_NOT) and repeats_a_repetition(what[1], within):
            return True
    return False


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(?:a*b?)*c", r"([a-z]+\s?)+!", r"(x|(y+z?)*)*"])
def test_a_pattern_that_repeats_a_repetition_is_known_for_one(bad):
    assert repeats_a_repetition(sre_parse.parse(bad))


@pytest.mark.parametrize("good", [r"a+b+", r"(?>a+)+", r"(?:a++b)*+", r"(a{1,5}){1,9}x*"])
def test_a_pattern_that_does_not_is_not(good):
    assert not repeats_a_repetition(sre_parse.parse(good))


NOT_OVER_TEXT_OF_OTHERS = {"ohsc/core/backups.py"}  # reads the schema that PostgreSQL itself wrote


def test_no_pattern_of_ours_repeats_a_repetition_without_bound():
    every = patterns()
    assert len(every) > 40
    bad = {name for name, pattern, flags in every if repeats_a_repetition(sre_parse.parse(pattern, flags))}
    assert bad == NOT_OVER_TEXT_OF_OTHERS


# What is written into a page unescaped.

# Where a template or a function says that what it writes is safe already.
UNESCAPED = re.compile(
    r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off|mark_safe|SafeString|html_safe|format_html"
)
MAY_BE_UNESCAPED = {  # each with the reason why it holds no text of anybody's
    "referrals/views/previewing.py": "names the type of what a template has drawn, escaped",
    "templates/account/new_app.html": "a square code that the library draws: paths, no text",
}


def test_nothing_is_written_into_a_page_unescaped_but_what_is_listed():
    files = [*OURS, *sorted((ROOT / "templates").rglob("*.*"))]
    assert {name_of(path) for path in files if UNESCAPED.search(path.read_text())} == set(MAY_BE_UNESCAPED)


def test_the_browser_is_given_no_text_as_markup_by_our_scripts():
    scripts = [*sorted((ROOT / "static" / "ohsc").glob("*.js"))]
    assert scripts
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function")
    assert [name_of(path) for path in scripts if markup.search(path.read_text())] == []


def test_no_markdown_and_no_html_of_anybodys_is_rendered():
    """There is no renderer to keep an allow-list for: words are shown as words."""
    renderers = re.compile(
        r"^\s*(?:import|from)\s+(markdown|mistune|bleach|nh3|commonmark|markdown_it)\b", re.M
    )
    assert [name_of(path) for path in OURS if renderers.search(path.read_text())] == []
