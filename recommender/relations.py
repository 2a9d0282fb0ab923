"""How two products stand to each other by what the catalogue states: variants, fitting services."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from recommender.catalogue import AttributeValue, Product, ProductKind

ANY_CATEGORY = "*"
_PATHS = re.compile(r"\s*[;|]\s*")
_STEP = re.compile(r"\s*>\s*")
_YES = frozenset({"true", "yes", "y", "1"})


def family_ids(product: Product) -> frozenset[str]:
    """Return the ids by which variants know each other: two products that share one are variants."""
    return frozenset({product.sku} if product.variant_of is None else {product.sku, product.variant_of})


def is_set(product: Product, attribute: str) -> bool:
    """Say whether the attribute is a true value: true, yes or 1, in any writing."""
    value = product.attributes.get(attribute)
    return value is not None and str(value).strip().casefold() in _YES


def is_replenishable(product: Product) -> bool:
    """Say whether the product is used up and bought again (attribute `replenishable`)."""
    return is_set(product, "replenishable")


def in_category(product: Product, paths: str) -> bool:
    """Say whether the product's category lies at or under one of `paths` ("Kitchen > Knives; Garden")."""
    steps = _steps(product.category)
    wanted = [_steps(path) for path in _PATHS.split(paths) if path.strip()]
    return any(steps[: len(path)] == path for path in wanted)


@dataclass(frozen=True, slots=True)
class ServiceFit:
    """What a service can be added to, as its attributes state it.

    `fits_category` and `excludes_category` hold category paths (parted by ; and "*" for any),
    `fits_skus` single products, `requires_attribute` a property the product must have.
    """

    sku: str
    fits_category: str = ""
    fits_skus: frozenset[str] = frozenset()
    excludes_category: str = ""
    requires_attribute: str = ""

    @classmethod
    def of(cls, service: Product) -> ServiceFit:
        """Read the fit from a service's attributes."""
        stated = service.attributes
        return cls(
            service.sku,
            _text(stated.get("fits_category")),
            frozenset(sku for sku in _PATHS.split(_text(stated.get("fits_skus"))) if sku),
            _text(stated.get("excludes_category")),
            _text(stated.get("requires_attribute")),
        )

    @property
    def is_stated(self) -> bool:
        """Whether the catalogue says at all what the service is for."""
        return bool(self.fits_category or self.fits_skus)

    @property
    def is_specific(self) -> bool:
        """Whether it is for certain products rather than for whatever is bought."""
        return self.is_stated and self.fits_category.strip() != ANY_CATEGORY

    def fits(self, product: Product) -> bool:
        """Say whether the service can be added to this product; services are added to no service."""
        if product.kind is ProductKind.SERVICE or product.sku == self.sku:
            return False
        if self.excludes_category and in_category(product, self.excludes_category):
            return False
        if self.requires_attribute and not is_set(product, self.requires_attribute):
            return False
        if product.sku in self.fits_skus or self.fits_category.strip() == ANY_CATEGORY:
            return True
        return bool(self.fits_category) and in_category(product, self.fits_category)


def services_among(products: Iterable[Product]) -> tuple[ServiceFit, ...]:
    """Return what each service fits, by SKU."""
    services = (product for product in products if product.kind is ProductKind.SERVICE)
    return tuple(sorted((ServiceFit.of(service) for service in services), key=lambda fit: fit.sku))


def _steps(path: str) -> list[str]:
    return [" ".join(step.casefold().split()) for step in _STEP.split(path.strip()) if step]


def _text(value: AttributeValue | None) -> str:
    return "" if value is None else str(value)
