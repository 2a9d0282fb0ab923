from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue import Product, ProductKind
from recommender.money import Money
from recommender.product_search import DamagedSearchError, ProductSearch
from tests.fakes.encoder import HashingEncoder

ENCODER = HashingEncoder(512)
PRODUCTS = (
    Product(
        "KIT-0412",
        "Blue Stoneware Teapot",
        description="Pours four mugs without a drip.",
        category="Kitchen > Tea",
        brand="Aldwark",
        attributes={"material": "Stoneware", "mpn": "AP/77-B"},
    ),
    Product("KIT-0413", "Oatmeal Stoneware Teapot", category="Kitchen > Tea"),
    Product("85123A", "Hanging Heart T-Light Holder", attributes={"colour": "white"}),
    Product("22423", "Regency Cakestand, 3 Tier"),
    Product("GLA-1", "Glass Teapot with Steel Infuser"),
    Product("LAM-1", "Brass Desk Lamp with Jointed Arm"),
    Product("MUG-1", "Red Enamel Mug"),
    Product("CARD-1", "Robin Christmas Cards, Pack of 8"),
    Product("SVC-GIFTWRAP", "Gift Wrap", kind=ProductKind.SERVICE),
    Product("SVC-CARD", "Handwritten Gift Message Card", kind=ProductKind.SERVICE),
)


@pytest.fixture(scope="module")
def products() -> ProductSearch:
    return ProductSearch.fit(PRODUCTS, ENCODER)


def found(products: ProductSearch, text: str, n: int = 10) -> list[str]:
    return [hit.sku for hit in products.search(text, ENCODER.encode([text])[0], n)]


def named(products: ProductSearch, text: str) -> list[str]:
    return [one.sku for one in products.mentioned(text, ENCODER.encode([text])[0])]


def test_words_of_title_brand_category_and_attributes_find_a_product(products: ProductSearch) -> None:
    assert found(products, "brass lamp")[0] == "LAM-1"
    assert found(products, "aldwark")[0] == "KIT-0412"
    assert found(products, "something white")[0] == "85123A"
    assert found(products, "pours without a drip")[0] == "KIT-0412"


@pytest.mark.parametrize(
    ("query", "sku"),
    [
        ("KIT-0413", "KIT-0413"),
        ("kit0413", "KIT-0413"),
        ("blue stoneware teapot kit 0413 KIT-0413", "KIT-0413"),
        ("85123a holder", "85123A"),
        ("22423", "22423"),
        ("AP/77-B", "KIT-0412"),
        ("svc-giftwrap", "SVC-GIFTWRAP"),
    ],
)
def test_a_code_comes_before_all_else(products: ProductSearch, query: str, sku: str) -> None:
    assert found(products, query)[0] == sku


def test_hits_are_in_order_at_most_n_and_each_once(products: ProductSearch) -> None:
    hits = products.search("teapot", ENCODER.encode(["teapot"])[0], 4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.sku for hit in hits}) == len(hits) == 4
    assert hits[0].title.endswith(("Teapot", "Infuser"))
    assert found(products, "teapot", 0) == []
    assert len(found(products, "teapot", 99)) == len(PRODUCTS)


@pytest.mark.parametrize("text", ["", "   ", "?!", "<script>", "ßßß 茶壶 🫖", "\x00", "teapot " * 5000])
def test_any_text_is_searched_and_read(products: ProductSearch, text: str) -> None:
    assert len(found(products, text, 3)) == 3
    assert len(named(products, text)) <= len(PRODUCTS)


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("My blue teapot arrived broken.", ["KIT-0412"]),
        ("the Blue Stoneware Teapot", ["KIT-0412"]),
        ("I love my glass teapots, and the brass desk lamp!", ["LAM-1", "GLA-1"]),
        ("is the enamel mug in red back?", ["MUG-1"]),
        ("a blue tea pot", ["KIT-0412"]),
        ("85123A please, and kit-0412", ["85123A", "KIT-0412"]),
        ("item code 22423 is chipped", ["22423"]),
        ("Please add SVC-GIFTWRAP", ["SVC-GIFTWRAP"]),
        ("the christmas cards", ["CARD-1"]),
    ],
)
def test_products_are_named_by_code_or_loosely_by_title(
    products: ProductSearch, text: str, skus: list[str]
) -> None:
    assert named(products, text) == skus


