"""A person who has a keyboard and nothing else: keys, and where the focus is. No pointer, no focus set by the test."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.platform import until

PATIENCE = 30.0  # seconds; a slow machine is not a broken page
MOST_TABS = 250
SAYS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const isChoice = here.matches("input[type=radio], input[type=checkbox]");
  const group = isChoice && here.closest("fieldset")?.querySelector("legend");
  const labels = [...(here.labels ?? [])].map((label) => label.textContent);
  const own = here.getAttribute("aria-label") ?? (labels.length ? labels.join(" ") : here.textContent);
  return `${group ? group.textContent + ": " : ""}${own}`.trim().replace(/\\s+/g, " ");
}"""
CHOICE = """() => {
  const here = document.activeElement;
  if (here.tagName === "SELECT") return here.selectedOptions[0].textContent.trim();
  return here.checked ? here.labels[0].textContent.trim() : "";
}"""


class Keyboard:
    """One person's hands on one page."""

    def __init__(self, page: Page):
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    @property
    def focused(self) -> str:
        """What has the focus, as it would be read out; "" where nothing has."""
        return self.page.evaluate(SAYS)

    def is_within(self, selector: str) -> bool:
        """Is the focus inside such an element?"""
        return self.page.evaluate("selector => !!document.activeElement.closest(selector)", selector)

    def lands_in(self, selector: str) -> None:
        """Wait until the page has put the focus there: a key pressed sooner would go to what was there before."""
        until(lambda: self.is_within(selector), PATIENCE)

    def tab_to(self, words: str) -> str:
        """Press Tab until what has the focus begins with, or is in a group called, these words."""
        passed = []
        for _ in range(MOST_TABS):
            self.press("Tab")
            passed.append(self.focused)
            if passed[-1].startswith(words):
                return passed[-1]
        raise AssertionError(f"Tab never comes to “{words}”; it came to {sorted(set(passed))}")

    def choose(self, words: str) -> None:
        """In the list or the group of radios that has the focus, go down to these words."""
        for _ in range(60):
            if self.page.evaluate(CHOICE).startswith(words):
                return
            self.press("ArrowDown")
        raise AssertionError(f"“{words}” cannot be chosen here: {self.focused}")

    def follow(self, words: str) -> None:
        """Go to a link or a button, press Enter, and be on the page that comes."""
        self.tab_to(words)
        with self.page.expect_navigation():
            self.press("Enter")

    def shortcut(self, key: str, opens: Callable[[], bool]) -> None:
        """Press a page's single key, once its script listens, and see that it did something."""
        expect(self.page.locator("body.js-enabled")).to_be_attached()
        self.press(key)
        until(opens, PATIENCE)
