import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.co_counts import PairTable, pair_sums
from recommender.co_purchase import CoPurchase, DamagedModelError, best
from recommender.neighbour_scores import CoPurchaseSettings
from tests.fakes.catalogue import baskets_of

ORDERS = (
    [["tea", "pot"]] * 6 + [["tea", "cup"]] * 3 + [["pot", "cup", "tray"]] * 3 + [["rug"], ["tea", "rug"]]
)


@pytest.fixture
def model() -> CoPurchase:
    return CoPurchase.fit(baskets_of(ORDERS), CoPurchaseSettings(min_orders=1))


def test_counts_are_exact_in_both_directions(model: CoPurchase) -> None:
    seen = model.together_with("tea", "pot")
    back = model.together_with("pot", "tea")
    assert seen is not None
    assert back is not None
    assert (seen.together, seen.of) == (6, 10)
    assert (back.together, back.of) == (6, 9)
    assert model.orders == 14
    assert model.orders_with("rug") == 2


def test_what_was_never_bought_together_has_no_evidence(model: CoPurchase) -> None:
    assert model.together_with("rug", "tray") is None
    assert model.together_with("tea", "tea") is None
    assert model.together_with("tea", "unknown") is None
    assert model.orders_with("unknown") == 0


def test_neighbours_are_best_first_and_none_of_the_basket(model: CoPurchase) -> None:
    names = [one.sku for one in model.neighbours(["tea", "pot", "tea", "unknown"], 10)]
    assert names[0] == "cup"
    assert set(names) == {"cup", "tray", "rug"}
    scores = [one.score for one in model.neighbours(["tea"], 10)]
    assert scores == sorted(scores, reverse=True)


def test_nothing_known_has_no_neighbours(model: CoPurchase) -> None:
    assert model.neighbours(["unknown"], 5) == []
    assert model.neighbours([], 5) == []
    assert model.neighbours(["tea"], 0) == []


def test_a_partner_that_comes_with_everything_scores_below_one_of_its_own() -> None:
    orders = [["lamp", "bulb", "bag"]] * 5 + [["bag", f"other{n % 9}"] for n in range(45)]
    names = [one.sku for one in CoPurchase.fit(baskets_of(orders)).neighbours(["lamp"], 2)]
    assert names == ["bulb", "bag"]


def test_products_bought_too_rarely_are_nobodys_neighbours() -> None:
    model = CoPurchase.fit(
        baskets_of([["tea", "pot"]] * 2 + [["tea", "cup"]] * 4), CoPurchaseSettings(min_orders=3)
    )
    assert [one.sku for one in model.neighbours(["tea"], 9)] == ["cup"]
    assert model.neighbours(["pot"], 9) == []


def test_a_giant_order_neither_counts_nor_pairs() -> None:
    giant = [f"p{n}" for n in range(20)]
    model = CoPurchase.fit(
        baskets_of([["p1", "p2"]] * 3 + [giant]), CoPurchaseSettings(min_orders=1, basket_limit=19)
    )
    assert model.orders == 3
    seen = model.together_with("p1", "p2")
    assert seen is not None
    assert (seen.together, seen.of) == (3, 3)


@pytest.mark.parametrize(("cap", "first"), [(1000, "b"), (10, "c")])
def test_an_order_beyond_the_cap_weighs_less_than_its_size_alone_makes_it(cap: int, first: str) -> None:
    big = [["a", "b", *(f"x{number}-{n}" for n in range(30))] for number in range(8)]
    settings = CoPurchaseSettings(alpha=0.7, beta=0.0, cosine_weight=0.0, min_orders=1, basket_cap=cap)
    model = CoPurchase.fit(baskets_of([*big, ["a", "c"]]), settings)
    assert model.neighbours(["a"], 1)[0].sku == first


def test_a_higher_beta_holds_popular_products_back() -> None:
    orders = [["lamp", "bag"]] * 6 + [["lamp", "bulb"]] * 5 + [["bag"]] * 40
    for beta, first in ((0.0, "bag"), (0.5, "bulb")):
        model = CoPurchase.fit(baskets_of(orders), CoPurchaseSettings(beta=beta, cosine_weight=0.0))
        assert model.neighbours(["lamp"], 1)[0].sku == first


