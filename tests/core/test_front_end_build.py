"""What do pages load, and is it ours to use, small enough, and true to the content policy?"""

import json
import re
from pathlib import Path

import brotli
import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
OWN = ROOT / "static" / "ohsc"
HTMX = "django_htmx/htmx-2.min.js"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    assert VENDOR.is_dir(), "static/vendor is not built: run `npm ci && npm run build` in frontend/"


def test_nothing_of_gov_uk_branding_is_in_what_is_built():
    for path in VENDOR.iterdir():
        found = re.search(r"GDS Transport|govuk-crest|1d70b8", path.read_text(), re.IGNORECASE)
        assert not found, f"{path.name} holds {found[0]}"


def test_only_styles_scripts_and_credits_are_built():
    assert {path.suffix for path in VENDOR.iterdir()} == {".css", ".js", ".txt"}


def test_the_style_sheet_asks_for_no_file_and_the_scripts_for_no_map():
    assert "url(" not in (VENDOR / "design-system.css").read_text()
    for path in VENDOR.glob("*.js"):
        assert "sourceMappingURL" not in path.read_text()


def test_everything_a_page_loads_is_well_under_100_kb_compressed():
    from django.contrib.staticfiles import finders

    files = [*VENDOR.glob("*.css"), *VENDOR.glob("*.js"), *OWN.iterdir(), Path(finders.find(HTMX))]
    on_the_wire = sum(len(brotli.compress(path.read_bytes())) for path in files)
    assert on_the_wire < 70_000


def test_the_lock_names_no_registry():
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_keeps_to_the_content_policy(path):
    text = re.sub(r"{%.*?%}", "", path.read_text())  # what is said to Django does not reach the page
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "a script inside the page"
    assert not re.search(r"<style|\sstyle=", text), "a style inside the page"
    assert not re.search(r"\son[a-z]+=|hx-on", text), "a handler inside the page"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), "a file from elsewhere"


def test_every_picture_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (OWN / "icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(
            r'components/icon\.html" with name="([^"]+)"|icons\.svg\' %}#([\w-]+)', path.read_text()
        )
        for name in name
        if name
    }
    assert named <= drawn
