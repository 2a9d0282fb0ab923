from pathlib import Path

import numpy as np
import pytest

from recommender.candidates import EvidenceFloor
from recommender.co_purchase import CoPurchase
from recommender.item_facts import ItemFacts
from recommender.likeness import alike, kinship, with_newcomers
from recommender.ranker_fitting import fit_engine
from recommender.ranking import Asked, Engine
from recommender.strength_settings import EngineSettings
from recommender.strengths import Strengths
from tests.fakes.catalogue import baskets_of

ORDERS = [["pot", "tea"]] * 20 + [["lamp", "bulb"]] * 20 + [["pot", "lamp"]]
SKUS = ["pot", "tea", "lamp", "bulb", "new pot", "wordless"]
VECTORS = np.array([[1, 0], [0.1, 0.1], [0, 1], [-1, 0], [0.98, 0.199], [0, 0]], dtype=np.float16)


@pytest.fixture(scope="module")
def engine() -> Engine:
    baskets = baskets_of(ORDERS, SKUS)
    unknown = np.full(len(SKUS), np.nan, dtype=np.float32)
    facts = ItemFacts(unknown, unknown, np.full(len(SKUS), -1, np.int32), VECTORS)
    return fit_engine(baskets, facts, EngineSettings())


def offered(engine: Engine, *skus: str) -> dict[str, tuple[tuple[str, str] | None, int, int]]:
    found = engine.candidates(Asked(skus), EvidenceFloor(), 10)
    return {
        one.sku: (one.likened, one.evidence[0].together, one.evidence[0].of) for one in found if one.evidence
    }


def test_a_new_product_goes_with_what_its_like_goes_with(engine: Engine) -> None:
    assert offered(engine, "tea") == {"pot": (None, 20, 20), "new pot": (("new pot", "pot"), 20, 20)}


def test_something_new_that_is_asked_about_gets_the_neighbours_of_its_like(engine: Engine) -> None:
    assert offered(engine, "new pot")["tea"] == (("new pot", "pot"), 20, 21)


def test_counts_are_never_invented_for_what_nobody_bought(engine: Engine) -> None:
    assert engine.co_purchase.together_with("tea", "new pot") is None
    assert engine.co_purchase.orders_with("new pot") == 0


def test_a_product_without_text_borrows_nothing(engine: Engine) -> None:
    assert offered(engine, "wordless") == {}
    assert "wordless" not in offered(engine, "tea")


def test_weights_of_one_new_product_add_up_to_one() -> None:
    near = alike(VECTORS, np.array([20, 20, 20, 20, 0, 0], dtype=np.int64), 3)
    assert set(near.new.tolist()) == {4}
    assert float(near.weights.sum()) == pytest.approx(1.0, abs=0.02)


def test_what_was_borrowed_is_still_so_after_saving(engine: Engine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    assert offered(Engine.load(tmp_path), "tea") == offered(engine, "tea")


def shop(*, sets: bool) -> tuple[CoPurchase, np.ndarray]:
    """Two designs of three pieces each; pieces of a design are bought together, or one instead of another."""
    skus = ["red cup", "red plate", "red bowl", "blue cup", "blue plate", "blue bowl", "new red jug"]
    red, blue = skus[:3], skus[3:6]
    together = [red, blue] if sets else [[one, two] for one, two in zip(red, blue, strict=True)]
    vectors = np.array([[1, 0.1 * at] for at in range(3)] + [[0.1 * at, 1] for at in range(3)] + [[1, 0.05]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return CoPurchase.fit(baskets_of(together * 10, skus)), vectors.astype(np.float16)


def test_what_reads_alike_is_kin_where_it_is_bought_together() -> None:
    assert kinship(shop(sets=True)[1], shop(sets=True)[0]) > 0.4
    assert kinship(shop(sets=False)[1], shop(sets=False)[0]) < 0.1


def test_a_new_piece_of_a_set_goes_with_the_set_and_a_new_substitute_does_not() -> None:
    for sets in (True, False):
        co_purchase, vectors = shop(sets=sets)
        near = alike(vectors, co_purchase.item_orders, 3)
        strengths = Strengths(np.zeros((len(co_purchase.columns), 5), dtype=np.float32))
        table, _ = with_newcomers(co_purchase, strengths, near, kinship(vectors, co_purchase))
        best = [one.sku for one in table.neighbours(["new red jug"], 3)]
        assert (sorted(best) == ["red bowl", "red cup", "red plate"]) is sets
