"""Learning replies with a reader: used where held-out turns gain by it, kept with the version, and served."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.learned import READER_FOLDER
from api.learning import taught_reader
from api.settings import Settings
from api.wiring import open_wellput
from replies import reply_blend
from replies.contacts import Contact, Role
from tests.fakes.values import a_contact, a_message
from tests.unit.models.test_encoder_export import small_model

SUBJECTS = ("parcel", "refund", "lamp", "voucher")


def a_dialogue(number: int, mark: str = "") -> Contact:
    """The answer goes by a word of ours that no other contact has: only its pieces are known from others."""
    subject = SUBJECTS[number % 4]
    messages = (
        a_message("hello", Role.CUSTOMER),
        replace(a_message(f"Is it {subject}{number}{mark}?", Role.AGENT), reply_id="ask"),
        a_message("yes", Role.CUSTOMER),
        replace(a_message(f"About the {subject}.", Role.AGENT), reply_id=f"answer_{subject}"),
    )
    return replace(a_contact(f"D-{number}{mark}"), messages=messages)


@pytest.fixture
def dialogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of 200 dialogues, where 200 turns are many, with a small random encoder."""
    monkeypatch.setattr(reply_blend, "MANY", 200)
    monkeypatch.setattr(taught_reader, "MANY", 200)
    settings = Settings(home=tmp_path / "home", encoder=str(small_model(tmp_path)), tuning_minutes=2)
    with open_wellput(settings) as wellput, wellput.storage.writing() as unit:
        for number in range(200):
            unit.contacts.add(a_dialogue(number))
    return settings


def first_suggested(settings: Settings, contact: Contact) -> list[str]:
    stated = {
        "id": contact.id,
        "channel": contact.channel.value,
        "messages": [
            {"role": one.role.value, "text": one.text, "reply_id": one.reply_id} for one in contact.messages
        ],
    }
    with open_wellput(settings) as wellput:
        found = list(wellput.lookups.suggest([stated], 1))
    return [one["suggestions"][0]["reply_id"] for one in found if one["suggestions"]]


@pytest.mark.filterwarnings("ignore")
def test_a_reader_that_gains_is_kept_and_read_with(dialogues: Settings) -> None:
    with open_wellput(dialogues) as wellput:
        (outcome,) = (one for one in wellput.learn(only="replies") if one.part == "replies")
        artefact = wellput.artefacts.current("replies")
    assert artefact is not None and (artefact.folder / READER_FOLDER).is_dir()
    assert "taught" in str(artefact.manifest.settings["reader"])
    assert float(artefact.manifest.settings["gain"]) > 0 and outcome.metrics["top_1"] > 0.8
    new = [first_suggested(dialogues, a_dialogue(number, mark="9"))[-1] for number in range(8)]
    assert new == [f"answer_{SUBJECTS[number % 4]}" for number in range(8)]


@pytest.mark.filterwarnings("ignore")
def test_without_time_nothing_is_taught_and_the_word_is_not_known(dialogues: Settings) -> None:
    with open_wellput(dialogues.model_copy(update={"tuning_minutes": 0})) as wellput:
        (outcome,) = (one for one in wellput.learn(only="replies") if one.part == "replies")
        artefact = wellput.artefacts.current("replies")
    assert artefact is not None and artefact.manifest.settings["reader"] == "none"
    assert not (artefact.folder / READER_FOLDER).exists() and outcome.metrics["top_1"] < 0.8
