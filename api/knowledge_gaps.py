"""What was asked lately and nothing covers: no topic said surely, and no article in force near enough."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from api.learned import Learned
from api.lookups import NotLearned
from api.storage import SqlStorage
from brand_voice.personal_data import redact
from replies.contacts import Contact
from replies.gaps import KnowledgeGap, OpenQuestion, find_gaps
from replies.knowledge import Filters
from replies.language import speaks
from replies.ports import Clock
from replies.shop import Shop
from replies.turns import open_turn, turns
from replies.working_time import local_day

LATEST = 500  # contacts looked at; an encoder pass each
COVERED_FROM = 0.6  # score of the best article, from which on it answers


class KnowledgeGaps:
    """Finds the gaps anew each time; what is learned and in force decides."""

    def __init__(self, learned: Callable[[], Learned], storage: SqlStorage, shop: Shop, clock: Clock) -> None:
        self._learned = learned
        self._storage = storage
        self._shop = shop
        self._clock = clock

    def find(self) -> tuple[KnowledgeGap, ...]:
        """Return the gaps in the latest contacts, the largest first. Raises NotLearned."""
        learned = self._learned()
        if learned.encoder is None or learned.knowledge is None:
            raise NotLearned("Nothing is searchable yet; import, then run 'wellput learn'.")
        with self._storage.reading() as unit:
            asked = list(deque(_questions(unit.frames.contacts()), maxlen=LATEST))
        ours = [one for one in asked if speaks(one.text, self._shop.languages)]
        vectors = learned.encoder.encode([one.text for one in ours])
        filters = Filters(local_day(self._clock.now(), self._shop))
        open_places = [
            place
            for place, (one, vector) in enumerate(zip(ours, vectors, strict=True))
            if (learned.topics is None or learned.topics.decide(one.text, vector).abstained)
            and not any(
                hit.score >= COVERED_FROM
                for hit in learned.knowledge.search_articles(one.text, vector, 1, filters)
            )
        ]
        return find_gaps([ours[place] for place in open_places], vectors[open_places])


def _questions(contacts: Iterable[Contact]) -> Iterable[OpenQuestion]:
    """Yield the first question of each contact that nobody gave a topic, personal data taken out."""
    for contact in contacts:
        said = next((turn.said for turn in turns(contact) if turn.said.strip()), open_turn(contact).said)
        if contact.topic is None and said.strip():
            text, _ = redact(said, known_ids=frozenset(contact.order_ids))
            yield OpenQuestion(contact.id, text)
