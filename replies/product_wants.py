"""What a question asks of a product: its price, its stock, where to buy it, what it is like.

Read by patterns (`phrasebook/product_questions.yaml`), as a wrong guess would answer what nobody asked: a
sentence about a delivery, an order or somebody else's price asks nothing of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from brand_voice.finding import Span

_READ = 2_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE = re.compile(r"[,;:]\s+|\s[-–]\s|\b(?:and|or|also|but|because|since|as)\b")
_BEGINS = re.compile(
    r"\W*(?:hows?|whats?|which|where|when|who|why|is|are|do|does|did|can|could|has|have|will|would|may)\b"
)
_GOES_ON = re.compile(r"\W*(?:the|its|their|any|if|whether|what) \w+")  # "the price" "and the flow rate"
_PAST = re.compile(r"\b(?:was|were|did|had)\b")
_QUANTITY = re.compile(
    r"\b(?:have|need|needs|want|order|buy|get|about|for)\s+(\d{1,5})\b"
    r"(?!\s*(?:days?|weeks?|months?|years?|hours?|people|%|£|€|\$|cm|mm|ml|g|kg|l)\b)"
    r"|\b(\d{1,5})\s?(?:x|×|pieces|pcs|units)\s"
)
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Feature:
    """What may be asked of a product under other words than its attribute's name: `names` are words that
    names of such attributes hold."""

    asked: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """The patterns by which customers ask, over small letters; a named product stands as §."""

    asking: re.Pattern[str]
    few_words: int
    other: re.Pattern[str]
    price: re.Pattern[str]
    stock: re.Pattern[str]
    where: re.Pattern[str]
    back: re.Pattern[str]
    shop: re.Pattern[str]
    kind: re.Pattern[str]
    features: Mapping[str, Feature]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wants:
    """What a message asks of a product. `features` are names of `Asking.features`; `said` is what the asking
    clauses say besides; `others` how many questions ask something else, `unheard` how many no pattern knows;
    `quantity` how many are wanted; `back` that it was asked when there will be some again, `shop` that it is
    about stores, `kind` that an attribute may be asked for by its own name."""

    price: bool = False
    stock: bool = False
    where: bool = False
    features: tuple[str, ...] = ()
    said: str = ""
    others: int = 0
    unheard: int = 0
    quantity: int | None = None
    back: bool = False
    shop: bool = False
    kind: bool = False

    @property
    def has_named(self) -> bool:
        """Whether something was asked that a pattern knows, whatever attributes a product has."""
        return self.price or self.stock or self.where or self.kind or bool(self.features)


class _FeatureRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    asked: str
    names: list[str]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    asking: str
    few_words: int
    other: str
    price: str
    stock: str
    where: str
    back: str
    shop: str
    kind: str
    words: str
    features: dict[str, _FeatureRow]


@lru_cache(maxsize=1)
def packaged_asking() -> Asking:
    """Return the patterns that ship. Raises pydantic's ValidationError when the file was damaged."""
    text = resources.files("replies").joinpath("phrasebook/product_questions.yaml").read_text("utf-8")
    row = _Row.model_validate(yaml.safe_load(text))
    return Asking(
        asking=re.compile(row.asking),
        few_words=row.few_words,
        other=re.compile(row.other),
        price=re.compile(row.price),
        stock=re.compile(row.stock),
        where=re.compile(row.where),
        back=re.compile(row.back),
        shop=re.compile(row.shop),
        kind=re.compile(row.kind),
        features={
            name: Feature(re.compile(one.asked), tuple(one.names)) for name, one in row.features.items()
        },
        words=frozenset(row.words.split()),
    )


def read_wants(text: str, named: Iterable[Span] = ()) -> Wants:
    """Return what `text` asks of the products named at the places `named`."""
    asking = packaged_asking()
    heard: list[str] = []
    price = stock = where = False
    features: dict[str, None] = {}
    others = unheard = 0
    for sentence in _SENTENCE.split(_marked(text[:_READ], named).lower()):
        if not _asks(sentence, asking):
            continue
        was_heard = False
        for clause in _CLAUSE.split(sentence):
            is_other = asking.other.search(clause) is not None
            found = (False, False, False, ()) if is_other else _heard(clause, asking)
            if not is_other:
                heard.append(clause)
            if any(found):
                price, stock, where = price or found[0], stock or found[1], where or found[2]
                features |= dict.fromkeys(found[3])
            elif _is_question(clause) or (was_heard and _GOES_ON.match(clause) is not None):
                others, unheard = others + is_other, unheard + (not is_other)
            was_heard = any(found)
    said = "\n".join(heard)
    wanted = _QUANTITY.search(said)
    return Wants(
        price,
        stock,
        where,
        tuple(features),
        said,
        others,
        unheard,
        int(wanted[1] or wanted[2]) if wanted else None,
        back=stock and asking.back.search(said) is not None,
        shop=asking.shop.search(said) is not None,
        kind=asking.kind.search(said) is not None,
    )


def _is_question(clause: str) -> bool:
    return _BEGINS.match(clause) is not None and len(clause.split()) > _LEAST_WORDS


def _heard(clause: str, asking: Asking) -> tuple[bool, bool, bool, tuple[str, ...]]:
    return (
        asking.price.search(clause) is not None and _PAST.search(clause) is None,
        asking.stock.search(clause) is not None,
        asking.where.search(clause) is not None,
        tuple(name for name, one in asking.features.items() if one.asked.search(clause) is not None),
    )


def _asks(sentence: str, asking: Asking) -> bool:
    return (
        sentence.rstrip().endswith("?")
        or asking.asking.search(sentence) is not None
        or 0 < len(sentence.split()) <= asking.few_words
    )


def _marked(text: str, named: Iterable[Span]) -> str:
    """Return `text` with § where products are named."""
    parts: list[str] = []
    end = 0
    for span in sorted(named, key=lambda one: one.start):
        if span.start >= end and span.end <= len(text):
            parts += [text[end : span.start], "§"]
            end = span.end
    return "".join((*parts, text[end:]))
