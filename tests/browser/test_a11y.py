"""axe-core finds nothing on any page, in light and in dark, on a desk and in a hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.desk import first_contact

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
PATHS = (
    "/desk",
    "/desk?show=waiting",
    "/desk/new",
    "/desk/search?q=returns",
    "/merchandising",
    "/insight",
    "/voice",
    "/voice/rule?id=courtesy.calming",
    "/voice/rehearse?id=courtesy.calming",
    "/voice/findings",
    "/voice/starter",
    "/voice/drafts",
    "/voice/edit?id=courtesy.calming",
    "/voice/history",
    "/voice/version?number=0",
    "/admin/users",
    "/admin/versions",
    "/admin/audit",
    "/admin/health",
    "/account",
    "/nowhere",
)
SCHEMES_AND_WIDTHS = (("light", 1440), ("dark", 1440), ("light", 360), ("dark", 360))


def violations(page: Page) -> list[str]:
    """Return what axe-core finds: rule, impact and the first places."""
    page.evaluate(f"(() => {{ {AXE} }})()")
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize(("scheme", "width"), SCHEMES_AND_WIDTHS)
def test_every_page_is_free_of_faults(
    open_as: Callable[..., Page], take_picture: Callable[[Page, str], None], scheme: str, width: int
) -> None:
    page = open_as("sam", scheme=scheme, width=width, height=800)
    contact = first_contact(page)
    basket = "/merchandising?skus=" + _some_skus()
    for path in (*PATHS, contact, basket):
        page.goto(path)
        assert violations(page) == [], path
        assert not too_wide(page), path
        name = "contact" if path == contact else re.sub(r"[^a-z]+", "-", path.partition("&")[0]).strip("-")
        take_picture(page, f"{name}-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), SCHEMES_AND_WIDTHS)
def test_the_page_before_sign_in_is_free_of_faults(
    open_as: Callable[..., Page], take_picture: Callable[[Page, str], None], scheme: str, width: int
) -> None:
    page = open_as(None, scheme=scheme, width=width, height=800)
    assert violations(page) == []
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert violations(page) == []
    take_picture(page, f"signin-{scheme}-{width}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_composer_full_of_findings_is_free_of_faults(
    open_as: Callable[..., Page], take_picture: Callable[[Page, str], None], scheme: str
) -> None:
    page = open_as("nadia", scheme=scheme)
    page.goto(first_contact(page))
    page.get_by_label("Text of the reply").fill(
        "HELLO!!!! NO PROBLEM, YOU WILL GET {{ amount }} BACK TODAY!!!"
    )
    page.locator(".finding.block").first.wait_for()
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []
    take_picture(page, f"findings-{scheme}-1440")


def _some_skus() -> str:
    with (files("api.sample_shop") / "catalogue.csv").open(encoding="utf-8", newline="") as rows:
        first = next(csv.DictReader(rows))
    return f"{first['sku']},NOT-A-SKU"
