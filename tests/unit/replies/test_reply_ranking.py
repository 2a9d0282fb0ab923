"""The learned ranking of replies: what a turn sees, and that the ranking learns from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from replies import reply_blend
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.free_texts import free_ids
from replies.recurrence import fresh_unit, gradients_of, last_state, states_of
from replies.reply_blend import inputs_of
from replies.reply_features import kept_keys, places_of, row_of, turn_vectors, with_steps
from replies.reply_inputs import Turns
from replies.reply_memory import ReplyMemory
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


def test_a_turn_knows_what_became_of_the_latest_look_up() -> None:
    contact = a_dialogue(0)
    asked = replace(contact, messages=(*contact.messages, Message(Role.CUSTOMER, "and then?", NOW)))
    before, after = list(turns(contact))[1], open_turn(asked)
    assert (before.look_ups, before.since_look_up) == (1, ())
    assert (after.last_look_up, after.since_look_up) == ('{"order": "found"}', ("answer_parcel",))
    assert after.told_since_look_up == "About the parcel: all is well." and after.look_ups == 0
    assert after.earlier == ("hello I have a question about my parcel", "it is in front of me")


@pytest.fixture(scope="module")
def learned() -> ReplyRanker:
    """What 40 dialogues teach."""
    ranker = ReplyRanker.fit((a_dialogue(n) for n in range(40)), ENCODER, seed=1, members=1)
    assert ranker is not None
    return ranker


@pytest.fixture(scope="module")
def learned_as_of_many() -> Iterator[ReplyRanker]:
    """What 150 dialogues teach where that is called many: one part is held out, and states remembered."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reply_blend, "MANY", 200)
        ranker = ReplyRanker.fit((a_dialogue(n) for n in range(150)), ENCODER, seed=1, members=1)
    assert ranker is not None
    yield ranker


