"""What the ranker's choices become in an assist: offered in the words they had, speaking against others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replies.assist import Desk, assist
from replies.proposals import SourceKind
from replies.reply_features import TurnVectors
from replies.reply_ranking import RankedReply
from replies.turns import Turn
from replies.understanding import Understander

from .conftest import SHOP, a_contact, a_past_contact

MakeDesk = Callable[..., Desk]
QUESTION = "Does the enamel lamp take a small bulb?"
WORDS = "The lamp takes a small bulb with a screw cap."


@dataclass
class StatedRanker:
    """Ranks what it is told, and counts how often it is asked."""

    replies: Sequence[RankedReply]
    asked: int = 0

    def rank(self, _turn: Turn, _vectors: TurnVectors, n: int) -> tuple[RankedReply, ...]:
        self.asked += 1
        return tuple(self.replies[:n])


class OnTracking:
    """Knows one topic, of whatever speaks of tracking."""

    labels = ("delivery_status", "complaint")
    threshold = 0.6

    def chances(self, text: str, _vector: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray([0.9 if "track" in text else 0.1, 0.05], dtype=np.float32)


def suggested(make_desk: MakeDesk, *ranked: RankedReply, **changes: Any) -> dict[str | None, str]:
    made = assist(a_contact(QUESTION), make_desk(ranker=StatedRanker(ranked), **changes))
    return {one.reply_id: one.text for one in made.suggestions}


def test_the_rankers_first_choice_is_offered_in_the_words_it_had(make_desk: MakeDesk) -> None:
    ranker = StatedRanker([RankedReply("bulb", 0.8, WORDS, "P-7")])
    (best, *_) = assist(a_contact(QUESTION), make_desk(ranker=ranker)).suggestions
    assert (best.reply_id, best.sources[0].kind, best.sources[0].id) == (
        "bulb",
        SourceKind.PAST_QUERY,
        "P-7",
    )
    assert WORDS in best.text
    assert any("80% of conversations" in reason for reason in best.reasons)


def test_a_choice_that_is_unlikely_or_has_no_words_is_not_offered(make_desk: MakeDesk) -> None:
    found = suggested(
        make_desk,
        RankedReply("sure", 0.6, WORDS, "P-7"),
        RankedReply("bulb", 0.28, "Every bulb of ours keeps for years.", "P-8"),
    )
    assert "sure" in found and "bulb" not in found
    assert suggested(make_desk, RankedReply("bulb", 0.9, "", "")) == {}


def test_a_past_reply_that_the_ranker_speaks_against_is_left_out(make_desk: MakeDesk) -> None:
    past = (a_past_contact("P-1", QUESTION, WORDS, "bulb"),)
    assert "bulb" in suggested(make_desk, past=past)
    assert "bulb" in suggested(make_desk, RankedReply("bulb", 0.1, "", ""), past=past)
    assert "bulb" not in suggested(make_desk, RankedReply("bulb", 0.01, "", ""), past=past)


def test_no_ranker_is_asked_where_a_wish_is_taken_back(make_desk: MakeDesk) -> None:
    ranker = StatedRanker([RankedReply("tracking", 0.9, "", "")])
    desk = make_desk(ranker=ranker, understander=Understander(SHOP, OnTracking()))
    text = "Please do not track my parcel any more, but how do I clean a cast iron pan?"
    made = assist(a_contact(text), desk)
    assert any("takes a wish back" in note for note in made.notes)
    assert ranker.asked == 0
