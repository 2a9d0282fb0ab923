from dataclasses import replace

import numpy as np
import pytest

from recommender.baskets import Baskets, OrderLineArrays
from recommender.co_purchase import CoPurchase
from recommender.fitting import FitReport, fit_cross_sell, unmeasured
from recommender.item_facts import ItemFacts
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.ranker_fitting import fit_engine
from recommender.ranking import Engine
from recommender.strength_settings import EngineSettings
from recommender.tuning import tuned
from tests.fakes.catalogue import baskets_of, order_lines

KITS = {kit: [f"{kit}{n}" for n in range(8)] for kit in "abcdef"}


def shopping(orders: int, seed: int = 3) -> list[list[str]]:
    """Orders of four products of one kit and one of any."""
    random = np.random.default_rng(seed)
    everything = [sku for kit in KITS.values() for sku in kit]
    return [
        [*random.choice(KITS["abcdef"[number % 6]], 4, replace=False), str(random.choice(everything))]
        for number in range(orders)
    ]


def drifting(orders: int) -> list[list[str]]:
    """Orders of four products of one kit, of which other ones are wanted as time goes on."""
    random = np.random.default_rng(5)
    made: list[list[str]] = []
    for number in range(orders):
        wanted = np.exp(-((np.arange(8) - 8 * number / orders) ** 2) / 4)
        kit = KITS["abcdef"[number % 6]]
        made.append([str(one) for one in random.choice(kit, 4, replace=False, p=wanted / wanted.sum())])
    return made


def plain(baskets: Baskets, settings: CoPurchaseSettings | None = None) -> Engine:
    return Engine.plain(CoPurchase.fit(baskets, settings))


def measured(lines: OrderLineArrays, settings: EngineSettings | None = None) -> tuple[Engine, FitReport]:
    fitted = fit_cross_sell(lines, settings=settings)
    assert fitted.report is not None
    return fitted.engine, fitted.report


def test_the_model_reads_all_orders_and_is_measured_on_later_ones() -> None:
    engine, report = measured(order_lines(shopping(600)))
    assert engine.co_purchase.orders == 600
    assert report.measured.co_purchase.orders == 480
    assert report.measured.co_purchase.fitted_until < report.held_out.ordered_at[0]
    ours, popular = (report.metrics[f"hide_one_{name}_recall_at_10"] for name in ("cross_sell", "popularity"))
    assert ours > popular + 0.3
    assert all(np.isfinite(value) for value in report.metrics.values())


def test_lines_that_are_no_purchase_teach_nothing() -> None:
    lines = order_lines([["tea", "pot"]] * 9 + [["tea", "post"]] * 9)
    post = lines.skus.index("post")
    engine, _ = measured(replace(lines, kept=lines.sku_codes != post))
    model = engine.co_purchase
    assert model.orders_with("post") == 0
    assert [one.sku for one in model.neighbours(["tea"], 5)] == ["pot"]


def test_with_few_orders_the_plain_settings_stand() -> None:
    assert tuned(baskets_of([["tea", "pot"]] * 20)) == EngineSettings()


def test_tuning_is_repeatable() -> None:
    assert tuned(baskets_of(shopping(600))) == tuned(baskets_of(shopping(600)))


def test_the_first_version_is_promoted() -> None:
    _, report = measured(order_lines(shopping(300)))
    verdict = report.compare(None)
    assert verdict.promote
    assert verdict.why == "there was no version in use"


def test_a_version_that_knows_less_is_replaced_with_its_figures_named() -> None:
    orders = shopping(600)
    noise = [[one, two] for one, two in zip(KITS["a"] * 60, KITS["f"] * 60, strict=True)]
    poor = plain(baskets_of(noise))
    _, report = measured(order_lines(orders, first_day="2028-01-01"))
    verdict = report.compare(poor)
    assert verdict.promote
    assert verdict.low > 0
    assert "the version in use" in verdict.why


def test_a_worse_model_is_not_promoted() -> None:
    good = plain(baskets_of(shopping(480)))
    lines = order_lines(shopping(600))
    scrambled = np.random.default_rng(0).permutation(lines.sku_codes)
    early = lines.order_codes < 480
    worse = replace(lines, sku_codes=np.where(early, scrambled, lines.sku_codes))
    _, report = measured(worse, settings=EngineSettings())
    verdict = report.compare(good)
    assert not verdict.promote
    assert verdict.high < 0
    assert verdict.why.startswith("worse than before")


def test_a_version_that_has_read_the_held_out_orders_is_judged_by_its_settings() -> None:
    lines = order_lines(shopping(600))
    model, report = measured(lines)
    assert report.compare(model).why == "the settings are those in use; more orders were read"
    flat = plain(baskets_of(shopping(600)), CoPurchaseSettings(beta=0.0, cosine_weight=0.0, sharpness=4.0))
    assert "the settings in use" in report.compare(flat).why


def test_when_most_orders_are_gone_the_version_in_use_stays() -> None:
    _, report = measured(order_lines(shopping(200)))
    verdict = report.compare(plain(baskets_of(shopping(600))))
    assert not verdict.promote
    assert verdict.why == "only 200 orders were read; the version in use read 600"


def test_a_version_over_other_products_is_lined_up_by_sku() -> None:
    orders = shopping(480)
    shuffled = plain(baskets_of(orders, ["new", *reversed([s for k in KITS.values() for s in k])]))
    straight = plain(baskets_of(orders))
    _, report = measured(order_lines(shopping(600)))
    one, other = (report.score_on(engine, report.asked) for engine in (shuffled, straight))
    assert one.recall.mean() == pytest.approx(other.recall.mean(), abs=0.02)


def test_without_evaluation_all_orders_teach_and_only_a_loss_of_orders_is_refused() -> None:
    fitted = fit_cross_sell(order_lines(shopping(200)), held_out=None)
    assert fitted.report is None
    assert fitted.engine.co_purchase.orders == 200
    assert unmeasured(fitted.engine, None).promote
    assert not unmeasured(fitted.engine, plain(baskets_of(shopping(600)))).promote


def test_no_purchase_at_all_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="import orders"):
        fit_cross_sell(order_lines([]))


def test_the_ranker_is_learned_where_there_are_orders_enough_and_chances_come_true() -> None:
    baskets = baskets_of(drifting(1_400))
    train, later = baskets.split_share(0.1)
    engine = fit_engine(train, ItemFacts.none(len(train.skus)), EngineSettings())
    assert engine.ranker is not None
    said, true = 0.0, 0.0
    for basket in range(len(later)):
        items = later.items_of(basket)
        ranked = engine.ranked(items[:2])
        said += float(ranked.chances.sum())
        true += float(np.isin(ranked.items, items[2:]).sum())
    assert said == pytest.approx(true, rel=0.35)


def test_with_few_orders_the_blend_ranks_alone() -> None:
    baskets = baskets_of(shopping(60))
    engine = fit_engine(baskets, ItemFacts.none(len(baskets.skus)), EngineSettings())
    assert engine.ranker is None
    assert engine.least_probability == 0.0


def test_learning_to_rank_is_repeatable() -> None:
    train = baskets_of(drifting(900))
    one = fit_engine(train, ItemFacts.none(len(train.skus)), EngineSettings())
    again = fit_engine(train, ItemFacts.none(len(train.skus)), EngineSettings())
    assert one.ranker is not None
    assert again.ranker is not None
    for mine, its in zip(one.ranker.networks, again.ranker.networks, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(mine, its, strict=True))