def test_only_the_strongest_neighbours_are_kept() -> None:
    model = CoPurchase.fit(baskets_of(ORDERS), CoPurchaseSettings(min_orders=1, neighbours=1))
    assert len(model.neighbours(["tea"], 9)) == 1
    assert model.together_with("tea", "pot") is not None


def test_what_is_saved_is_what_is_loaded(model: CoPurchase, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = CoPurchase.load(tmp_path)
    assert again.neighbours(["tea"], 9) == model.neighbours(["tea"], 9)
    assert again.together_with("pot", "cup") == model.together_with("pot", "cup")
    assert (again.orders, again.settings, again.fitted_until) == (
        model.orders,
        model.settings,
        np.datetime64("2026-01-14"),
    )


def test_a_model_of_no_orders_is_saved_and_loaded_too(tmp_path: Path) -> None:
    CoPurchase.fit(baskets_of([], ["tea"])).save(tmp_path)
    assert CoPurchase.load(tmp_path).neighbours(["tea"], 3) == []


def test_arrays_that_do_not_fit_are_refused(model: CoPurchase, tmp_path: Path) -> None:
    model.save(tmp_path)
    np.save(tmp_path / "together.npy", model.together[:-1])
    with pytest.raises(DamagedModelError, match="do not fit its 5 products"):
        CoPurchase.load(tmp_path)


def test_columns_outside_the_products_are_refused(model: CoPurchase, tmp_path: Path) -> None:
    model.save(tmp_path)
    np.save(tmp_path / "columns.npy", model.columns + 3)
    with pytest.raises(DamagedModelError, match="do not fit"):
        CoPurchase.load(tmp_path)


def test_a_cut_file_and_another_format_are_refused_in_words(model: CoPurchase, tmp_path: Path) -> None:
    model.save(tmp_path)
    about = json.loads((tmp_path / "co_purchase.json").read_text(encoding="utf-8"))
    (tmp_path / "co_purchase.json").write_text(json.dumps({**about, "format": 9}), encoding="utf-8")
    with pytest.raises(DamagedModelError, match="format 9"):
        CoPurchase.load(tmp_path)
    (tmp_path / "co_purchase.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(DamagedModelError, match="wellput learn"):
        CoPurchase.load(tmp_path)
    model.save(tmp_path)
    scores = tmp_path / "scores.npy"
    scores.write_bytes(scores.read_bytes()[:-9])
    with pytest.raises(DamagedModelError, match=r"scores\.npy"):
        CoPurchase.load(tmp_path)


@pytest.mark.parametrize("change", [{"neighbours": 0}, {"sharpness": 0.0}, {"shrinkage": -1.0}])
def test_senseless_settings_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        replace(CoPurchaseSettings(), **change)


def test_best_takes_equal_scores_by_position() -> None:
    scores = np.array([1.0, 3.0, 1.0, 3.0, 1.0], dtype=np.float32)
    assert best(scores, 3).tolist() == [1, 3, 0]
    assert best(scores, 9).tolist() == [1, 3, 0, 2, 4]
    assert best(scores, 0).tolist() == []


def test_the_strongest_cells_of_a_row_are_kept_and_ties_go_to_the_lower_column() -> None:
    table = PairTable(
        np.array([0, 4, 5]),
        np.array([0, 1, 2, 3, 0], dtype=np.int32),
        np.array([1, 2, 2, 2, 5], dtype=np.float32),
    )
    assert table.strongest(2).tolist() == [False, True, True, False, True]


def test_sums_of_parts_add_up_to_the_sum_of_all() -> None:
    baskets = baskets_of(ORDERS)

    def dense(part: int, stop: int) -> np.ndarray:
        chosen = baskets.part(part, stop)
        table = pair_sums(chosen, np.ones(len(chosen), dtype=np.float32))
        square = np.zeros((5, 5))
        square[table.row_of_each(), table.columns] = table.values
        return square

    assert (dense(0, 5) + dense(5, 14) == dense(0, 14)).all()
    assert dense(0, 14)[0, 1] == 6
