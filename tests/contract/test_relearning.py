"""Learning again: what is withdrawn answers no more; topics with an encoder of their own are compared."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import open_wellput
from replies.articles import CannedReply
from replies.contacts import Contact, Role
from tests.fakes.values import a_contact, a_message
from tests.unit.models.test_encoder_export import small_model

WORDS = ("parcel", "refund", "lamp", "invoice", "colour", "size", "voucher", "shop", "gift", "label")
TOPICS = tuple(f"{one} {other}" for one in WORDS[:5] for other in WORDS[5:])
SAID = ("where is the {} please", "my {} has not come", "i want to ask about {}", "{} again, and now?")


def asked(number: int, topic: str) -> Contact:
    text = f"{SAID[number % 4].format(topic)} {number}"
    return replace(a_contact(f"T-{number}", topic=topic), messages=(a_message(text),))


@pytest.fixture
def many_topics(tmp_path: Path) -> Settings:
    """A home of 520 questions on 25 topics, with a small random encoder."""
    settings = Settings(home=tmp_path / "home", encoder=str(small_model(tmp_path)), tuning_minutes=2)
    with open_wellput(settings) as wellput, wellput.storage.writing() as unit:
        for number in range(520):
            unit.contacts.add(asked(number, TOPICS[number % len(TOPICS)]))
    return settings


@pytest.mark.filterwarnings("ignore")
def test_taught_topics_are_compared_with_what_is_learned_next(many_topics: Settings) -> None:
    with open_wellput(many_topics) as wellput:
        taught = wellput.learn(only="topics")[-1]
        artefact = wellput.artefacts.current("topics")
        assert artefact is not None and "taught" in str(artefact.manifest.settings["encoder"])
        with wellput.storage.writing() as unit:
            unit.contacts.add(asked(520, TOPICS[0]))
    with open_wellput(many_topics.model_copy(update={"tuning_minutes": 0})) as wellput:
        again = wellput.learn(only="topics")[-1]
    share = taught.metrics["share_right"]
    assert f"{share:.3f} of the version in use" in again.why
    assert again.decision == ("promoted" if again.metrics["share_right"] >= share - 0.01 else "kept")


@pytest.mark.filterwarnings("ignore")
def test_ctrl_c_while_an_encoder_is_taught_keeps_nothing_half_done(many_topics: Settings) -> None:
    def interrupted_soon(line: str) -> None:
        if "teaching the encoder" in line:
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    with open_wellput(many_topics) as wellput:
        with pytest.raises(KeyboardInterrupt):
            wellput.learn(only="topics", tell=interrupted_soon)
        assert wellput.artefacts.current("topics") is None
    assert not list((many_topics.home / "artefacts" / "topics").glob("*"))


@pytest.mark.filterwarnings("ignore")
def test_a_withdrawn_reply_is_taken_out_of_the_past_queries(tmp_path: Path) -> None:
    reply = CannedReply("thirty", "You have thirty days.", "Returns", approved_by="Rowe")
    answered = tuple(
        replace(
            a_contact(f"A-{reply_id}"),
            messages=(
                a_message(f"How long may I keep the {thing} before it goes back?"),
                replace(a_message(said, Role.AGENT, 1), reply_id=reply_id),
            ),
        )
        for reply_id, thing, said in (("thirty", "lamp", reply.text), ("own", "rug", "As long as you like."))
    )
    settings = Settings(home=tmp_path / "home", encoder=str(small_model(tmp_path)))
    with open_wellput(settings) as wellput:

        def found() -> set[str]:
            wellput.learn(only="search")
            return {hit.id for hit in wellput.lookups.search("past", "How long may I keep it?", 5)}

        with wellput.storage.writing() as unit:
            unit.intake.put_canned_replies([reply])
            for contact in answered:
                unit.contacts.add(contact)
        assert found() == {"A-thirty", "A-own"}
        with wellput.storage.writing() as unit:
            unit.intake.put_canned_replies([replace(reply, approved_by="")])
        assert found() == {"A-own"}
