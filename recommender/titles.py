"""What a product's title says: the thing itself, and the words that tell it from others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.keyword_index import words
from recommender.catalogue import Product, ProductKind

_REST = re.compile(r"[,;:(\[–—|]|\s[-/]\s|\b(?:with|for|in|from|by|featuring|on|to)\b", re.IGNORECASE)
_COUNT = re.compile(r"^\s*(?:\d+\s+)?(?:set|pack|box|pair|bag|case|bundle)\s*(?:of|/)\s*", re.IGNORECASE)
GENERIC = frozenset(words("design set pack pair assorted collection style range piece colour color"))
_NO_THING = GENERIC | frozenset(
    words(
        """
        small medium large mini xs xl xxl xxxl litre liter ml cl cm mm inch ft kg gram oz pint watt hz gb
        black white grey gray red blue green yellow orange purple violet pink brown beige turquoise navy
        silver
        """
    )
)
"""Words in which a title may end that are not the thing itself: "Cabinet 60 cm White" is a cabinet."""
_SHORT = 30
PLAIN = frozenset(
    words(
        """
        a an the and or of to in on at by for from with without my our your his her their its this that these
        those some any one it i we you he she they me us them is are was were be been am do does did have has
        had will would can could may might shall should not no nor but so if as about into over than then
        there here what which who when where why how all both each other another more most same just only
        also too very please thanks thank hi hello dear order ordered bought buy purchased received arrived
        came sent new one two three four five six seven eight nine ten s t don ve ll re m
        """
    )
)
"""Words that tell no product from another."""

COLOURS = frozenset(
    words(
        """
        red pink blue green yellow orange purple violet lilac lavender white black grey gray silver gold
        golden brown beige cream ivory navy teal turquoise aqua olive sage mint chalk ink slate charcoal
        natural clear multicolour multicolor assorted rose burgundy coral mustard copper bronze khaki tan
        dark light pale bright matt matte gloss colour color shade finish
        """
    )
)
SIZES = frozenset(
    words(
        """
        small medium large mini maxi big little tiny extra xs s m l xl xxl xxxl single double king queen
        short long tall wide slim petite junior adult size litre liter ml cl cm mm inch in ft kg gram oz pint
        set pack pair piece pcs of
        """
    )
)


@dataclass(frozen=True, slots=True)
class Title:
    """The telling words of a title.

    `head` is the thing itself ("teapot" of "Stoneware Teapot for One"), None for services, which
    nobody names by a word or two; `said` are the title's words, `matching` those and the words of
    the brand and the short attributes (colour, material).
    """

    head: str | None
    said: frozenset[str]
    matching: frozenset[str]

    @classmethod
    def of(cls, product: Product) -> Title:
        """Read a product's title."""
        if product.kind is ProductKind.SERVICE:
            return cls(None, frozenset(), frozenset())
        core = [word for word in words(core_of(product.title)) if _is_telling(word)]
        while len(core) > 1 and core[-1] in _NO_THING:
            core.pop()
        said = frozenset(word for word in words(product.title) if _is_telling(word))
        short = (value for value in product.attributes.values() if isinstance(value, str))
        more = (word for value in (product.brand, *short) if len(value) <= _SHORT for word in words(value))
        return cls(
            core[-1] if core else None, said, said | frozenset(word for word in more if _is_telling(word))
        )


def core_of(title: str) -> str:
    """Return the part of a title that names the thing: "Velvet Cushion" of "Velvet Cushion, Ochre, 45 cm"."""
    return _REST.split(_COUNT.sub("", title), maxsplit=1)[0]


def _is_telling(word: str) -> bool:
    return word not in PLAIN and len(word) > 1 and not word[0].isdigit()
