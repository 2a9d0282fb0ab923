"""Which products share a square of EASE, where one square over all of them would not fit the memory.

What is bought together shares a block: the strongest pairs are joined first, as long as a block has room
(single linkage with a bound on the size), and the groups that come of it fill blocks, the largest first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import ItemArray
from recommender.co_counts import FloatArray, PairTable
from recommender.ease import EaseSettings, most_bought, most_products, square_mb
from recommender.neighbour_scores import CoPurchaseSettings, cosine_scores
from recommender.order_counts import CountSource, portions

MOST_BLOCKS = 32
_NEAREST = 20
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class EaseBlocks:
    """The products of each square, ascending, none in two; `wanted` is how many were to be in one."""

    blocks: tuple[ItemArray, ...]
    wanted: int
    memory_mb: int

    @property
    def products(self) -> int:
        """How many products are in a block."""
        return sum(map(len, self.blocks))

    @property
    def mb(self) -> int:
        """What the largest square takes."""
        return max((square_mb(len(block)) for block in self.blocks), default=0)

    @property
    def in_words(self) -> str:
        """What is beyond one square or beyond all of them, with the estimate; empty when nothing is."""
        room = most_products(self.memory_mb)
        if self.memory_mb == 0 or self.wanted <= room:
            return "" if self.memory_mb else "EASE is switched off; RP3beta serves all products"
        asked = (
            f"EASE over {self.wanted:,} products would take {square_mb(self.wanted):,} MB, "
            f"{self.memory_mb:,} MB are allowed: that is room for {room:,} products"
        )
        parts = f"they are fitted in {len(self.blocks)} blocks of what is bought together"
        if self.products < self.wanted:
            parts = (
                f"the {self.products:,} most bought are fitted in {len(self.blocks)} blocks, the other "
                f"{self.wanted - self.products:,} are refused and RP3beta serves them"
            )
        return f"{asked}; {parts} (WELLPUT_EASE_MEMORY_MB changes that)"


def ease_blocks(source: CountSource, settings: EaseSettings, co_purchase: CoPurchaseSettings) -> EaseBlocks:
    """Choose the blocks: one where it fits, at most MOST_BLOCKS of the most bought products where not."""
    orders = source.items().orders
    wanted = int((orders >= co_purchase.min_orders).sum())
    room = most_products(settings.memory_mb)
    products = most_bought(orders, co_purchase.min_orders, room * MOST_BLOCKS)
    if not len(products):
        return EaseBlocks((), wanted, settings.memory_mb)
    if len(products) <= room:
        return EaseBlocks((products,), wanted, settings.memory_mb)
    groups = _groups(source, products, co_purchase, room)
    return EaseBlocks(_filled(groups, room), wanted, settings.memory_mb)


def _groups(
    source: CountSource, products: ItemArray, settings: CoPurchaseSettings, room: int
) -> list[ItemArray]:
    """Join the strongest pairs first, while both sides together have room; return what is joined."""
    first, second, strength = _strongest_pairs(source, products, settings)
    parent = np.arange(len(source.work()))
    size = np.ones(len(parent), dtype=np.int64)

    def root(of: int) -> int:
        while parent[of] != of:
            parent[of] = parent[parent[of]]
            of = int(parent[of])
        return of

    for at in np.lexsort((second, first, -strength)):
        one, other = root(int(first[at])), root(int(second[at]))
        if one != other and size[one] + size[other] <= room:
            parent[other] = one
            size[one] += size[other]
    roots = np.array([root(int(product)) for product in products])
    order = np.argsort(roots, kind="stable")
    edges = np.flatnonzero(np.diff(roots[order])) + 1
    return [np.sort(part) for part in np.split(products[order], edges)]


def _strongest_pairs(
    source: CountSource, products: ItemArray, settings: CoPurchaseSettings
) -> tuple[ItemArray, ItemArray, FloatArray]:
    """Return each product's nearest by the shrunk cosine, each pair once: firsts, seconds, strengths."""
    orders = source.items().orders
    inside = np.zeros(len(orders), dtype=np.bool_)
    inside[products] = True
    parts: list[tuple[ItemArray, ItemArray, FloatArray]] = []
    for some in portions(products, source.work(), _CELLS):
        counts = source.count(some)
        rows, columns = counts.row_of_each(), counts.columns
        near = cosine_scores(counts.sums.together.astype(np.float32), rows, columns, orders, settings)
        near[~inside[columns]] = 0.0
        chosen = PairTable(counts.starts, columns, near).strongest(_NEAREST) & (near > 0)
        parts.append((rows[chosen], columns[chosen], near[chosen]))
    first, second, strength = (np.concatenate(column) for column in zip(*parts, strict=True))
    return first, second, strength


def _filled(groups: list[ItemArray], room: int) -> tuple[ItemArray, ...]:
    """Put the groups into as few blocks as first fit, the largest group first, needs."""
    blocks: list[list[ItemArray]] = []
    free: list[int] = []
    for group in sorted(groups, key=lambda one: (-len(one), int(one[0]))):
        at = next((number for number, left in enumerate(free) if left >= len(group)), len(blocks))
        if at == len(blocks):
            blocks.append([])
            free.append(room)
        blocks[at].append(group)
        free[at] -= len(group)
    return tuple(_sorted(block) for block in blocks)


def _sorted(block: list[ItemArray]) -> NDArray[np.int32]:
    return np.sort(np.concatenate(block)).astype(np.int32)
