"""Laws of what a product search keeps on disk, each against its plain definition."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue import Product, ProductKind
from recommender.codes import CodeTable, plain_code
from recommender.money import Money, minor_digits
from recommender.product_prices import ProductPrices
from recommender.title_words import TitleWords
from recommender.titles import Title
from recommender.wishes import Wish

AMOUNTS = st.none() | st.integers(0, 2).map(Decimal) | st.decimals(0, 10**9, places=2)
PRICES = st.none() | st.builds(
    Money,
    st.sampled_from([0, 1, 2, 100, 200]) | st.integers(-5, 10**14),
    st.sampled_from(["GBP", "EUR", "JPY"]),
)
CODES = st.lists(
    st.lists(st.sampled_from(["A-1", "a1", "b/2", "B2", "--", "ß", "é"]), max_size=3), max_size=8
)
WORDS = st.sampled_from(["blue", "lamp", "lamps", "teapot", "for", "with", "tea-pot", "30cm", "the", "Oak"])
PRODUCTS = st.lists(
    st.builds(
        Product,
        st.just("x"),
        st.lists(WORDS, max_size=6).map(" ".join),
        brand=WORDS,
        kind=st.sampled_from(ProductKind),
        attributes=st.fixed_dictionaries({"colour": WORDS, "depth": st.integers(0, 9)}),
    ),
    max_size=8,
)


@given(
    prices=st.lists(PRICES, max_size=8), least=AMOUNTS, most=AMOUNTS, currency=st.sampled_from([None, "GBP"])
)
def test_a_price_fits_as_its_decimal_amount_does(
    prices: list[Money | None], least: Decimal | None, most: Decimal | None, currency: str | None
) -> None:
    wish = Wish("", least, most, currency)
    places = np.arange(len(prices))
    fitting, unknown = ProductPrices.of(prices).against(wish, places)
    for price, fits, is_unknown in zip(prices, fitting, unknown, strict=True):
        told = price is not None and currency in {None, price.currency}
        assert is_unknown != told
        amount = (
            Decimal(price.minor).scaleb(-minor_digits(price.currency)) if price is not None else Decimal(0)
        )
        within = (least is None or amount >= least) and (most is None or amount <= most)
        assert fits == (told and within)


@settings(deadline=None)
@given(codes=CODES)
def test_a_code_is_found_where_one_product_alone_has_it(codes: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        CodeTable.of(codes).save(Path(folder), "codes")
        table = CodeTable.load(Path(folder), "codes")
        for code in ("A1", "a-1", "b2", "", "--", "ß", "zz", "0"):
            plain = plain_code(code)
            having = [place for place, own in enumerate(codes) if plain and plain in map(plain_code, own)]
            assert table.place(code) == (having[0] if len(having) == 1 else None)


@settings(deadline=None)
@given(products=PRODUCTS, said=st.lists(WORDS, max_size=5))
def test_titles_come_back_and_are_found_by_their_words(products: list[Product], said: list[str]) -> None:
    titles = [Title.of(product) for product in products]
    with tempfile.TemporaryDirectory() as folder:
        TitleWords.of(titles).save(Path(folder))
        kept = TitleWords.load(Path(folder))
        assert [kept[place] for place in range(len(kept))] == titles
        for word in said:
            assert kept.count_with(word) == sum(word in title.matching for title in titles)
            assert kept.is_head(word) == any(word == title.head for title in titles)
        assert kept.sharing(said) == [
            place
            for place, title in enumerate(titles)
            if title.head in said and len(title.matching & set(said)) >= 2
        ]
