"""A real server on a learned home, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from api.settings import Settings
from api.wiring import open_wellput

HERE = Path(__file__).parent
SCREENS = HERE / "screens"
PASSWORD = "a password for browser tests"
PEOPLE = (
    ("nadia", "Nadia Walsh", "agent"),
    ("imogen", "Imogen Clarke", "merchandiser"),
    ("ravi", "Ravi Menon", "analyst"),
    ("joan", "Joan Hartley", "supervisor"),
    ("sam", "Sam Okafor", "admin"),
)
_START_S = 60


@dataclass(frozen=True)
class Site:
    """A served home."""

    address: str
    home: Path


def _chromium() -> str:
    found = os.environ.get("WELLPUT_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail(
            "The browser tests need Chromium: 'make test' installs it, WELLPUT_CHROMIUM names another."
        )
    return found


@pytest.fixture(scope="session")
def site(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a learned home of the sample shop with `wellput serve`."""
    home = shutil.copytree(learned_template, tmp_path_factory.mktemp("served") / "home")
    with open_wellput(Settings(home=home)) as wellput:
        for username, name, role in PEOPLE:
            wellput.people.add_user(username, name, role, PASSWORD, actor="test")
    command = [sys.executable, "-m", "api.cli", "--home", str(home), "serve", "--port", "0", "--workers", "1"]
    log = home / "serve.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=HERE.parents[1]
        ) as server,
    ):
        assert server.stdout is not None
        line = server.stdout.readline()
        address = "http://" + line.rpartition("http://")[2].strip()
        try:
            _wait_until_ready(address, server, log)
            yield Site(address, home)
        finally:
            server.terminate()


def _wait_until_ready(address: str, server: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"wellput serve did not get ready: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    running = _playwright.chromium.launch(
        executable_path=_chromium(),
        args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    yield running
    running.close()


OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(site: Site, browser: Browser) -> Iterator[OpenAs]:
    """Return a page signed in as somebody; anything a page complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(
        username: str | None, *, scheme: str = "light", width: int = 1440, height: int = 900
    ) -> Page:
        context = browser.new_context(
            base_url=site.address,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/signin")
        if username is not None:
            page.get_by_label("User name").fill(username)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/signin" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = ("status of 401", "status of 403", "status of 404", "status of 409", "status of 429")
    assert [words for words in complaints if not any(known in words for known in expected)] == []


@pytest.fixture
def take_picture() -> Callable[[Page, str], None]:
    """Save a picture of the page for people to look at."""

    def take(page: Page, name: str) -> None:
        SCREENS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    return take
