"""Names, places and addresses that `redact` removes, and plain words that it leaves."""

from __future__ import annotations

import pytest

from brand_voice.personal_data import DataKind, redact


def removed(text: str) -> list[tuple[str, str]]:
    return [(item.kind.value, text[item.span.start : item.span.end]) for item in redact(text)[1]]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Hi, my name is Priyanka Nair and the lamp is broken.", ["Priyanka Nair"]),
        ("my name is gerald and the parcel is late", ["gerald"]),
        ("Dear Mrs Okafor, thank you.", ["Mrs Okafor"]),
        ("Please send it to Flat 3, 12 Marlborough Road, Leeds LS6 2AB.", ["12 Marlborough Road", "LS6 2AB"]),
        ("Ship it to Kongensgade 14, 5000 Odense.", ["Kongensgade 14"]),
        ("Write to PO Box 4411.", ["PO Box 4411"]),
        ("We moved here from Krakow.", ["Krakow"]),
        ("I work for Hartwell & Sons Ltd in Hull.", ["Hartwell"]),
        ("Born 3 May 1961, seen 12/11/2026.", ["3 May 1961", "12/11/2026"]),
        (
            "Licence MORGA753116SM9IJ, log in at https://x.example/r?token=abcdef123",
            ["MORGA753116SM9IJ", "abcdef123"],
        ),
    ],
)
def test_what_points_to_a_person_is_removed(text: str, gone: list[str]) -> None:
    clean, _ = redact(text)
    assert [part for part in gone if part in clean] == []


@pytest.mark.parametrize(
    "text",
    [
        "When will my order arrive? It is a week late now.",
        "The lamp arrived broken and I want a refund.",
        "Thank you for your message. We will look into it on Monday.",
        "Yes, the lid is safe in the dishwasher.",
        "Standard delivery takes 3 to 5 working days and costs £3.95.",
        "can i return this without the box",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert removed(text) == []


def test_kinds_may_be_kept() -> None:
    clean, _ = redact("Ann Hughes lives in Leeds.", keep=frozenset({DataKind.PLACE}))
    assert "Leeds" in clean and "Hughes" not in clean


def test_a_hundred_thousand_characters_end() -> None:
    for piece in ("Ann Hughes, ", "12 High Street ", "a.b@c.example ", "po box 1 "):
        redact(piece * (100_000 // len(piece)))