@pytest.mark.parametrize(
    "text",
    [
        "my teapot arrived broken",  # three of them
        "the stoneware teapot",  # two of them
        "my red teapot",  # none of them
        "the blue glass teapot",  # no such thing
        "my blue enamel teapot",  # nor this
        "a blue teapot mug",  # something else
        "my blue kettle. A teapot too",  # not one phrase
        "my gift card does not work",  # a service's words are no product
        "please gift wrap it",
        "order 22423 has not come",  # a number alone is no code
        "I paid £22423",
        "call me on 22423",
        "I feel blue",
        "the heart of the matter, hanging on",
        "What are your delivery times?",
    ],
)
def test_in_doubt_nothing_is_named(products: ProductSearch, text: str) -> None:
    assert products.mentioned(text, np.zeros(512, dtype=np.float32)) == ()  # likes all alike


def test_a_mention_says_where_it_stands(products: ProductSearch) -> None:
    text = "Hello. Is my blue teapot safe in the oven?"
    (one,) = products.mentioned(text, ENCODER.encode([text])[0])
    assert text[one.start : one.end] == "blue teapot"
    assert 0 < one.score <= 1


def test_meaning_decides_between_equals_only_when_it_does_so_clearly() -> None:
    pair = (Product("A", "Striped Wool Rug, Ink"), Product("B", "Striped Wool Rug, Moss"))
    search = ProductSearch.fit(pair, ENCODER)
    text = "my striped rug"
    first, second = ENCODER.encode([f"{product.title}" for product in pair])
    assert [one.sku for one in search.mentioned(text, first)] == ["A"]
    assert [one.sku for one in search.mentioned(text, second)] == ["B"]
    middle = (first + second) / np.linalg.norm(first + second)
    assert search.mentioned(text, middle.astype(np.float32)) == ()


def test_a_code_that_two_products_share_names_neither() -> None:
    pair = (Product("AB-12", "Rug"), Product("AB12", "Mat"))
    assert named(ProductSearch.fit(pair, ENCODER), "AB-12 please") == []


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    pool = ("blue", "red", "oak", "lamp", "teapot", "mug", "rug", "for", "with", "stand", "30 cm", "2 l")
    goods = [
        Product(
            f"SKU-{at}",
            " ".join(random.choice(pool, 5)),
            brand=str(random.choice(["Aldwark", "Byland", ""])),
            price=None if at % 7 == 0 else Money(100 * at, "EUR" if at % 5 == 0 else "GBP"),
            attributes={"material": str(random.choice(pool)), "mpn": f"M/{at // 2}", "capacity_ml": 10 * at},
            kind=ProductKind.SERVICE if at % 50 == 0 else ProductKind.PRODUCT,
        )
        for at in range(300)
    ]
    fitted = ProductSearch.fit(goods, ENCODER)
    fitted.save(tmp_path)
    again = ProductSearch.load(tmp_path)
    texts = [" ".join(random.choice(pool, 3)) for _ in range(30)]
    for text in (*texts, *(f"my {text} broke" for text in texts), "M/140", "sku-77", "lamp under £90"):
        (vector,) = ENCODER.encode([text])
        assert again.search(text, vector, 20) == fitted.search(text, vector, 20)
        assert again.mentioned(text, vector) == fitted.mentioned(text, vector)
    assert found(again, "M/140") != found(again, "sku-77")


def test_files_that_do_not_fit_are_refused(products: ProductSearch, tmp_path: Path) -> None:
    products.save(tmp_path)
    ProductSearch.fit(PRODUCTS[1:], ENCODER).save(tmp_path / "others")
    for name in ("shown.jsonl", "shown.starts.npy"):
        (tmp_path / "others" / name).rename(tmp_path / name)
    with pytest.raises(DamagedSearchError, match="9 products, words of 10"):
        ProductSearch.load(tmp_path)


@pytest.mark.parametrize(
    ("broken", "content"),
    [
        ("title_words.json", b"{"),
        ("title_words.json", b'["lamp"]'),
        ("currencies.json", b"[4"),
        ("titles-heads.npy", b"no array"),
        ("codes.places.npy", b""),
        ("prices.npy", b"no array"),
        ("measure_starts.npy", b"no array"),
    ],
)
def test_a_damaged_file_is_refused_in_words(
    products: ProductSearch, tmp_path: Path, broken: str, content: bytes
) -> None:
    products.save(tmp_path)
    (tmp_path / broken).write_bytes(content)
    with pytest.raises(ValueError, match="wellput learn"):
        ProductSearch.load(tmp_path)


def test_no_products_and_a_sku_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="import a catalogue"):
        ProductSearch.fit([], ENCODER)
    with pytest.raises(ValueError, match="twice"):
        ProductSearch.fit([PRODUCTS[0], PRODUCTS[0]], ENCODER)
