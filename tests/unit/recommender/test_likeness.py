from pathlib import Path

import numpy as np
import pytest

from recommender.candidates import EvidenceFloor
from recommender.item_facts import ItemFacts
from recommender.likeness import alike
from recommender.ranker_fitting import fit_engine
from recommender.ranking import Asked, Engine
from recommender.strength_settings import EngineSettings
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


def offered(engine: Engine, *skus: str) -> dict[str, tuple[str | None, int, int]]:
    found = engine.candidates(Asked(skus), EvidenceFloor(), 10)
    return {
        one.sku: (one.likened_to, one.evidence[0].together, one.evidence[0].of)
        for one in found
        if one.evidence
    }


def test_a_new_product_goes_with_what_its_like_goes_with(engine: Engine) -> None:
    assert offered(engine, "tea") == {"pot": (None, 20, 20), "new pot": ("pot", 20, 20)}


def test_something_new_that_is_asked_about_gets_the_neighbours_of_its_like(engine: Engine) -> None:
    assert offered(engine, "new pot")["tea"] == ("pot", 20, 21)


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
