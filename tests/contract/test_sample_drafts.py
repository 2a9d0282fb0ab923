"""No draft of the sample shop, on any channel, would be stopped by the gate it has to pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.wiring import Wellput
from brand_voice.finding import Verdict
from replies.contacts import Channel, Contact, ContactStatus, Role

CHANNELS = tuple(Channel)
GREETS = re.compile(r"\A\s*(?:hello|dear|hi|good (?:morning|afternoon))\b", re.IGNORECASE)
DATED = re.compile(r"\bcome back to you by\b|\bkeep your question open until\b", re.IGNORECASE)


def moments(contacts: list[Contact]) -> Iterator[Contact]:
    """Yield each contact as it stood before a reply of ours, in its own channel and in one other."""
    for number, contact in enumerate(contacts):
        ours = [place for place, message in enumerate(contact.messages) if message.role is Role.AGENT]
        for place in ours[:2] or [len(contact.messages)]:
            before = replace(
                contact,
                id=f"again-{contact.id}-{place}",
                messages=contact.messages[:place],
                topic=None,
                status=ContactStatus.OPEN,
                offers=(),
            )
            yield before
            if number % 4 == 0:
                yield replace(before, id=f"{before.id}-x", channel=CHANNELS[number % len(CHANNELS)])


@pytest.fixture
def contacts(wellput: Wellput) -> list[Contact]:
    with wellput.storage.reading() as unit:
        return [
            unit.contacts.get(one.id)
            for one in unit.contacts.queue([ContactStatus.WAITING, ContactStatus.CLOSED], limit=400)
        ]


def test_every_draft_of_the_sample_shop_passes_its_gate(wellput: Wellput, contacts: list[Contact]) -> None:
    seen = dict.fromkeys(CHANNELS, 0)
    for contact in moments(contacts[::3]):
        made = wellput.assisting.propose(contact)
        running = contact.answered and contact.channel in (Channel.CHAT, Channel.PHONE)
        for suggestion in made.suggestions:
            seen[contact.channel] += 1
            assert suggestion.check.verdict is not Verdict.BLOCKED, suggestion.text
            assert "{{" not in suggestion.text and "[" not in suggestion.text, suggestion.text
            if running:
                assert GREETS.match(suggestion.text) is None, suggestion.text
                assert DATED.search(suggestion.text) is None, suggestion.text
    assert min(seen.values()) >= 5, seen


def test_the_gate_agrees_on_what_is_stored(wellput: Wellput, contacts: list[Contact]) -> None:
    for channel in CHANNELS:
        chosen = [one for one in contacts if one.channel is channel][:4]
        for contact in moments(chosen):
            wellput.contacts.receive(contact, "test")
            made = wellput.assisting.assist(contact.id, "test")
            asking = wellput.macros.asking(made)
            for text in [one.text for one in made.suggestions] + ([asking] if asking else []):
                result = wellput.gatekeeper.check(text, channel=contact.channel.value, contact_id=contact.id)
                assert result.verdict is not Verdict.BLOCKED, (text, result.findings)
