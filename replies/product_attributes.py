"""What a product's attributes say to the features asked of it, each attribute as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.keyword_index import words
from recommender.catalogue import Product
from recommender.titles import COLOURS, SIZES
from replies.instructions import without_instructions
from replies.product_wants import Wants, packaged_asking
from replies.product_wording import sentence

_MOST_ATTRIBUTES = 5
_COUNTED = "pieces"  # "how many tests are in it" asks for the attribute of that name
_LONGEST_VALUE = 160
_MOST_QUOTED = 45  # words of a sentence of the description
_UNITS = {
    **{unit: unit for unit in ("mm", "cm", "m", "kg", "g", "ml", "l", "litre", "inch", "tog")},
    **{"w": "W", "v": "V", "mah": "mAh", "gb": "GB", "hz": "Hz", "h": "hours", "percent": "%"},
    **{unit: unit for unit in ("years", "months", "hours", "days", "pieces", "letters", "words")},
}
_SECRET = re.compile(r"margin\w*|supplier\w*|cost\w*", re.IGNORECASE)
_INTERNAL = re.compile(
    rf"(?:replenishable|after_purchase|hidden|no_offers|unit|requires_attribute|{_SECRET.pattern}"
    r"|(?:fits|excludes)_\w+)",
    re.IGNORECASE,
)
_SAYS_HOW = re.compile(r"(?:safe|free|proof|able|ible|resistant|vegetarian|vegan|organic)\Z")
_MEASURED = frozenset(
    ("height", "width", "depth", "length", "diameter", "weight", "capacity", "volume", "power", "diagonal")
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
_PLAIN_COLOURS = COLOURS - frozenset(
    ("colour", "color", "shade", "finish", "light", "dark", "natural", "clear", "assorted", "bright", "pale")
)
_TOLD_SIZES = SIZES & frozenset(
    ("small", "medium", "large", "mini", "xs", "xl", "xxl", "xxxl", "single", "double", "king", "queen")
)
_KINDS = {_PLAIN_COLOURS: ("colour", "color"), _TOLD_SIZES: ("size",)}


@dataclass(frozen=True, slots=True)
class FeaturesTold:
    """What the attributes say to what was asked: the sentences; `unsaid`, by name, what none of them states;
    `lacking`, how many kinds (a colour, a size) were asked for that the record does not list; `own_names`,
    how many attributes were asked for by their own names."""

    sentences: tuple[str, ...]
    unsaid: tuple[str, ...]
    lacking: int
    own_names: int


def is_secret(attribute: str) -> bool:
    """Say whether customers never hear of an attribute: what a product costs the shop, and whose it is."""
    return _SECRET.fullmatch(attribute) is not None


def tell_features(product: Product, wants: Wants, locale: str) -> FeaturesTold:
    """Return what the attributes say to `wants`."""
    told: dict[str, str] = {}
    unsaid: list[str] = []
    said = frozenset(words(wants.said))
    for feature in wants.features:
        found = _feature(product, feature, locale)
        if any(name in product.attributes and _lacks_unit(product, name) for name in found):
            unsaid.append(f"the unit of its {feature}")
        if not found and not (
            feature == _COUNTED and any(_is_called(one, said) for one in product.attributes)
        ):
            unsaid.append(f"the {feature}")
        told |= found
    called = [name for name in product.attributes if name not in told and _is_called(name, said)]
    told |= {name: attribute_sentence(name, product.attributes[name], locale) for name in called}
    others: tuple[str, ...] = ()
    if told or wants.stock or wants.where or wants.price:
        others = _other_kinds(product, said)
        told |= _own_kind(product, others, told, locale)
    sentences = tuple(one for one in told.values() if one)[:_MOST_ATTRIBUTES]
    return FeaturesTold(sentences, tuple(unsaid), len(others), len(called))


def attribute_sentence(name: str, value: str | int | float | bool, locale: str) -> str:
    """Return an attribute as a sentence; "" for one that is the shop's own business."""
    if _INTERNAL.fullmatch(name) is not None:
        return ""
    said = name.replace("_", " ").replace("-", " ").strip()
    if isinstance(value, bool):
        if _SAYS_HOW.search(said.lower()) is not None:
            key, said = ("is_so" if value else "is_not_so"), said.lower()
        else:
            key, said = ("says_yes" if value else "says_no"), said[:1].upper() + said[1:]
        return sentence(key, locale, values={"attribute.name": said})
    *stem, last = said.split() or [""]
    spoken = value if isinstance(value, str) else _number(value)
    if not isinstance(value, str) and stem and last.lower() in _UNITS:
        spoken, said = f"{spoken} {_UNITS[last.lower()]}", " ".join(stem)
    spoken = without_instructions(" ".join(spoken.split())).rstrip(". ")
    if not spoken or not said or len(spoken) > _LONGEST_VALUE:
        return ""
    named = {"attribute.name": said[:1].upper() + said[1:], "attribute.value": spoken}
    return sentence("attribute", locale, values=named)


