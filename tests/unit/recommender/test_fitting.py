from dataclasses import replace

import numpy as np
import pytest

from recommender.co_purchase import CoPurchase
from recommender.fitting import fit_co_purchase, tuned
from recommender.neighbour_scores import CoPurchaseSettings
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


def test_the_model_reads_all_orders_and_is_measured_on_later_ones() -> None:
    model, report = fit_co_purchase(order_lines(shopping(600)))
    assert model.orders == 600
    assert report.measured.orders == 480
    assert report.measured.fitted_until < report.held_out.ordered_at[0]
    ours, popular = (
        report.metrics[f"hide_one_{name}_recall_at_10"] for name in ("co_purchase", "popularity")
    )
    assert ours > popular + 0.3
    assert all(np.isfinite(value) for value in report.metrics.values())


def test_lines_that_are_no_purchase_teach_nothing() -> None:
    lines = order_lines([["tea", "pot"]] * 9 + [["tea", "post"]] * 9)
    post = lines.skus.index("post")
    model, _ = fit_co_purchase(replace(lines, kept=lines.sku_codes != post))
    assert model.orders_with("post") == 0
    assert [one.sku for one in model.neighbours(["tea"], 5)] == ["pot"]


def test_with_few_orders_the_plain_settings_stand() -> None:
    assert tuned(baskets_of([["tea", "pot"]] * 20)) == CoPurchaseSettings()


def test_tuning_is_repeatable() -> None:
    assert tuned(baskets_of(shopping(600))) == tuned(baskets_of(shopping(600)))


def test_the_first_version_is_promoted() -> None:
    _, report = fit_co_purchase(order_lines(shopping(300)))
    verdict = report.compare(None)
    assert verdict.promote
    assert verdict.why == "there was no version in use"


def test_a_version_that_knows_less_is_replaced_with_its_figures_named() -> None:
    orders = shopping(600)
    noise = [[one, two] for one, two in zip(KITS["a"] * 60, KITS["f"] * 60, strict=True)]
    poor = CoPurchase.fit(baskets_of(noise))
    _, report = fit_co_purchase(order_lines(orders, first_day="2028-01-01"))
    verdict = report.compare(poor)
    assert verdict.promote
    assert verdict.low > 0
    assert "the version in use" in verdict.why


def test_a_worse_model_is_not_promoted() -> None:
    good = CoPurchase.fit(baskets_of(shopping(480)))
    lines = order_lines(shopping(600))
    scrambled = np.random.default_rng(0).permutation(lines.sku_codes)
    early = lines.order_codes < 480
    worse = replace(lines, sku_codes=np.where(early, scrambled, lines.sku_codes))
    _, report = fit_co_purchase(worse, settings=CoPurchaseSettings())
    verdict = report.compare(good)
    assert not verdict.promote
    assert verdict.high < 0
    assert verdict.why.startswith("worse than before")


def test_a_version_that_has_read_the_held_out_orders_is_judged_by_its_settings() -> None:
    lines = order_lines(shopping(600))
    model, report = fit_co_purchase(lines)
    assert report.compare(model).why == "the settings are those in use; more orders were read"
    flat = CoPurchase.fit(
        baskets_of(shopping(600)), CoPurchaseSettings(beta=0.0, cosine_weight=0.0, sharpness=4.0)
    )
    assert "the settings in use" in report.compare(flat).why


def test_when_most_orders_are_gone_the_version_in_use_stays() -> None:
    _, report = fit_co_purchase(order_lines(shopping(200)))
    verdict = report.compare(CoPurchase.fit(baskets_of(shopping(600))))
    assert not verdict.promote
    assert verdict.why == "only 200 orders were read; the version in use read 600"


def test_a_version_over_other_products_is_lined_up_by_sku() -> None:
    orders = shopping(480)
    shuffled = CoPurchase.fit(baskets_of(orders, ["new", *reversed([s for k in KITS.values() for s in k])]))
    straight = CoPurchase.fit(baskets_of(orders))
    _, report = fit_co_purchase(order_lines(shopping(600)))
    one, other = (report.score_on(model, report.asked) for model in (shuffled, straight))
    assert one.recall.mean() == pytest.approx(other.recall.mean(), abs=0.02)


def test_no_purchase_at_all_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="import orders"):
        fit_co_purchase(order_lines([]))
