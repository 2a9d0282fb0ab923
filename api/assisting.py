"""All that is proposed for contacts: assists made one after the other, and kept with what they found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from api.card_numbers import refuse_cards
from api.contact_desk import ContactDesk
from api.identifiers import new_id
from api.learned import Learned
from api.lookups import NotLearned
from api.one_at_a_time import OneAtATime, WriterAside
from api.shop_profile import shop_routes
from api.storage import SqlStorage, SqlUnit
from brand_voice.checker import Checker
from recommender.catalogue import Catalogue
from recommender.offers import Recommendation, Situation
from replies.assist import Desk, assist
from replies.contacts import Contact
from replies.drafting import Drafter
from replies.fact_noting import note_understood
from replies.offer_wording import with_offer
from replies.ports import Clock
from replies.proposals import Assist
from replies.proposed import offer_of
from replies.records import AuditEntry
from replies.shop import Shop
from replies.silence import SilenceCosts
from replies.understanding import Understander
from replies.writing import Writer


class Assisting:
    """Makes assists, one at a time. `learned`, `checker`, `costs` and `writer` give what is in use now."""

    def __init__(
        self,
        storage: SqlStorage,
        shop: Shop,
        clock: Clock,
        *,
        learned: Callable[[], Learned],
        checker: Callable[[], Checker],
        costs: Callable[[], SilenceCosts],
        writer: Callable[[], Writer | None],
    ) -> None:
        self._storage = storage
        self._shop = shop
        self._clock = clock
        self._learned = learned
        self._checker = checker
        self._costs = costs
        self._writer = writer
        self._turn = OneAtATime()
        self._contacts = ContactDesk(storage, shop, clock)

    def propose(self, contact: Contact) -> Assist:
        """Return all that is proposed for `contact`, without storing anything. Raises NotLearned."""
        return self._made(self._contacts.as_received(contact))

    def assist(self, contact_id: str, actor: str) -> Assist:
        """Propose for a stored contact, and record it. Raises UnknownContact, NotLearned."""
        with self._storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        made = self._made(contact)
        with self._storage.writing() as unit:
            _record(made, unit, actor)
        return made

    def receive_and_assist(self, contact: Contact, actor: str) -> Assist:
        """Store a new contact together with what is proposed for it. Raises CardNumberRefused, NotLearned."""
        taken = self._contacts.as_received(contact)
        made = self._made(taken)
        with self._storage.writing() as unit:
            refuse_cards(taken, unit)
            unit.contacts.add(taken)
            _record(made, unit, actor)
        return made

    def with_offer(self, text: str, offer_id: str) -> str:
        """Return `text` with the offer's paragraph before the closing. Raises UnknownOffer."""
        with self._storage.reading() as unit:
            made = unit.assists.assist_of_offer(offer_id)
            contact = unit.contacts.get(made.contact_id)
            offer = offer_of(contact.id, offer_id, unit)
        return with_offer(text, offer, contact.channel, self._shop.locale)

    def desk(self) -> Desk:
        """Return what an assist works with. Raises NotLearned, ValueError for a wrong writer's address."""
        learned, writer = self._learned(), self._writer()
        if learned.encoder is None:
            raise NotLearned("This home has not learned anything yet; run 'wellput learn' first.")
        return Desk(
            storage=self._storage,
            shop=self._shop,
            clock=self._clock,
            encoder=learned.encoder,
            understander=Understander(
                self._shop,
                topics=learned.topics,
                cues=learned.cues,
                products=learned.products_named,
            ),
            knowledge=learned.knowledge,
            ranker=learned.ranker,
            drafter=Drafter(
                self._shop, learned.confidence.silent_below(self._costs()), habits=learned.habits
            ),
            checker=self._checker(),
            recommend=self._recommend,
            new_id=new_id,
            versions=learned.versions,
            writer=None if writer is None else WriterAside(writer, self._turn),
            shop_routes=shop_routes(self._shop),
        )

    def desk_or_none(self) -> Desk | None:
        """Return what an assist works with now, None before anything was learned."""
        return None if self._learned().encoder is None else self.desk()

    def _made(self, contact: Contact) -> Assist:
        with self._turn.taken():
            return assist(contact, self.desk())

    def _recommend(self, situation: Situation, catalogue: Catalogue, today: date) -> Recommendation:
        cross_sell = self._learned().cross_sell
        if cross_sell is None:
            return Recommendation((), situation.hold_reason or "no orders have been learned from yet")
        return cross_sell.recommend(situation, catalogue, today=today)


def _record(made: Assist, unit: SqlUnit, actor: str) -> None:
    unit.assists.record(made)
    note_understood(made, unit)
    unit.audit.add(AuditEntry(made.made_at, actor, "assist made", made.contact_id, made.id))