def _feature(product: Product, feature: str, locale: str) -> dict[str, str]:
    """Return the sentences on one feature by the attribute they tell; none where the record is silent."""
    names = packaged_asking().features[feature].names
    if feature == "age" and product.min_age:
        return {"min_age": sentence("age", locale, product)}
    if feature == "brand" and product.brand:
        return {"brand": attribute_sentence("brand", product.brand, locale)}
    held = _held(product, names)[:_MOST_ATTRIBUTES]
    found = {name: attribute_sentence(name, product.attributes[name], locale) for name in held}
    return found or dict(_described(product, names))


def _other_kinds(product: Product, said: frozenset[str]) -> tuple[str, ...]:
    """Return the colour and the size that were asked for and that the record does not list."""
    own = frozenset(words(" ".join((product.title, *(str(one) for one in product.attributes.values())))))
    others = (sorted((said & known) - own)[:1] for known in _KINDS)
    return tuple(other for first in others for other in first)


def _own_kind(
    product: Product, others: Iterable[str], told: Mapping[str, str], locale: str
) -> dict[str, str]:
    """Return what the product says to `others`: its own colour or size, and that the other is not listed."""
    found: dict[str, str] = {}
    for other in others:
        names = next(names for known, names in _KINDS.items() if other in known)
        held = [name for name in _held(product, names) if name not in told]
        found |= {name: attribute_sentence(name, product.attributes[name], locale) for name in held[:1]}
        found[other] = sentence("unlisted", locale, product, {"wanted.kind": other})
    return found


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _held(product: Product, names: Iterable[str]) -> list[str]:
    """Return the attributes that `names` mean: those called so, else those whose names end so, else those
    that hold such a word ("weight", else "net_weight", else "weight_of_parcel")."""
    wanted = frozenset(names)
    parts = {
        name: [part for part in re.split(r"[\W_]+", name.lower()) if part and part not in _UNITS]
        for name in product.attributes
        if _INTERNAL.fullmatch(name) is None
    }
    exact = [name for name, own in parts.items() if len(own) == 1 and own[0] in wanted]
    ending = [name for name, own in parts.items() if own and own[-1] in wanted]
    return exact or ending or [name for name, own in parts.items() if wanted.intersection(own)]


def _lacks_unit(product: Product, attribute: str) -> bool:
    """Whether an attribute is a size or an amount that is stated as a bare number."""
    value = product.attributes[attribute]
    parts = re.split(r"[\W_]+", attribute.lower())
    is_number = not isinstance(value, (str, bool))
    return is_number and not _UNITS.keys() & frozenset(parts) and bool(_MEASURED.intersection(parts))


def _is_called(attribute: str, said: frozenset[str]) -> bool:
    """Whether a question says an attribute's own name, but for its unit."""
    if _INTERNAL.fullmatch(attribute) is not None:
        return False
    name = [word for word in words(attribute.replace("_", " ")) if word not in _UNITS]
    return bool(name) and all(word in said for word in name) and max(map(len, name)) > 3


def _described(product: Product, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the first sentence of the description that holds one of the words."""
    wanted = frozenset(names)
    for one in _SENTENCE.split(without_instructions(product.description)):
        said = words(one)
        if wanted & frozenset(said) and len(said) <= _MOST_QUOTED:
            yield "description", one.strip()
            return
