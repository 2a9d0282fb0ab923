"""Cues, languages and edit distances: small judgements on texts."""

from __future__ import annotations

import time

import pytest

from replies.cues import find_cues, hold_reason, packaged_cues, prove
from replies.edit_distance import EXACT_CHARS, edit_distance
from replies.language import guess_language, speaks


def test_every_cue_does_what_its_examples_say() -> None:
    assert prove(packaged_cues()) == {}
    assert all(cue.fails and cue.passes for cue in packaged_cues())


def test_the_weightiest_cue_gives_the_reason() -> None:
    cues = packaged_cues()
    found = find_cues("My late husband ordered it, it came broken and I want to complain", cues)
    assert {"bereavement", "complaint", "fault"} <= found
    assert hold_reason(found, cues) == "bereavement"
    assert hold_reason(find_cues("Do you have this in blue?", cues), cues) is None


def test_a_negation_counts_only_within_its_clause() -> None:
    cues = packaged_cues()
    assert "complaint" not in find_cues("I do not wish to complain.", cues)
    assert "complaint" in find_cues("I have had no reply, I want to complain.", cues)
    assert "complaint" in find_cues("It isn't late. I am disgusted!", cues)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel, please?", "en"),
        ("Tomorrow, as early as possible.", "en"),
        ("Oh, he's John.", "en"),
        ("Bonjour, où est ma commande ?", "fr"),
        ("Mein Paket ist noch nicht da", "de"),
        ("Hola, ¿dónde está mi pedido?", "es"),
        ("Dzień dobry, gdzie jest moje zamówienie", "pl"),
        ("Где мой заказ?", "other"),
        ("我的订单在哪里", "other"),
        ("LR-104233", None),
        ("", None),
        ("{{ 7 * 7 }}", None),
        ("Var är min beställning?", "sv"),
        ("hol van a rendelésem", "hu"),
        ("Rückerstattung", "de"),
        ("the Le Creuset pot is chipped", "en"),
        ("Maison du Monde chair wobbles", "en"),
        ("Le Chameau wellies split", None),
    ],
)
def test_the_language_is_told_or_left_open(text: str, language: str | None) -> None:
    guess = guess_language(text)
    assert guess == language
    assert speaks(text, ("en",)) == (language in {"en", None})


@pytest.mark.parametrize(
    ("text", "languages", "served"),
    [
        ("hallo", ("nl",), True),
        ("hallo", ("de-AT",), True),
        ("hallo", ("en", "fr"), False),
        ("Где мой заказ?", ("en", "ru"), True),
        ("Где мой заказ?", ("el",), False),
        ("Hvor er pakken min?", ("nb",), True),
        ("Where is my parcel?", ("de",), False),
    ],
)
def test_a_shop_answers_in_its_languages_alone(text: str, languages: tuple[str, ...], served: bool) -> None:
    assert speaks(text, languages) == served


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("flaw", "lawn", 2),
        ("same", "same", 0),
        ("ab", "ba", 2),
    ],
)
def test_known_distances(before: str, after: str, distance: int) -> None:
    assert edit_distance(before, after) == distance


def test_a_huge_change_is_bounded_and_never_too_low() -> None:
    started = time.process_time()
    distance = edit_distance("a" * 100_000, "b" * 90_000)
    assert time.process_time() - started < 5
    assert 100_000 <= distance <= 100_000 + EXACT_CHARS
