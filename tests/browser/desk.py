"""What an agent's hands do on the desk."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def contacts_waiting(page: Page) -> list[str]:
    """Return the addresses of the contacts in the queue, in its order."""
    page.goto("/desk")
    links = page.locator("table.queue .words-cell a").all()
    return [link.get_attribute("href") or "" for link in links]


def first_contact(page: Page) -> str:
    """Return the address of a waiting contact with suggestions and offers, else with suggestions."""
    suggested: list[str] = []
    for address in contacts_waiting(page):
        page.goto(address)
        if page.locator("[data-insert]").count():
            suggested.append(address)
            if page.locator("[data-offer]").count():
                return address
    assert suggested, "no waiting contact has a suggestion"
    return suggested[0]


def composer(page: Page) -> Locator:
    return page.get_by_label("Text of the reply")


def caret_after_first_line(page: Page) -> None:
    composer(page).focus()
    composer(page).evaluate("area => area.setSelectionRange(...Array(2).fill(area.value.indexOf('\\n')))")


def expect_locked(page: Page) -> None:
    expect(page.locator("#send")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#send-state")).to_contain_text("Send is locked")


def expect_ready(page: Page) -> None:
    expect(page.locator("#send")).to_have_attribute("aria-disabled", "false")
    expect(page.locator("#send-state")).to_contain_text("Ready to send")


def insert_one_that_passes(page: Page) -> str:
    """Press keys until a suggestion is in that the check passes; return its text."""
    for key in "123"[: page.locator("[data-insert]").count()]:
        before = composer(page).input_value()
        page.locator("h1").click()
        page.keyboard.press(key)
        expect(composer(page)).not_to_have_value(before)
        expect(page.locator("#send-state")).to_contain_text(re.compile("Ready to send|Send is locked"))
        if page.locator("#send").get_attribute("aria-disabled") == "false":
            return composer(page).input_value()
    raise AssertionError("the check passes none of the suggestions as they were made")
