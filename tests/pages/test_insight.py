"""The analysts' page shows the counts it was given, and says when it has none."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from api.web.insight.bars import WIDTH, bar_of
from recommender.uptake import OfferRecord, Stage
from tests.fakes.values import NOON
from tests.pages.fake_service import FakeService


def test_bars_lie_within_the_picture_and_hold_their_share() -> None:
    for count in range(11):
        bar = bar_of(Stage.reached("shown", count, 10))
        assert 0 <= bar.low <= bar.length <= bar.high <= WIDTH
        assert bar.length == WIDTH * count / 10
    assert not bar_of(Stage.reached("bought", 0, 0)).measured


def test_nothing_yet_is_said(signed_in: Callable[[str], FlaskClient]) -> None:
    assert "No offer was made in this period" in signed_in("analyst").get("/insight").text


def test_shares_come_with_their_interval(
    signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    service.offer_records = [
        OfferRecord(f"O-{number}", f"K-{number}", "C-1", "KIT-0412", NOON, NOON, NOON if number < 3 else None)
        for number in range(9)
    ]
    page = signed_in("analyst").get("/insight").text
    assert "33.3 %" in page
    assert "12.1 % to 64.6 %" in page
    assert "not yet known" in page
    assert "Answers another question" in page
