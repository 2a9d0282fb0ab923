"""How many characters an agent changed: Levenshtein distance at a bounded cost.

Bit-parallel after Myers (1999) in the form of Hyyrö (2003), with Python's long integers as the words.
"""

from __future__ import annotations

EXACT_CHARS = 20_000


def edit_distance(before: str, after: str) -> int:
    """Return the number of characters inserted, deleted or replaced between the two texts.

    Exact while what is left after the common beginning and end has at most EXACT_CHARS characters on
    each side; beyond that the rest counts as replaced, so that the answer is never too low.
    """
    first, second = _without_common_ends(before, after)
    beyond = max(len(first) - EXACT_CHARS, len(second) - EXACT_CHARS, 0)
    first, second = first[:EXACT_CHARS], second[:EXACT_CHARS]
    if not first or not second:
        return max(len(first), len(second)) + beyond
    return _distance(first, second) + beyond


def _without_common_ends(first: str, second: str) -> tuple[str, str]:
    shorter = min(len(first), len(second))
    start = 0
    while start < shorter and first[start] == second[start]:
        start += 1
    end = 0
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    return first[start : len(first) - end], second[start : len(second) - end]


def _distance(pattern: str, text: str) -> int:
    places: dict[str, int] = {}
    for place, letter in enumerate(pattern):
        places[letter] = places.get(letter, 0) | (1 << place)
    everywhere = (1 << len(pattern)) - 1
    last = 1 << (len(pattern) - 1)
    up, down, score = everywhere, 0, len(pattern)
    for letter in text:
        here = places.get(letter, 0)
        vertical = here | down
        horizontal = (((here & up) + up) ^ up) | here
        plus = down | (everywhere & ~(horizontal | up))
        minus = up & horizontal
        score += bool(plus & last) - bool(minus & last)
        plus = ((plus << 1) | 1) & everywhere
        minus = (minus << 1) & everywhere
        up = minus | (everywhere & ~(vertical | plus))
        down = plus & vertical
    return score
