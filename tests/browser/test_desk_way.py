"""The whole way in a real browser: from sign-in to the outcome in the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENS, Site
from tests.browser.desk import (
    caret_after_first_line,
    composer,
    contacts_waiting,
    expect_locked,
    expect_ready,
    first_contact,
    insert_one_that_passes,
)

pytestmark = pytest.mark.browser

OpenAs = Callable[..., Page]
ROOT = Path(__file__).resolve().parents[2]


def _presented(site: Site) -> int:
    """Return how many offers the report counts as presented."""
    command = [sys.executable, "-m", "api.cli", "--home", str(site.home), "report", "uptake", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    stages = {stage["stage"]: stage["count"] for stage in json.loads(done.stdout)["stages"]}
    return int(stages["presented"])


def test_from_sign_in_to_the_outcome_in_the_report(
    site: Site, open_as: OpenAs, take_picture: Callable[[Page, str], None]
) -> None:
    presented_before = _presented(site)
    page = open_as("nadia")
    page.goto(first_contact(page))
    offer = page.locator("[data-offer]").first
    title = offer.get_attribute("data-title") or ""
    text = insert_one_that_passes(page)
    expect_ready(page)

    offer.click()
    expect(page.locator(".chip")).to_contain_text(title)
    expect(composer(page)).not_to_have_value(text)
    expect_ready(page)

    caret_after_first_line(page)
    composer(page).type(" We guarantee it!!! {{ name }}")
    expect_locked(page)
    finding = page.locator(".finding.block").first
    expect(finding).to_be_visible()
    expect(page.locator("#mirror mark.block").first).to_be_attached()
    take_picture(page, "way-locked")
    sent_before = page.url
    composer(page).press("Control+Enter")
    expect(page).to_have_url(sent_before)

    composer(page).evaluate("area => area.blur()")
    _take_fixes(page)
    expect_ready(page)
    final = composer(page).input_value()
    composer(page).press("Control+Enter")

    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("Sent")
    expect(outcome).to_contain_text("nadia")
    expect(outcome).to_contain_text(title)
    expect(page.locator(".message.agent").last).to_contain_text(final.splitlines()[0])
    take_picture(page, "way-sent")

    outcome.get_by_label("Wrap-up code").select_option("resolved_with_sale")
    outcome.get_by_role("button", name="Close the contact").click()
    expect(page).to_have_url(f"{site.address}/desk")

    assert _presented(site) == presented_before + 1
    analyst = open_as("ravi")
    analyst.goto("/insight")
    row = analyst.locator("tr", has=analyst.get_by_role("rowheader", name="Presented"))
    expect(row.locator("td").first).to_have_text(str(presented_before + 1))


def _take_fixes(page: Page) -> None:
    """Take the offered fix of each blocking finding; cut out the words of those that offer none."""
    for _ in range(12):
        expect(page.locator("#send-state")).not_to_contain_text("Checking")
        if page.locator("#send").get_attribute("aria-disabled") == "false":
            return
        finding = page.locator(".finding.block").first
        revision = page.locator("#revision").input_value()
        if finding.locator("[data-fix]").count():
            finding.locator("[data-fix]").first.click()
        else:
            finding.locator("[data-goto]").click()
            page.keyboard.press("Delete")
        expect(page.locator("#revision")).not_to_have_value(revision)
    raise AssertionError("the fixes do not lead out of the block")


def test_undo_brings_back_what_an_insertion_replaced(open_as: OpenAs) -> None:
    page = open_as("nadia")
    page.goto(first_contact(page))
    composer(page).fill("")
    composer(page).type("My own words")
    page.keyboard.press("Control+1")
    expect(composer(page)).not_to_have_value("My own words")
    composer(page).focus()
    page.keyboard.press("Control+z")
    expect(composer(page)).to_have_value("My own words")


def test_single_keys_can_be_turned_off(open_as: OpenAs) -> None:
    page = open_as("nadia")
    page.goto(first_contact(page))
    composer(page).fill("")
    page.locator(".keys summary").click()
    page.get_by_label("Use the single keys").uncheck()
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(composer(page)).to_have_value("")
    page.keyboard.press("Alt+1")
    expect(composer(page)).to_have_value("")


def test_marks_stand_under_the_words_they_mean(open_as: OpenAs) -> None:
    page = open_as("nadia")
    page.goto(first_contact(page))
    composer(page).fill("Dear you,\n\n😀😀 Here is {{ name }} for you.")
    expect(page.locator("#mirror mark.block", has_text="{{ name }}")).to_have_text("{{ name }}")
    composer(page).press("Control+Home")
    composer(page).type("Oh. ")
    expect(page.locator("#mirror mark.block", has_text="{{ name }}")).to_have_text("{{ name }}")


def test_a_new_message_withdraws_suggestions_and_keeps_the_text(site: Site, open_as: OpenAs) -> None:
    page, colleague = open_as("nadia"), open_as("joan")
    address = contacts_waiting(page)[-1]
    page.goto(address)
    composer(page).fill("Half a reply")
    colleague.goto(address)
    colleague.get_by_text("Add what was said or looked up").click()
    colleague.get_by_label("Words").fill("One more thing: it is urgent.")
    colleague.get_by_role("button", name="Add to the conversation").click()
    colleague.get_by_text("it is urgent").first.wait_for()
    expect(page.locator("#news")).to_contain_text("written again", timeout=15_000)
    expect(page.locator("#suggestions")).to_contain_text("Withdrawn")
    expect(page.locator("#send-state")).to_contain_text("Send is locked: the customer has written again")
    expect(page.locator("#send")).to_have_attribute("aria-disabled", "true")
    expect(composer(page)).to_have_value("Half a reply")
    page.get_by_role("button", name="Read it, with new suggestions").click()
    expect(page.locator(".conversation")).to_contain_text("it is urgent")
    expect(composer(page)).to_have_value("Half a reply")


def test_an_unsent_text_outlives_a_reload(open_as: OpenAs) -> None:
    page = open_as("nadia")
    page.goto(contacts_waiting(page)[0])
    composer(page).fill("Dear you, a text half written")
    page.reload()
    expect(composer(page)).to_have_value("Dear you, a text half written")


@pytest.mark.parametrize("place", ["replies", "past"])
def test_words_that_were_looked_up_keep_their_lines(open_as: OpenAs, place: str) -> None:
    page = open_as("nadia")
    page.goto(f"/desk/search?q=refund&in={place}")
    words = page.locator(".proposal-text").first
    assert words.evaluate("words => getComputedStyle(words).whiteSpace") == "pre-wrap"


def test_an_analyst_cannot_open_the_desk(open_as: OpenAs) -> None:
    page = open_as("ravi")
    expect(page.get_by_role("link", name="Desk")).to_have_count(0)
    answer = page.goto("/desk")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("h1")).to_have_text("This page is not open to your role")


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/desk/new", "/insight", "/merchandising", "/admin/users", "/account"]
)
def test_nothing_works_without_sign_in(open_as: OpenAs, path: str) -> None:
    page = open_as(None)
    page.goto(path)
    expect(page.locator("h1")).to_have_text("Sign in")


def test_picture_for_the_readme(open_as: OpenAs) -> None:
    page = open_as("nadia", width=1440, height=1000)
    page.goto(_most_telling_contact(page))
    insert_one_that_passes(page)
    caret_after_first_line(page)
    composer(page).type("\n\nWe guarantee it will be sorted out asap.")
    page.locator(".finding").first.wait_for()
    page.evaluate("() => window.scrollTo(0, 0)")
    images = ROOT / "docs" / "images" if os.environ.get("WELLPUT_SCREENSHOT") else SCREENS
    images.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=images / "desk.png")


def _most_telling_contact(page: Page) -> str:
    """Return the address of the contact whose first suggestion is surest, of those that have offers."""
    sure: dict[str, str] = {}
    for address in contacts_waiting(page):
        page.goto(address)
        if page.locator("[data-insert]").count() and page.locator("[data-offer]").count():
            sure.setdefault(page.locator(".proposal h3").first.inner_text().split()[1], address)
    surest = next((sure[band] for band in ("High", "Medium", "Low") if band in sure), None)
    return surest or first_contact(page)


def test_cards_of_the_case_follow_one_another(open_as: OpenAs) -> None:
    page = open_as("nadia")
    page.set_viewport_size({"width": 1440, "height": 1000})
    for address in contacts_waiting(page)[:6]:
        page.goto(address)
        boxes = [card.bounding_box() for card in page.locator(".desk-columns section.card").all()]
        placed = sorted((box["x"], box["y"], box["height"]) for box in boxes if box is not None)
        for (left, top, height), (beside, below, _) in pairwise(placed):
            assert beside > left or below - (top + height) < 30, f"a gap between two cards on {address}"
        assert len({left for left, _, _ in placed}) == 3
