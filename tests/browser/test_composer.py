"""Findings in the composer: at their place, led through by keys, told to screen readers; long texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import composer, contacts_waiting

pytestmark = pytest.mark.browser

WRONG = "Dear Sam,\n\nWe are gonna look at it. HELLO!!!! Please click here.\n\nKind regards"


@pytest.fixture
def page(open_as: Callable[..., Page]) -> Page:
    page = open_as("nadia", width=1280)
    page.goto(contacts_waiting(page)[0])
    composer(page).fill(WRONG)
    page.locator(".finding").first.wait_for()
    expect(page.locator("#send-state")).not_to_have_text("Checking…")
    return page


def selected(page: Page) -> str:
    return str(composer(page).evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)"))


def test_keys_lead_through_the_findings_take_a_fix_and_say_why(page: Page) -> None:
    said = page.locator("#check-said")
    composer(page).evaluate("area => area.setSelectionRange(0, 0)")
    places: list[str] = []
    for _ in range(page.locator(".finding").count()):
        page.keyboard.press("F8")
        places.append(selected(page))
    assert places.index("gonna") < places.index("!!!!") < places.index("click here")
    while selected(page) != "gonna":
        page.keyboard.press("Shift+F8")
    expect(said).to_contain_text("too casual for us. Use “going to”: F9.")
    expect(page.locator(".finding[aria-current]")).to_contain_text("gonna")
    page.keyboard.press("Shift+F9")
    expect(said).to_contain_text("texting talk")
    page.keyboard.press("F9")
    expect(composer(page)).to_have_value(WRONG.replace("gonna", "going to"))
    page.keyboard.press("Control+z")
    expect(composer(page)).to_have_value(WRONG)


def test_a_fix_is_not_taken_where_its_words_have_changed(page: Page) -> None:
    before, after = composer(page).evaluate(
        """(area) => {
          const at = area.value.indexOf("gonna") + 2;
          area.setSelectionRange(at, at);
          document.execCommand("insertText", false, "X");
          const before = area.value;
          document.querySelector('[data-fix][data-replacement="going to"]').click();
          return [before, area.value];
        }"""
    )
    assert before == after == WRONG.replace("gonna", "goXnna")


def test_a_long_text_is_checked_at_its_places(page: Page) -> None:
    long = "We looked at your order again and all is well with it.\n" * 300 + "We are gonna see."
    composer(page).evaluate(
        "(area, text) => { area.value = text; area.dispatchEvent(new InputEvent('input')); }", long
    )
    mark = page.locator("#mirror mark", has_text="gonna")
    expect(mark.first).to_be_attached(timeout=20_000)
