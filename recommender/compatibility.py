"""Which products fit each other by their attributes: stated models ("fits: X200") and shared interfaces
("bulb_cap: E27" on a lamp and on a bulb)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.keyword_index import words
from recommender.catalogue import AttributeValue, Product, ProductKind
from recommender.relations import family_ids, in_category

_FITS = re.compile(
    r"^(?:fits|fit_for|compatible(?:_with)?|works_with|suits|for|fits_skus)(?:_(?:models?|products?|devices?))?$"
)
_MODEL = frozenset(
    {
        "model",
        "models",
        "model_number",
        "model_code",
        "model_name",
        "series",
        "mpn",
        "part_number",
        "product_code",
    }
)
_ASPECT = re.compile(
    r"^(?P<thing>[a-z]+)_(?:cap|base|size|type|fitting|mount|model|socket|thread|code|format)$"
)
_FITS_MODEL = "fits"
_LIST = re.compile(r"\s*[;,|/]\s*|\s+(?:and|or)\s+")
_SIGNS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Interface:
    """An attribute that must be the same on a thing and on what it goes into: ("bulb_cap", "bulb")."""

    attribute: str
    thing: str


class Fit(StrEnum):
    """How a product goes with those asked about, by its attributes."""

    SILENT = "no attribute says"
    FITS = "fits"
    OTHER = "made for something else"


@dataclass(frozen=True, slots=True)
class FitVerdict:
    """Whether it fits, which of the products asked about, and the words of the catalogue that say so."""

    fit: Fit
    anchor_sku: str | None = None
    statement: str = ""


_NOTHING_SAID = FitVerdict(Fit.SILENT)


def interfaces_among(products: Iterable[Product]) -> tuple[Interface, ...]:
    """Find the interfaces of a catalogue: attributes "<thing>_cap", "<thing>_size", … that products carry
    which are the thing (their title names it) and products which are not, with values in common."""
    parts: dict[Interface, set[str]] = defaultdict(set)
    hosts: dict[Interface, set[str]] = defaultdict(set)
    for product in products:
        for name, value in product.attributes.items():
            found = _ASPECT.match(name)
            if found is not None:
                interface = Interface(name, found["thing"])
                kind = parts if _is_thing(product, interface) else hosts
                kind[interface].add(_plain(value))
    return tuple(sorted((one for one in parts if parts[one] & hosts[one]), key=lambda one: one.attribute))


def parts_among(
    products: Iterable[Product], interfaces: Sequence[Interface]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the SKUs of the things themselves by interface attribute and value, and of what states the
    models it fits by each model."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for product in products:
        for interface in interfaces:
            if interface.attribute in product.attributes and _is_thing(product, interface):
                value = _plain(product.attributes[interface.attribute])
                found[interface.attribute, value].append(product.sku)
        for model in _stated_models(product):
            found[_FITS_MODEL, _plain(model)].append(product.sku)
    return {key: tuple(sorted(skus)) for key, skus in found.items()}


def parts_for(
    asked: Iterable[Product],
    interfaces: Sequence[Interface],
    parts: Mapping[tuple[str, str], tuple[str, ...]],
) -> dict[str, str]:
    """Return the things that go into these products, each with the product it goes into."""
    found: dict[str, str] = {}
    for product in asked:
        for code in _codes(product):
            for sku in parts.get((_FITS_MODEL, code), ()):
                found.setdefault(sku, product.sku)
        for interface in interfaces:
            if interface.attribute in product.attributes and not _is_thing(product, interface):
                for sku in parts.get(
                    (interface.attribute, _plain(product.attributes[interface.attribute])), ()
                ):
                    found.setdefault(sku, product.sku)
    return found


def judge_fit(product: Product, asked: Sequence[Product], interfaces: Sequence[Interface]) -> FitVerdict:
    """Say whether `product` fits one of those asked about. What states no model and has no interface
    says nothing; what states them and fits none of them is made for something else."""
    if product.kind is ProductKind.SERVICE or not product.attributes:
        return _NOTHING_SAID
    stated = _by_stated_models(product, asked)
    return stated if stated.fit is not Fit.SILENT else _by_interface(product, asked, interfaces)


def _by_stated_models(product: Product, asked: Sequence[Product]) -> FitVerdict:
    wanted = _stated_models(product)
    category = product.attributes.get("fits_category")
    if not wanted and not isinstance(category, str):
        return _NOTHING_SAID
    for other in asked:
        for value in wanted:
            if _answers_to(other, value):
                return FitVerdict(Fit.FITS, other.sku, f"made for {value}")
        if isinstance(category, str) and (category.strip() == "*" or in_category(other, category)):
            return FitVerdict(Fit.FITS, other.sku, f"made for {category}")
    return FitVerdict(Fit.OTHER, None, "made for " + ", ".join(wanted or [str(category)]))


def _answers_to(product: Product, name: str) -> bool:
    """Say whether the product is called so: by SKU, family, model attribute, or in its title."""
    plain = _plain(name)
    if not plain:
        return False
    if plain in _codes(product):
        return True
    said, called = words(product.title), words(name)
    if len(plain) < 3:
        return False
    return any(said[at : at + len(called)] == called for at in range(len(said) - len(called) + 1))


def _codes(product: Product) -> set[str]:
    """Return what the product answers to: its SKU, its family's, its models."""
    stated = {_plain(value) for key, value in product.attributes.items() if key in _MODEL}
    return stated | {_plain(one) for one in family_ids(product)}


def _by_interface(product: Product, asked: Sequence[Product], interfaces: Sequence[Interface]) -> FitVerdict:
    for interface in interfaces:
        if interface.attribute not in product.attributes:
            continue
        own, is_thing = _plain(product.attributes[interface.attribute]), _is_thing(product, interface)
        label = f"{interface.attribute.replace('_', ' ')} {product.attributes[interface.attribute]}"
        others = [
            one
            for one in asked
            if interface.attribute in one.attributes and _is_thing(one, interface) is not is_thing
        ]
        for other in others:
            if _plain(other.attributes[interface.attribute]) == own:
                return FitVerdict(Fit.FITS, other.sku, f"{label} on both")
        if others or is_thing:
            return FitVerdict(Fit.OTHER, None, label)
    return _NOTHING_SAID


def same_interfaces(one: Product, other: Product, interfaces: Sequence[Interface]) -> bool:
    """Say whether one can stand in for the other: plugged in alike, and made for a model in common."""
    alike = all(
        _plain(one.attributes[key]) == _plain(other.attributes[key])
        for key in (interface.attribute for interface in interfaces)
        if key in one.attributes and key in other.attributes
    )
    mine, its = ({_plain(name) for name in _stated_models(product)} for product in (one, other))
    return alike and (not mine or not its or bool(mine & its))


def _stated_models(product: Product) -> list[str]:
    return [
        value.strip()
        for name, stated in product.attributes.items()
        if _FITS.match(name) and isinstance(stated, str)
        for value in _LIST.split(stated)
        if value.strip()
    ]


def _is_thing(product: Product, interface: Interface) -> bool:
    return interface.thing in words(product.title)


def _plain(value: AttributeValue) -> str:
    return _SIGNS.sub("", str(value).casefold())
