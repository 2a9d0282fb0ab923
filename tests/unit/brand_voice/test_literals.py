from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_voice.literals import required_literals


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        (r"\bcalm down\b|\brelax\b", ("calm", "relax")),
        (r"\b(?:send|give) me\b", ("give", "send")),
        (r"utili[sz]e", ("utili",)),
        (r"colou?r", ("colo",)),
        (r"(?:abc)?defg", ("defg",)),
        (r"(?:abc){0,2}", ()),
        (r"(?:abcd){2,}", ("abcd",)),
        (r"(?!never)sent", ("sent",)),
        (r"a|bcdef", ()),
        (r"(?i)shouted", ()),
        (r"\p{L}+word[a-z\]]x", ("word",)),
        (r"", ()),
    ],
)
def test_literals_are_read_off_a_pattern(source: str, literals: tuple[str, ...]) -> None:
    assert required_literals(source) == literals


ATOMS = st.sampled_from(
    ["abc", "a", "b", "[ab]", ".", "a?", "b*", "(?:abc)?", "abc+", "\\w", "x{0,1}", "(?:b|abc)"]
)
SOURCES = st.recursive(
    st.lists(ATOMS, min_size=1, max_size=4).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("|".join),
        st.tuples(inner, st.sampled_from(["", "?", "+", "{0,2}", "{1,2}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=4,
)


@given(SOURCES, st.text("abcx", max_size=12))
def test_every_match_holds_one_of_them(source: str, text: str) -> None:
    literals = required_literals(source)
    found = re.search(source, text)
    assert not literals or found is None or any(literal in found.group() for literal in literals)
