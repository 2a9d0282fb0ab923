"""Once more: nothing new changes nothing, a new order is read, a damaged version is not used."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from api.doctor import FAULT, examine
from api.learned import CROSS_SELL
from api.settings import Settings
from api.wiring import Wellput, open_wellput
from tests.converters import online_retail
from tests.real.shares import ORDER_LINES

pytestmark = pytest.mark.data

CAKE_STAND, TEACUP = "22423", "22697"  # of the three regency teacups the one most bought with it
NEW_ORDER = f"""order_id,sku,quantity,ordered_at,unit_price,currency
NEW-1,{CAKE_STAND},2,2011-12-20T10:00:00Z,12.75,GBP
NEW-1,{TEACUP},4,2011-12-20T10:00:00Z,2.95,GBP
"""


def test_the_same_files_and_learning_again_change_nothing(shop_home: Path) -> None:
    with open_wellput(Settings(home=shop_home)) as wellput:
        before = wellput.learned.versions
        for kind, fields in (
            ("orders", online_retail.ORDERS_MAP),
            ("catalogue", online_retail.CATALOGUE_MAP),
        ):
            report = wellput.import_file(kind, shop_home.parent / "start.csv", map_file=fields)
            assert (report.added, report.changed, report.rejected) == (0, 0, 0)
        outcomes = wellput.learn(only=CROSS_SELL)
        assert [one.decision for one in outcomes] == ["kept", "kept"]
        assert wellput.learned.versions == before


def test_the_report_accounts_for_every_row(shop_home: Path) -> None:
    with open_wellput(Settings(home=shop_home)) as wellput:
        report = wellput.import_file(
            "catalogue", shop_home.parent / "start.csv", map_file=online_retail.CATALOGUE_MAP
        )
    assert report.rows == ORDER_LINES == report.unchanged + report.skipped + report.repeated


def together(wellput: Wellput) -> tuple[int | None, int | None]:
    """How often the teacup goes with the cake stand, as a reason states it."""
    offers = wellput.lookups.offer_for_basket([CAKE_STAND], 10).offers
    (reason,) = next(offer.reasons for offer in offers if offer.sku == TEACUP)
    return reason.together, reason.of


def damage(file: Path) -> None:
    """Turn one bit over in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)


def test_a_new_order_is_read_and_can_be_gone_back_from_and_damage_is_told(growing_home: Path) -> None:
    settings = Settings(home=growing_home)
    new = growing_home.parent / "new.csv"
    new.write_text(NEW_ORDER, encoding="utf-8")
    with open_wellput(settings) as wellput:
        both, of = together(wellput)
        assert both is not None
        assert of is not None
        first = dict(wellput.learned.versions)[CROSS_SELL]
        wellput.import_file("orders", new)
        assert wellput.learn(only=CROSS_SELL)[-1].decision == "promoted"
        assert together(wellput) == (both + 1, of + 1)
        second = dict(wellput.learned.versions)[CROSS_SELL]
        assert wellput.artefacts.rollback(CROSS_SELL).version == first
        assert wellput.learned.cross_sell is not None
    with open_wellput(settings) as wellput:
        assert together(wellput) == (both, of)
        wellput.artefacts.promote(CROSS_SELL, second)
    damage(growing_home / "artefacts" / CROSS_SELL / second / "together.npy")
    with open_wellput(settings) as wellput:
        assert together(wellput) == (both, of)
        (offer, *_) = wellput.lookups.offer_for_basket([CAKE_STAND], 1).offers
        assert offer.model_version == first
    faults = [one for one in examine(settings) if one.state == FAULT]
    assert [one.what for one in faults] == [CROSS_SELL]
    assert second in faults[0].detail
    assert "together.npy" in faults[0].detail
    told = CliRunner().invoke(cli, ["--home", str(growing_home), "recommend", "--skus", CAKE_STAND])
    assert told.exit_code == 0
    assert f"{of:,} orders" in told.stdout
    assert "together.npy" in told.stderr
    assert f"version {first} is used instead" in told.stderr.replace("\n", " ")