@pytest.mark.parametrize("taught", ["learned", "learned_as_of_many"])
def test_the_ranking_learns_what_the_last_message_alone_does_not_tell(
    taught: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ranker: ReplyRanker = request.getfixturevalue(taught)
    ranker.save(tmp_path)
    again = ReplyRanker.load(tmp_path)
    for number in range(4):
        ask, answer = turns(a_dialogue(number))
        for turn, wanted in ((ask, "ask_order"), (answer, f"answer_{SUBJECTS[number]}")):
            (vectors,) = turn_vectors([turn], ENCODER)
            ranked = ranker.rank(turn, vectors, 3)
            assert ranked[0].reply_id == wanted
            assert len(ranked) == 3 and 0.0 <= ranked[2].confidence <= ranked[0].confidence <= 1.0
            assert again.rank(turn, vectors, 3) == ranked


def a_free_hand(number: int) -> Contact:
    """Like `a_dialogue`, but the last answer is the agent's own words, filed under one id."""
    words = " ".join(f"w{number * 7 % 101}{place * number % 89}" for place in range(6))
    messages = (*a_dialogue(number).messages[:2], Message(Role.AGENT, words, NOW, "custom"))
    return a_contact(None, id=f"F-{number}", messages=messages, status=ContactStatus.CLOSED)


def test_an_id_for_own_words_is_not_suggested() -> None:
    contacts = [a_dialogue(n) if n % 2 else a_free_hand(n) for n in range(50)]
    assert free_ids(labelled_turns(contacts)) == {"custom"}
    ranker = ReplyRanker.fit(contacts, ENCODER, seed=1, members=1)
    assert ranker is not None and "custom" not in ranker.labels and "ask_order" in ranker.labels
    assert free_ids(labelled_turns(contacts[1::2])) == frozenset()


def test_steps_are_what_came_between_our_replies() -> None:
    asked = replace(a_dialogue(0), messages=(*a_dialogue(0).messages, Message(Role.CUSTOMER, "thanks", NOW)))
    first, second = open_turn(asked).steps
    assert (first.said, first.looked_up, first.reply_id) == (
        "hello I have a question about my parcel",
        "",
        "ask_order",
    )
    assert (second.said, second.looked_up, second.reply) == (
        "it is in front of me",
        '{"order": "found"}',
        "About the parcel: all is well.",
    )
    assert [len(turn.steps) for turn in turns(asked)] == [0, 1]


def test_a_turn_is_read_alike_with_others_and_alone() -> None:
    turns_of = labelled_turns(a_dialogue(n) for n in range(6))
    vectors = turn_vectors(turns_of, ENCODER)
    given = Turns.of(turns_of, vectors, np.zeros(len(turns_of), dtype=np.int64), 1)
    for place, (turn, own) in enumerate(zip(turns_of, vectors, strict=True)):
        among, alone = given.inputs(place), inputs_of(turn, own)
        assert np.array_equal(among.step_vectors, alone.step_vectors)
        assert [row.keys.tolist() for row in among.step_rows] == [
            row.keys.tolist() for row in alone.step_rows
        ]
        again = with_steps(turn, own.said, ENCODER)
        assert np.allclose(again.steps, own.steps) and np.array_equal(among.dense, alone.dense)


def test_the_way_back_through_time_is_the_slope() -> None:
    random = np.random.default_rng(5)
    unit = fresh_unit(random, 4, 3)
    inputs = random.standard_normal((5, 2, 4), dtype=np.float32)
    weights = random.standard_normal((5, 2, 3), dtype=np.float32)
    states, passed = states_of(unit, inputs)
    assert np.allclose(last_state(unit, inputs[:, 1]), states[-1, 1], atol=1e-6)
    to_inputs, to_unit = gradients_of(unit, passed, weights)
    slopes = [(inputs, to_inputs)]
    slopes += [
        (getattr(unit, name), getattr(to_unit, name)) for name in ("of_input", "of_state", "state_bias")
    ]
    for layer, slope in slopes:
        place = tuple(int(random.integers(size)) for size in layer.shape)
        losses: list[float] = []
        for move in (0.01, -0.02, 0.01):
            layer[place] += np.float32(move)
            losses.append(float((states_of(unit, inputs)[0] * weights).sum()))
        assert (losses[0] - losses[1]) / 0.02 == pytest.approx(float(slope[place]), abs=0.01)


def test_a_memory_votes_by_likeness_and_by_the_reply_before() -> None:
    vectors = np.eye(3, 8, dtype=np.float32)
    codes, before = np.array([0, 1, 2]), np.array([7, 7, 9], dtype=np.uint32)
    memory = ReplyMemory.of(vectors, codes, before, 3, 4.0)
    alike = memory.chances_of(vectors, before)
    assert alike.argmax(axis=1).tolist() == [0, 1, 2] and np.allclose(alike.sum(axis=1), 1.0)
    unlike = memory.chances(np.eye(8, dtype=np.float32)[5], 9)
    assert unlike.argmax() == 2 and (unlike > 0).all()
    nothing = memory.chances(np.eye(8, dtype=np.float32)[5], 1)
    assert np.allclose(nothing, 1 / 3)


def test_open_contacts_and_unlabelled_replies_do_not_teach() -> None:
    dialogue = a_dialogue(0)
    waiting = replace(
        dialogue, status=ContactStatus.OPEN, messages=(*dialogue.messages, Message(Role.CUSTOMER, "?", NOW))
    )
    assert labelled_turns([waiting]) == []
    assert ReplyRanker.fit([waiting], ENCODER, seed=1) is None
    assert ReplyRanker.fit([], ENCODER, seed=1) is None


def test_the_words_shown_for_a_reply_tell_of_nobody() -> None:
    dialogues = [a_dialogue(n) for n in range(12)]
    personal = tuple(
        replace(message, text="Write to jo.hall@mail.example about order 104233.")
        if message.reply_id == "answer_parcel"
        else message
        for message in a_dialogue(0).messages
    )
    changed = [replace(d, messages=personal) if n % 4 == 0 else d for n, d in enumerate(dialogues)]
    ranker = ReplyRanker.fit(changed, ENCODER, seed=1, members=1)
    assert ranker is not None
    assert ranker.texts.get("answer_parcel", "") == ""
    assert ranker.texts["answer_lamp"] == "About the lamp: all is well."


def test_only_what_several_contacts_share_is_learned() -> None:
    rows = [row_of(turn) for n in range(8) for turn in turns(a_dialogue(n))]
    groups = [f"D-{n}" for n in range(8) for _ in range(2)]
    shared, all_of_them = kept_keys(rows, groups, 2), kept_keys(rows, groups, 1)
    assert len(shared) <= len(all_of_them) and np.isin(shared, all_of_them).all()
    alone = row_of(
        next(
            turns(
                replace(
                    a_dialogue(0),
                    messages=(Message(Role.CUSTOMER, "zygomorphic", NOW), Message(Role.AGENT, "?", NOW, "x")),
                )
            )
        )
    )
    places, values = places_of(alone, shared)
    assert len(places) < len(alone.keys) and len(places) == len(values)
    assert (shared[places] == alone.keys[np.isin(alone.keys, shared)]).all()


def test_half_a_character_and_no_words_have_rows() -> None:
    odd = replace(
        a_dialogue(0),
        messages=(Message(Role.CUSTOMER, "\ud800", NOW), Message(Role.AGENT, "", NOW, "\ud800")),
    )
    assert np.isfinite(row_of(next(turns(odd))).values).all()
