"""The sample shop's orders: seeded, stable while time goes on, with the structure of real purchases."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import api.sample_shop
from api.sample_shop.missions import read_sample_shop
from api.sample_shop.orders import write_orders
from recommender.money import Money

HERE = Path(api.sample_shop.__file__).parent
UNTIL = date(2026, 11, 22)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def by_sku() -> dict[str, dict[str, str]]:
    return {row["sku"]: row for row in rows(HERE / "catalogue.csv")}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    write_orders(path, until=UNTIL)
    return path


@pytest.fixture(scope="module")
def lines(written: Path) -> list[dict[str, str]]:
    return rows(written)


@pytest.fixture(scope="module")
def baskets(lines: list[dict[str, str]]) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        held[line["order_id"]].add(line["sku"])
    return held


def test_the_same_seed_writes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.csv", tmp_path / "other.csv"
    write_orders(again, until=UNTIL)
    write_orders(other, seed=7, until=UNTIL)
    assert again.read_bytes() == written.read_bytes()
    assert other.read_bytes() != written.read_bytes()


def test_an_order_stays_itself_when_the_history_goes_on(lines: list[dict[str, str]], tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    write_orders(later, until=UNTIL + timedelta(days=75))
    fixed = ("sku", "quantity", "ordered_at", "customer_id", "unit_price", "channel")

    def by_order(found: list[dict[str, str]]) -> dict[str, list[tuple[str, ...]]]:
        held: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for line in found:
            held[line["order_id"]].append(tuple(line[name] for name in fixed))
        return held

    before, after = by_order(lines), by_order(rows(later))
    shared = before.keys() & after.keys()
    assert len(shared) > 1000
    assert all(before[order_id] == after[order_id] for order_id in shared)


@pytest.mark.parametrize(("orders", "until"), [(1, UNTIL), (40, date(2025, 3, 1)), (2500, date(2028, 3, 1))])
def test_as_many_orders_as_asked_for_all_before_the_day(orders: int, until: date, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    write_orders(path, orders=orders, until=until)
    found = rows(path)
    assert len({line["order_id"] for line in found}) == orders
    assert all(datetime.fromisoformat(line["ordered_at"]).date() < until for line in found)
    assert all(line["returned_at"] < until.isoformat() for line in found)


def test_no_orders_is_not_a_history(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        write_orders(tmp_path / "orders.csv", orders=0, until=UNTIL)


def test_every_line_holds_against_catalogue_and_customers(
    lines: list[dict[str, str]], by_sku: dict[str, dict[str, str]]
) -> None:
    customers = {row["customer_id"] for row in rows(HERE / "customers.csv")}
    for line in lines:
        product = by_sku[line["sku"]]
        day = datetime.fromisoformat(line["ordered_at"]).date().isoformat()
        assert line["customer_id"] in customers or (line["customer_id"] == "" and line["channel"] == "store")
        assert 1 <= int(line["quantity"]) <= 9
        assert (product["available_from"] or "0") <= day <= (product["available_to"] or "9")
        paid, listed = (Money.parse(text, "GBP").minor for text in (line["unit_price"], product["price"]))
        assert paid == listed or 0.75 * listed <= paid < 0.81 * listed
        assert line["status"] in {"delivered", "dispatched", "processing", "cancelled"}
        assert line["returned_at"] == "" or line["returned_at"][:10] > day


def test_order_numbers_rise_with_time_and_orders_agree_within(lines: list[dict[str, str]]) -> None:
    orders: dict[str, tuple[str, ...]] = {}
    for line in lines:
        head = tuple(line[name] for name in ("ordered_at", "customer_id", "channel", "status"))
        assert orders.setdefault(line["order_id"], head) == head
    numbers = [int(order_id.removeprefix("LR-")) for order_id in orders]
    times = [datetime.fromisoformat(head[0]) for head in orders.values()]
    assert numbers == sorted(set(numbers))
    assert times == sorted(times)
    assert all(re.fullmatch(r"LR-\d{6}", order_id) for order_id in orders)
    assert 500 <= (times[-1] - times[0]).days <= 600


def test_an_order_holds_each_product_once_and_nine_lines_at_most(lines: list[dict[str, str]]) -> None:
    held: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        held[line["order_id"]].append(line["sku"])
    sizes = Counter(len(skus) for skus in held.values())
    assert all(len(set(skus)) == len(skus) for skus in held.values())
    assert max(sizes) <= 9 and sizes[1] > 150 and sum(sizes[n] for n in sizes if n >= 5) > 150


def test_rates_of_returns_cancellations_and_channels(lines: list[dict[str, str]]) -> None:
    orders = {line["order_id"]: line for line in lines}.values()
    assert 0.035 <= sum(bool(line["returned_at"]) for line in lines) / len(lines) <= 0.065
    assert 0.008 <= sum(line["status"] == "cancelled" for line in orders) / len(orders) <= 0.025
    channels = Counter(line["channel"] for line in orders)
    assert set(channels) == {"web", "store", "phone", "catalogue"}
    assert channels["web"] > channels["store"] > channels["phone"] >= 60
    young = UNTIL - timedelta(days=2)
    for line in orders:
        if datetime.fromisoformat(line["ordered_at"]).date() > young and line["channel"] != "store":
            assert line["status"] in {"processing", "cancelled"}
    assert not any(line["returned_at"] and line["status"] != "delivered" for line in lines)


def lift(baskets: dict[str, set[str]], one: str, other: str) -> float:
    with_one = sum(one in held for held in baskets.values())
    with_other = sum(other in held for held in baskets.values())
    both = sum({one, other} <= held for held in baskets.values())
    return both * len(baskets) / (with_one * with_other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TEA-0101", "TEA-0201"),
        ("FOO-0101", "FOO-0105"),
        ("GAR-0101", "GAR-0102"),
        ("BAT-0101", "BAT-0103"),
        ("KIT-0420", "KIT-0426"),
        ("CHI-0101", "STA-0103"),
        ("LIG-0101", "LIG-0201"),
    ],
)
def test_what_belongs_together_is_bought_together(one: str, other: str, baskets: dict[str, set[str]]) -> None:
    assert lift(baskets, one, other) > 4


@pytest.mark.parametrize(("one", "other"), [("TEA-0101", "GAR-0101"), ("CHI-0101", "KIT-0420")])
def test_what_has_nothing_to_do_with_each_other_is_not(
    one: str, other: str, baskets: dict[str, set[str]]
) -> None:
    assert lift(baskets, one, other) < 2


def test_companions_come_in_the_colour_of_the_first_item(baskets: dict[str, set[str]]) -> None:
    with_sage = [held for held in baskets.values() if "BAT-0102" in held]
    assert sum("BAT-0104" in held for held in with_sage) >= sum("BAT-0103" in held for held in with_sage)


def test_a_few_products_are_popular_and_many_are_not(
    lines: list[dict[str, str]], by_sku: dict[str, dict[str, str]]
) -> None:
    sold = Counter(line["sku"] for line in lines if by_sku[line["sku"]]["kind"] == "product")
    ranked = [count for _, count in sold.most_common()]
    fifth = len(ranked) // 5
    assert len(sold) > 0.97 * sum(row["kind"] == "product" for row in by_sku.values())
    assert 0.38 <= sum(ranked[:fifth]) / sum(ranked) <= 0.75
    assert ranked[0] > 10 * ranked[-20]


def test_seasons_show(lines: list[dict[str, str]], by_sku: dict[str, dict[str, str]]) -> None:
    orders_in = Counter(line["ordered_at"][:7] for line in {row["order_id"]: row for row in lines}.values())
    assert orders_in["2025-12"] > 1.5 * orders_in["2026-02"]
    christmas = [line for line in lines if by_sku[line["sku"]]["category"].startswith("Christmas")]
    assert {int(line["ordered_at"][5:7]) for line in christmas} <= {9, 10, 11, 12, 1}
    planting = {"GAR-0101", "GAR-0102", "GAR-0201"}
    tools = Counter(line["ordered_at"][:7] for line in lines if line["sku"] in planting)
    spring, late = ("2026-03", "2026-04", "2026-05"), ("2025-10", "2025-11", "2025-12")
    assert sum(tools[month] for month in spring) > 3 * sum(tools[month] for month in late)


def test_customers_come_back_for_what_runs_out(
    lines: list[dict[str, str]], by_sku: dict[str, dict[str, str]]
) -> None:
    bought: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        if line["customer_id"]:
            bought[line["customer_id"], line["sku"]].add(line["order_id"])

    def repeated(*, replenishable: bool) -> float:
        pairs = [
            len(orders)
            for (_, sku), orders in bought.items()
            if by_sku[sku]["kind"] == "product"
            and json.loads(by_sku[sku]["attributes"]).get("replenishable", False) is replenishable
        ]
        return sum(count > 1 for count in pairs) / len(pairs)

    assert repeated(replenishable=True) > 3 * repeated(replenishable=False)


def test_services_go_with_something_they_fit(
    lines: list[dict[str, str]], baskets: dict[str, set[str]], by_sku: dict[str, dict[str, str]]
) -> None:
    taken = {line["sku"] for line in lines if by_sku[line["sku"]]["kind"] == "service"}
    assert taken == {sku for sku, row in by_sku.items() if row["kind"] == "service"}
    for held in baskets.values():
        products = [f"{by_sku[sku]['category']} > " for sku in held if by_sku[sku]["kind"] == "product"]
        services = [by_sku[sku] for sku in held if by_sku[sku]["kind"] == "service"]
        assert products
        for row in services:
            attributes = json.loads(row["attributes"])
            fits, excludes = attributes["fits_category"], attributes.get("excludes_category")
            assert any(
                (fits == "*" or path.startswith(f"{fits} > "))
                and not (excludes and path.startswith(f"{excludes} > "))
                for path in products
            ), row["sku"]


def test_an_order_is_delivered_in_one_way(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    write_orders(path, orders=6000, until=UNTIL)
    ways = {"SVC-NEXTDAY", "SVC-NAMEDDAY", "SVC-TWOPERSON"}
    taken = Counter(line["order_id"] for line in rows(path) if line["sku"] in ways)
    assert len(taken) > 300
    assert set(taken.values()) == {1}


def test_a_mission_that_names_unknown_goods_is_refused_by_name(tmp_path: Path) -> None:
    for name in ("catalogue.csv", "customers.csv"):
        shutil.copy(HERE / name, tmp_path / name)
    missions = (HERE / "missions.toml").read_text(encoding="utf-8")
    (tmp_path / "missions.toml").write_text(missions.replace('"TEA-0301"', '"TEA-9999"'), encoding="utf-8")
    with pytest.raises(KeyError, match="TEA-9999"):
        read_sample_shop(tmp_path)
