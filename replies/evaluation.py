"""Back-tests on contacts that were answered: would we have suggested what the agent sent, and how surely?

Contacts are held out whole. Every text is encoded once, however many systems are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.embedding import Encoder
from models.remembering import RememberingEncoder
from replies.confidence import SilenceCosts
from replies.contacts import Contact
from replies.free_texts import free_ids
from replies.reply_features import turn_vectors
from replies.reply_figures import (
    SHOWN,
    GroupFigures,
    Ranking,
    ReplyFigures,
    figures_of,
    groups_of,
)
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.reply_systems import systems_of, usual_texts
from replies.turns import Turn

_HELD_OUT = 0.2
NO_TOPIC = "no topic"


@dataclass(frozen=True, slots=True)
class CostFigures:
    """What a system costs when it keeps silent below the threshold: `answered` is the share of turns with a
    suggestion, `wrong` the share of those whose first three are all wrong, `cost` the mean cost of a turn in
    the units the shop states them in."""

    system: str
    answered: float
    wrong: float
    cost: float


@dataclass(frozen=True, slots=True)
class BackTest:
    """Every system on the same held-out turns. `contacts` were judged, `taught` turns were learned from."""

    contacts: int
    taught: int
    figures: tuple[ReplyFigures, ...]
    by_topic: tuple[GroupFigures, ...]
    by_channel: tuple[GroupFigures, ...]
    costs: tuple[CostFigures, ...]


def evaluate_replies(
    contacts: Iterable[Contact],
    encoder: Encoder,
    *,
    seed: int,
    costs: SilenceCosts = SilenceCosts(),  # noqa: B008 - frozen, a value
    library: Mapping[str, str] | None = None,
) -> BackTest:
    """Return figures of the learned ranking and of its plain peers on a held-out fifth of the contacts.

    `library` holds the shop's own words by reply id; a reply not in it is judged by the words it is mostly
    given as; turns whose id only says "own words" (`free_ids`) are not asked. Raises ValueError when either
    side has too few answered turns.
    """
    once = RememberingEncoder(encoder)
    teaching, held = _split(contacts, seed)
    ranker = ReplyRanker.fit(teaching, once, seed=seed)
    answered = labelled_turns(teaching)
    free = free_ids(answered)
    taught = [turn for turn in answered if turn.reply_id not in free]
    asked = [turn for turn in labelled_turns(held) if turn.reply_id not in free]
    if ranker is None or not asked:
        raise ValueError("a back-test needs answered turns with at least two reply_ids on both sides")
    vectors = turn_vectors(asked, once)
    texts = {**usual_texts(taught), **(library or {})}
    systems = systems_of(taught, once.encode([turn.said for turn in taught]), ranker)
    rankings = {
        name: [system(turn, vector) for turn, vector in zip(asked, vectors, strict=True)]
        for name, system in systems.items()
    }
    topic_of = {contact.id: contact.topic or NO_TOPIC for contact in held}
    channel_of = {contact.id: contact.channel.value for contact in held}
    return BackTest(
        contacts=len({turn.contact_id for turn in asked}),
        taught=len(taught),
        figures=tuple(figures_of(name, asked, said, texts, seed) for name, said in rankings.items()),
        by_topic=_grouped(rankings, asked, topic_of, seed),
        by_channel=_grouped(rankings, asked, channel_of, seed),
        costs=tuple(_costs_of(name, asked, said, costs) for name, said in rankings.items()),
    )


def _grouped(
    rankings: Mapping[str, Sequence[Ranking]], asked: Sequence[Turn], group_of: Mapping[str, str], seed: int
) -> tuple[GroupFigures, ...]:
    groups = [group_of[turn.contact_id] for turn in asked]
    return tuple(one for name, said in rankings.items() for one in groups_of(name, asked, said, groups, seed))


def _costs_of(
    name: str, asked: Sequence[Turn], rankings: Sequence[Ranking], costs: SilenceCosts
) -> CostFigures:
    shown = [costs.speaks([confidence for _, confidence in found[:SHOWN]]) for found in rankings]
    wrong = [
        all(turn.reply_id != reply_id for reply_id, _ in found[:SHOWN])
        for turn, found, is_shown in zip(asked, rankings, shown, strict=True)
        if is_shown
    ]
    silent = len(asked) - len(wrong)
    total = sum(wrong) * costs.wrong + silent * costs.none
    return CostFigures(name, len(wrong) / len(asked), sum(wrong) / max(len(wrong), 1), total / len(asked))


def _split(
    contacts: Iterable[Contact], seed: int, share: float = _HELD_OUT
) -> tuple[list[Contact], list[Contact]]:
    """Return (teaching, judged): a share of the contacts held out by chance, whatever their order."""
    ordered = sorted(contacts, key=lambda contact: contact.id)
    held = np.random.default_rng(seed).random(len(ordered)) < share
    sides: Mapping[bool, list[Contact]] = {False: [], True: []}
    for contact, is_held in zip(ordered, held.tolist(), strict=True):
        sides[is_held].append(contact)
    return sides[False], sides[True]
