"""Words made to be read as markup, in every text there is, on every page that shows them: in Chromium, to the letter.

And what a day's work leaves in addresses and in the log of requests: nothing of anybody.
"""

import pytest
from playwright.sync_api import expect

from referrals.drafts import Handling, OutcomeDraft, SelectorDraft

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]

CORPUS = (
    "<script>hit()</script>", "<img src=x onerror=hit()>", '"><svg onload=hit()>', "</title><script>hit()",
    "' autofocus onfocus='hit()", '" onmouseover="hit()', "<base href=//evil.example>", "javascript:hit()",
    "<iframe srcdoc='<script>hit()</script>'>", "<style>*{background:url(//evil)}</style>", "{{7*7}}{% debug %}",
    "</textarea><script>hit()", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<!--", "]]><script>hit()",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>", "<a href='javascript:hit()'>x</a>", "&lt;b",
)  # fmt: skip
WORDS = " ".join(CORPUS)
LISTENING = """
window.hits = 0; window.hit = () => { window.hits += 1; };
addEventListener('securitypolicyviolation', e => { window.hits += 1; console.error('policy: ' + e.blockedURI); });
"""
MADE = (
    "iframe,base,meta[http-equiv=refresh],main script,main style,main img,math,[onerror],[onload],[onfocus],"
    "[onmouseover],a[href^='javascript']"
)


def hostile_world(cast):
    """A referral with such words in every text that it and its journey have; and in every name that people give."""
    referral = cast.referral(
        "triaged",
        summary=WORDS[:300],
        narrative=WORDS,
        external_ref=WORDS[:200],
        jurisdiction="<svg onload=hit()>",
        declaration=WORDS[:500],
        escalate_reason=WORDS,
        selectors=(
            SelectorDraft("other", CORPUS[1]),
            SelectorDraft("account", CORPUS[2], platform=CORPUS[0]),
            SelectorDraft("url", "javascript:hit()"),
        ),
        handling=Handling(code="C", conditions=WORDS[:500]),
    )
    cast.step("re-band", referral, cast.anil, priority="P1", reason=WORDS)
    cast.step("offer", referral, cast.cora, to_agency=cast.police, reason=WORDS)
    cast.step("accept", referral, cast.ben)
    cast.step("ask", referral, cast.ben, to_agency=cast.lumen, question=WORDS)
    cast.step("answer", referral, cast.asha, answer=WORDS)
    done = OutcomeDraft("CHILD_SAFEGUARDED", detail=WORDS, share_detail=True)
    cast.step("conclude", referral, cast.ben, outcomes=(done,))
    waiting = cast.referral(
        "offered", summary=WORDS[:300], handling=Handling(code="C", conditions=WORDS[:500])
    )
    ada, anil = cast.browser(cast.ada), cast.browser(cast.anil)
    desk = dict.fromkeys(
        ("does", "desk_name", "desk_hours", "out_of_hours_name"), "<img src=x onerror=hit()>"
    )
    ada.post("/agencies/ohsc/desk", desk | {"breach_officer": "supervisors"})
    ada.post(
        "/systems/clients/new", {"name": CORPUS[1], "scopes": "referrals:read", "expires_on": "2027-01-31"}
    )
    ada.post("/systems/webhooks/add", {
        "url": "https://hooks.agency.example/", "description": CORPUS[1],
        "form": "5f0f3c3e-3a2f-4d0e-9a51-6b7b9f0c1d22",
    })  # fmt: skip
    anil.post("/filters", {"page": "triage", "query": "tab=open", "name": CORPUS[1]})
    return referral, waiting


def shows_words_only(page) -> None:
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hits") == 0, page.url
    assert page.locator(MADE).count() == 0, page.url


def test_words_are_words_on_every_page(sign_in, committed_cast):
    cast = committed_cast
    referral, waiting = hostile_world(cast)
    looks = {
        cast.cora: [
            f"/referrals/{referral.pk}", f"/referrals/{waiting.pk}", "/triage?tab=closed", "/triage?tab=open",
            "/referrals", "/board", "/work", "/inbox", "/agencies", "/agencies/ohsc", "/filters",
        ],
        cast.bea: [f"/referrals/{referral.pk}", f"/referrals/{waiting.pk}", "/work", "/triage", "/inbox"],
        cast.asha: [f"/referrals/{referral.pk}", "/work", "/referrals"],
        cast.ada: ["/systems/clients", "/systems/webhooks", "/agencies/ohsc/desk", "/systems/console"],
        cast.anil: ["/filters", "/triage"],
    }  # fmt: skip
    for person, addresses in looks.items():
        page = sign_in(person)
        page.add_init_script(LISTENING)
        for address in addresses:
            page.goto(address)
            shows_words_only(page)
            if address == f"/referrals/{referral.pk}":
                page.get_by_label("Why", exact=False).first.select_option(index=1)  # it is over
                page.get_by_role("button", name="Open narrative").click()
                expect(page.locator("#narrative")).to_contain_text("<script>hit()</script>")
                assert "<img src=x onerror=hit()>" in page.locator("main").inner_text()
                shows_words_only(page)
    page = sign_in(cast.asha)
    page.add_init_script(LISTENING)
    page.goto("/search")
    page.get_by_role("textbox", name="Find").fill(CORPUS[1])
    page.get_by_role("button", name="Search").click()
    shows_words_only(page)


def test_no_word_of_anybody_stands_in_an_address_or_in_the_log(sign_in, platform, partner, committed_cast):
    cast = committed_cast
    referral = cast.referral("offered")
    asked: list[str] = []
    page = sign_in(cast.bea)
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/search")
    for text in ("@heron", "private channel", cast.ben.name, cast.ben.email):
        page.get_by_role("textbox", name="Find").fill(text)
        page.get_by_role("button", name="Search").click()
        page.wait_for_load_state("networkidle")
    page.goto(f"/referrals/{referral.pk}")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#panel .notice--success")).to_contain_text("accepted")
    page.get_by_role("button", name="Open narrative").click()
    expect(page.locator("#narrative")).to_contain_text("asked to continue elsewhere")
    for address in ("/triage", "/work", "/inbox", "/referrals", "/agencies", "/preferences/e-mail"):
        page.goto(address)
    partner(cast.police_client).get("/api/v1/referrals")
    log = "\n".join(file.read_text() for file in platform.folder.glob("*.log"))
    assert len(asked) > 20
    assert "referral" in log
    people = [word for person in (cast.bea, cast.ben, cast.asha) for word in (person.name, person.email)]
    for word in ("heron", "private", "channel", "continue elsewhere", "An account", *people):
        for form in {word, word.replace(" ", "+"), word.replace(" ", "%20"), word.replace("@", "%40")}:
            assert form.lower() not in "\n".join(asked).lower(), form
            assert form.lower() not in log.lower(), form
