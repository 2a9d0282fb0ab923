"""Laws of reading and writing texts: places lie in the text, gaps stay, distances are distances."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from replies.edit_distance import edit_distance
from replies.facts import find_facts
from replies.language import guess_language
from replies.macros import UnsafeMacro, render
from replies.passages import MAX_PASSAGE_WORDS, chunks

PIECES = "LR-104233 order £12.50 3rd May 31/02/2026 jo@x.example YO1 8AS 01904 014 last Friday ago two weeks"
WORDS = st.sampled_from([*PIECES.split(), "\u0130", "é", "#", "12345678", "tomorrow", "{{", "}}", "* 9"])
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join))
SHORT = st.text(alphabet="abc ", max_size=24)


@given(TEXTS, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_fact_lies_in_the_text_and_none_overlap(text: str, written_on: date) -> None:
    facts = find_facts(text, written_on=written_on, order_known=lambda number: len(number) % 2 == 0)
    end = 0
    for fact in facts:
        assert end <= fact.span.start < fact.span.end <= len(text)
        assert fact.value
        end = fact.span.end


@given(SHORT, SHORT, SHORT)
def test_the_edit_distance_is_a_metric(one: str, two: str, three: str) -> None:
    distance = edit_distance(one, two)
    assert (distance == 0) == (one == two)
    assert distance == edit_distance(two, one)
    assert abs(len(one) - len(two)) <= distance <= max(len(one), len(two))
    assert distance <= edit_distance(one, three) + edit_distance(three, two)


@given(SHORT, SHORT)
def test_the_edit_distance_is_levenshteins(one: str, two: str) -> None:
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(two, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (letter != other))
    assert edit_distance(one, two) == row[-1]


@given(TEXTS)
def test_a_value_comes_out_as_it_went_in(value: str) -> None:
    assert render("[{{ customer.name }}]", {"customer.name": value}) == (
        f"[{value}]" if value else "[{{ customer.name }}]"
    )


@given(
    st.one_of(
        TEXTS, st.lists(st.sampled_from(["{{", "}}", "{%", "%}", "if", "x", "'a'", "*9", "for", "|", "("]))
    )
)
def test_a_template_is_rendered_or_refused_and_never_grows(template: str | list[str]) -> None:
    text = template if isinstance(template, str) else " ".join(template)
    with suppress(UnsafeMacro):
        assert len(render(text, {})) <= 2 * len(text) + 10


@given(st.text(max_size=500))
def test_passages_are_bounded_and_the_language_is_always_told(text: str) -> None:
    assert all(len(piece.text.split()) <= MAX_PASSAGE_WORDS for piece in chunks(text))
    guess = guess_language(text)
    assert guess is None or guess == "other" or len(guess) == 2
