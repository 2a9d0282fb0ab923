"""The learned ranking of replies: what a turn sees, and that the ranking learns from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from replies.contacts import Contact, ContactStatus, Message, Role
from replies.reply_features import WIDTH, dense, row_of
from replies.reply_network import ReplyNetwork
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.turns import open_turn, turns
from tests.fakes.encoder import HashingEncoder

from .conftest import NOW, a_contact

ENCODER = HashingEncoder(64)
SUBJECTS = ("parcel", "refund", "lamp", "voucher")


def a_dialogue(number: int) -> Contact:
    """Ask for the order, look it up, answer by subject: the last message alone does not tell which."""
    subject = SUBJECTS[number % 4]
    messages = (
        Message(Role.CUSTOMER, f"hello I have a question about my {subject}", NOW),
        Message(Role.AGENT, "Could you tell me your order number, please?", NOW, "ask_order"),
        Message(Role.CUSTOMER, "it is in front of me", NOW),
        Message(Role.RECORD, '{"order": "found"}', NOW),
        Message(Role.AGENT, f"About the {subject}: all is well.", NOW, f"answer_{subject}"),
    )
    return a_contact(None, id=f"D-{number}", messages=messages, status=ContactStatus.CLOSED)


def test_a_turn_sees_only_what_came_before_it() -> None:
    first, second = turns(a_dialogue(0))
    assert (first.index, first.said, first.previous_reply, first.last_reply_ids) == (
        1,
        "hello I have a question about my parcel",
        "",
        (),
    )
    assert (second.index, second.said, second.looked_up) == (4, "it is in front of me", '{"order": "found"}')
    assert second.said_before == "hello I have a question about my parcel"
    assert (second.last_reply_ids, second.reply_id) == (("ask_order",), "answer_parcel")


def test_the_open_turn_is_the_one_to_answer_now() -> None:
    contact = a_dialogue(0)
    asked = replace(
        contact, messages=(*contact.messages, Message(Role.CUSTOMER, "thanks, and the lamp?", NOW))
    )
    turn = open_turn(asked)
    assert (turn.index, turn.said, turn.reply_id) == (6, "thanks, and the lamp?", None)
    assert turn.last_reply_ids == ("answer_parcel", "ask_order")
    assert turn.looked_up == "" and turn.looked_up_before == '{"order": "found"}'


@pytest.mark.parametrize("dialogues", [40, 1_600])
def test_the_ranking_learns_what_the_last_message_alone_does_not_tell(dialogues: int, tmp_path: Path) -> None:
    ranker = ReplyRanker.fit((a_dialogue(n) for n in range(dialogues)), ENCODER, seed=1)
    assert ranker is not None
    assert isinstance(ranker.model, ReplyNetwork) == (dialogues > 1_000)
    ranker.save(tmp_path)
    again = ReplyRanker.load(tmp_path)
    for number in range(4):
        ask, answer = turns(a_dialogue(number))
        for turn, wanted in ((ask, "ask_order"), (answer, f"answer_{SUBJECTS[number]}")):
            vector = ENCODER.encode([turn.said])[0]
            ranked = ranker.rank(turn, vector, 3)
            assert ranked[0].reply_id == wanted
            assert len(ranked) == 3 and 0.0 <= ranked[2].confidence <= ranked[0].confidence <= 1.0
            assert again.rank(turn, vector, 3) == ranked


def test_open_contacts_and_unlabelled_replies_do_not_teach() -> None:
    dialogue = a_dialogue(0)
    waiting = replace(
        dialogue, status=ContactStatus.OPEN, messages=(*dialogue.messages, Message(Role.CUSTOMER, "?", NOW))
    )
    assert labelled_turns([waiting]) == []
    assert ReplyRanker.fit([waiting], ENCODER, seed=1) is None
    assert ReplyRanker.fit([], ENCODER, seed=1) is None


def test_the_words_shown_for_a_reply_tell_of_nobody() -> None:
    dialogues = [a_dialogue(n) for n in range(20)]
    personal = tuple(
        replace(message, text="Write to jo.hall@mail.example about order 104233.")
        if message.reply_id == "answer_parcel"
        else message
        for message in a_dialogue(0).messages
    )
    changed = [replace(d, messages=personal) if n % 4 == 0 else d for n, d in enumerate(dialogues)]
    ranker = ReplyRanker.fit(changed, ENCODER, seed=1)
    assert ranker is not None
    assert ranker.texts.get("answer_parcel", "") == ""
    assert ranker.texts["answer_lamp"] == "About the lamp: all is well."


def test_rows_are_sparse_and_in_range() -> None:
    rows = [row_of(turn) for turn in turns(a_dialogue(1))]
    assert all(row.places.min() >= 0 and row.places.max() < WIDTH for row in rows)
    full = dense(rows)
    assert full.shape == (2, WIDTH) and np.isfinite(full).all()
    assert not np.array_equal(full[0], full[1])
