"""What of a product is searched: its words, its attributes, and the text whose vector stands for it."""

from __future__ import annotations

from recommender.catalogue import Product

DESCRIBED = 600  # characters of a description that an encoder reads


def keyword_text(product: Product) -> str:
    """Return the words that name and describe a product."""
    return "\n".join((product.sku, product.title, product.brand, product.category, product.description))


def attribute_text(product: Product) -> str:
    """Return the words of a product's attributes, names and values; yes and no are in the name alone."""
    return "\n".join(
        name.replace("_", " ") if isinstance(value, bool) else f"{name.replace('_', ' ')} {value}"
        for name, value in product.attributes.items()
        if value is not False
    )


def meaning_text(product: Product) -> str:
    """Return the text whose vector stands for the product."""
    parts = (product.title, product.brand, product.category, product.description[:DESCRIBED])
    return ". ".join(part for part in parts if part)
