"""The learned tone tells the brand's replies from others, can be believed, and shows the sentences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from brand_voice.checker import Checker
from brand_voice.finding import Severity, Verdict, bare_context
from brand_voice.general_support import general_replies
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook
from brand_voice.tone import LearnedTone, ToneError, ToneModel, learn_tone
from brand_voice.tone_rules import OffBrand
from tests.fakes.encoder import HashingEncoder

ENCODER = HashingEncoder(256)
OPENINGS = ("Dear Mrs Carter,", "Dear Mr Okafor,", "Dear Priya,", "Dear Dr Lowe,")
MIDDLES = (
    "Thank you for writing to us about the {}.",
    "I am glad you let us know about the {}.",
    "I have looked after the {} for you this morning.",
)
THINGS = (
    "kettle",
    "lamp",
    "tablecloth",
    "parcel",
    "refund",
    "gift card",
    "oak table",
    "teapot",
    "rug",
    "vase",
)
ENDS = ("You will hear from me by Friday.", "I will write again once it has left us.")
APPROVED = [
    f"{opening}\n\n{middle.format(thing)} {end}\n\nWith kind regards\nNadia"
    for opening in OPENINGS
    for middle in MIDDLES
    for thing in THINGS
    for end in ENDS
][::3]
OURS = "Dear Mr Webb,\n\nThank you for writing to us about the rug. I will write again once it has left us."
THEIRS = "Hey! So sorry about that. Have an awesome day!"


@pytest.fixture(scope="module")
def tone() -> LearnedTone:
    model, figures = learn_tone(APPROVED, general_replies(), ENCODER, seed=1)
    assert figures.separation > 0.95
    assert figures.flagged_on < 0.05 < 0.5 < figures.flagged_off
    assert figures.calibration_error < 0.1
    assert (figures.texts_on, figures.texts_off) == (len(APPROVED), len(general_replies()))
    return LearnedTone(model, ENCODER)


def test_it_tells_the_brands_replies_from_others(tone: LearnedTone) -> None:
    ours, _ = tone.read(read(OURS), "email")
    theirs, _ = tone.read(read(THEIRS), "email")
    assert ours < 0.2 < 0.8 < theirs


def test_it_shows_the_sentences_worst_first(tone: LearnedTone) -> None:
    text = f"{OURS} {THEIRS}"
    _, sentences = tone.read(read(text), "email")
    chances = [one.chance for one in sentences]
    assert chances == sorted(chances, reverse=True)
    worst = sentences[0].span
    assert text[worst.start : worst.end] in THEIRS


def test_names_greeted_and_numbers_do_not_colour_it(tone: LearnedTone) -> None:
    one = "Dear Mr Webb,\n\nYour order 104233 of 3 November costs £12.50."
    other = "Dear Mrs Adeyemi-Clarke,\n\nYour order 998877 of 9 November costs £98.76."
    assert tone.read(read(one), "email")[0] == tone.read(read(other), "email")[0]


def test_it_is_the_same_after_it_was_kept(tone: LearnedTone, tmp_path: Path) -> None:
    tone.model.save(tmp_path)
    again = LearnedTone(ToneModel.load(tmp_path), ENCODER)
    assert again.read(read(THEIRS), "chat") == tone.read(read(THEIRS), "chat")


def test_what_cannot_be_read_is_refused_in_words(tone: LearnedTone, tmp_path: Path) -> None:
    (tmp_path / "tone.npz").write_bytes(b"no")
    with pytest.raises(ToneError, match="learn --only voice"):
        ToneModel.load(tmp_path)
    with pytest.raises(ToneError, match="256 dimensions, not in 3"):
        tone.model.chances(np.zeros((1, 3), dtype=np.float32))


def test_a_side_without_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="others to tell them from"):
        learn_tone(APPROVED, [" "], ENCODER, seed=1)


class Fixed:
    """A reader with one answer."""

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def read(self, reading: object, channel: str, /) -> tuple[float, tuple[OffBrand, ...]]:
        sentences = read(THEIRS).sentences
        return self.chance, tuple(OffBrand(span, self.chance) for span in sentences)


def test_the_house_rule_advises_and_never_blocks() -> None:
    context = bare_context("chat", date(2026, 11, 23))
    rulebook = load_rulebook()
    silent = Checker(rulebook).check(THEIRS, context)
    heard = Checker(rulebook.with_tone(Fixed(0.93))).check(THEIRS, context)
    said = [finding for finding in heard.findings if finding.rule == "tone.off_brand"]
    assert [finding.severity for finding in said] == [Severity.ADVISE] * 3
    assert "93%" in said[0].message
    assert (heard.verdict is Verdict.BLOCKED) == (silent.verdict is Verdict.BLOCKED)
    under = Checker(rulebook.with_tone(Fixed(0.79))).check(THEIRS, context)
    assert under.findings == silent.findings
