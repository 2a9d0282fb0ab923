"""The only place where the product is put together; the desk, REST, the command and notebooks use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from api.card_numbers import masked, refuse_cards, without_card_in_key
from api.carriers import FolderCarrier
from api.clock import SystemClock
from api.identifiers import new_id
from api.importing import ImportReport, import_file
from api.learned import Learned, LearnedParts
from api.learning import Learning, Outcome
from api.lookups import Lookups, NotLearned
from api.outcomes import Outcomes
from api.outgoing import Outgoing
from api.people import People
from api.secret_key import secret_key
from api.settings import Home, Settings
from api.shop_profile import default_shop, read_shop, shop_routes
from api.storage import SqlStorage, SqlUnit, open_storage
from api.storage.accounts import Accounts
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult, bare_context
from brand_voice.personal_data import mask_card_numbers
from brand_voice.rulebook import Rulebook, load_rulebook
from models.artefact_store import ArtefactStore
from recommender.catalogue import Catalogue
from recommender.customers import OrderLine
from recommender.offers import Recommendation, Situation
from replies.assist import Desk, assist
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.drafting import Drafter, with_offer
from replies.ports import Clock
from replies.proposals import Assist
from replies.records import AuditEntry
from replies.sending import Blocked, Gate, SendRequest, Sent, offer_of, send
from replies.understanding import Understander
from replies.working_time import local_day, reply_due

COMMAND = "command"
"""Who acts when the command does, in the audit."""


class Wellput:
    """The product over one home. Threads may share it; close it when done."""

    def __init__(
        self,
        settings: Settings,
        storage: SqlStorage,
        rulebook: Rulebook,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        self.storage = storage
        self.clock: Clock = clock or SystemClock()
        self.shop = read_shop(self.home.shop_file) if self.home.shop_file.is_file() else default_shop()
        self.checker = Checker(rulebook)
        self.artefacts = ArtefactStore(self.home.artefacts)
        self.carrier = FolderCarrier(self.home.outbox)
        self._parts = LearnedParts(self.artefacts, settings.threads, shop_routes(self.shop))

    def __enter__(self) -> Wellput:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.storage.close()

    @cached_property
    def accounts(self) -> Accounts:
        """Users, tokens, sign-in attempts."""
        return self.storage.accounts

    @cached_property
    def people(self) -> People:
        """Who may come in, changed with an entry in the audit."""
        return People(self.storage, self.clock)

    @cached_property
    def outgoing(self) -> Outgoing:
        """The messages that passed the gate, on their way out."""
        return Outgoing(self.storage, self.carrier, self.clock)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What became of suggestions and offers."""
        return Outcomes(self.storage, self.clock, uptake_window_days=self.shop.uptake_window_days)

    @cached_property
    def secret_key(self) -> bytes:
        """The key that signs sessions; made once, readable by its owner alone."""
        return secret_key(self.home.secret_key_file)

    @cached_property
    def lookups(self) -> Lookups:
        """The learned parts on their own."""
        return Lookups(lambda: self.learned, self.storage, self.shop, self.clock)

    @property
    def learned(self) -> Learned:
        """What is learned and in use now."""
        return self._parts.current()

    def new_id(self, kind: str) -> str:
        """Return an id for a new thing of that kind."""
        return new_id(kind)

    def warm_up(self) -> None:
        """Load what is learned, and make one pass, so that the first caller does not wait for it."""
        learned = self._parts.refreshed()
        if learned.encoder is not None:
            learned.encoder.encode(["warm"])
        self.outgoing.settle_all()

    def not_ready(self) -> list[str]:
        """Return what keeps this home from assisting; empty when it can."""
        with self.storage.reading():
            pass
        return [] if self.learned.encoder is not None else ["nothing is learned yet: run 'wellput learn'"]

    # --- what comes in

    def receive(self, contact: Contact, actor: str) -> Contact:
        """Store a new contact, masked, with its due time. Raises ValueError (id taken), CardNumberRefused."""
        taken = self._taken_in(contact)
        with self.storage.writing() as unit:
            refuse_cards(taken, unit)
            unit.contacts.add(taken)
            unit.audit.add(AuditEntry(self.clock.now(), actor, "contact received", taken.id))
        return taken

    def _taken_in(self, contact: Contact) -> Contact:
        messages = tuple(masked(message) for message in contact.messages)
        due = reply_due(contact.received_at, contact.channel.value, self.shop)
        return replace(contact, messages=messages, due_at=contact.due_at or due)

    def add_message(self, contact_id: str, message: Message, actor: str) -> Contact:
        """Add a message, card numbers masked; a customer's opens the contact again. Raises UnknownContact."""
        with self.storage.writing() as unit:
            contact = unit.contacts.append(contact_id, masked(message))
            if message.role is Role.CUSTOMER and contact.status is not ContactStatus.OPEN:
                due = reply_due(message.at, contact.channel.value, self.shop)
                contact = replace(contact, status=ContactStatus.OPEN, due_at=due)
                unit.contacts.update(contact)
            unit.audit.add(
                AuditEntry(self.clock.now(), actor, f"{message.role.value} message added", contact_id)
            )
        return contact

    def take_orders(self, lines: Sequence[OrderLine], actor: str) -> int:
        """Store order lines by key; return how many are new or changed."""
        with self.storage.writing() as unit:
            changed = unit.intake.add_order_lines(lines)
            unit.audit.add(AuditEntry(self.clock.now(), actor, "orders taken", f"{len(lines)} lines"))
        return changed

    def import_file(
        self,
        kind: str,
        file: Path,
        *,
        map_file: Path | None = None,
        file_format: str | None = None,
        strict: bool = False,
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Bring a file in; see `api.importing`."""
        report = import_file(
            kind,
            file,
            storage=self.storage,
            shop=self.shop,
            rejects=self.home.rejects,
            map_file=map_file,
            file_format=file_format,
            strict=strict,
            on_progress=on_progress,
        )
        done = f"{report.added} added, {report.changed} changed, {report.rejected} rejected"
        with self.storage.writing() as unit:
            unit.audit.add(AuditEntry(self.clock.now(), COMMAND, f"{kind} imported", file.name, done))
        return report

    # --- what is proposed

    def propose(self, contact: Contact) -> Assist:
        """Return all that is proposed for `contact`, without storing anything. Raises NotLearned."""
        return assist(self._taken_in(contact), self._desk())

    def assist(self, contact_id: str, actor: str) -> Assist:
        """Propose for a stored contact, and record it. Raises UnknownContact, NotLearned."""
        with self.storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        made = assist(contact, self._desk())
        with self.storage.writing() as unit:
            self._record(made, unit, actor)
        return made

    def receive_and_assist(self, contact: Contact, actor: str) -> Assist:
        """Store a new contact together with what is proposed for it. Raises CardNumberRefused, NotLearned."""
        taken = self._taken_in(contact)
        made = assist(taken, self._desk())
        with self.storage.writing() as unit:
            refuse_cards(taken, unit)
            unit.contacts.add(taken)
            self._record(made, unit, actor)
        return made

    def _record(self, made: Assist, unit: SqlUnit, actor: str) -> None:
        unit.assists.record(made)
        unit.audit.add(AuditEntry(made.made_at, actor, "assist made", made.contact_id, made.id))

    def _desk(self) -> Desk:
        learned = self.learned
        if learned.encoder is None:
            raise NotLearned("This home has not learned anything yet; run 'wellput learn' first.")
        return Desk(
            storage=self.storage,
            shop=self.shop,
            clock=self.clock,
            encoder=learned.encoder,
            understander=Understander(
                self.shop,
                topics=learned.topics,
                mentions=None if learned.products is None else learned.products.mentioned,
            ),
            knowledge=learned.knowledge,
            ranker=learned.ranker,
            drafter=Drafter(self.shop, learned.confidence),
            checker=self.checker,
            recommend=self._recommend,
            new_id=new_id,
            versions=learned.versions,
        )

    def _recommend(self, situation: Situation, catalogue: Catalogue, today: date) -> Recommendation:
        cross_sell = self.learned.cross_sell
        if cross_sell is None:
            return Recommendation((), situation.hold_reason or "no orders have been learned from yet")
        return cross_sell.recommend(situation, catalogue, today=today)

    def with_offer(self, text: str, offer_id: str) -> str:
        """Return `text` with the offer's paragraph before the closing. Raises UnknownOffer."""
        with self.storage.reading() as unit:
            made = unit.assists.assist_of_offer(offer_id)
            contact = unit.contacts.get(made.contact_id)
            offer = offer_of(contact.id, offer_id, unit)
        return with_offer(text, offer, contact.channel)

    # --- the gate

    def check(
        self, text: str, *, channel: str, contact_id: str | None = None, offers: Sequence[str] = ()
    ) -> CheckResult:
        """Check a text: in the case of a contact as the gate does, or outside any case.

        Raises UnknownContact, UnknownOffer.
        """
        if contact_id is None:
            context = self._bare_context(channel)
            return self.checker.check(text, context)
        with self.storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        return self._gate().check(text, replace(contact, channel=Channel(channel)), tuple(offers))

    def _bare_context(self, channel: str) -> CheckContext:
        today = local_day(self.clock.now(), self.shop)
        context = bare_context(channel, today)
        shops_own = frozenset(part for part in (self.shop.email, self.shop.phone) if part)
        return replace(context, supported_promises=self._article_promises(today), allowed_contacts=shops_own)

    def send(self, request: SendRequest) -> Sent | Blocked:
        """Send a checked reply; see `replies.sending.send`."""
        return send(without_card_in_key(request), self._gate())

    def _gate(self) -> Gate:
        return Gate(
            storage=self.storage,
            checker=self.checker,
            shop=self.shop,
            clock=self.clock,
            carrier=self.carrier,
            new_id=lambda: new_id("message"),
            article_promises=self._article_promises,
        )

    def _article_promises(self, today: date) -> frozenset[str]:
        knowledge = self.learned.knowledge
        return frozenset() if knowledge is None else knowledge.promises(today)

    def close(self, contact_id: str, wrap_up_code: str, actor: str) -> Contact:
        """Close a contact with its wrap-up code. Raises UnknownContact."""
        code = mask_card_numbers(wrap_up_code)
        with self.storage.writing() as unit:
            closed = replace(unit.contacts.get(contact_id), status=ContactStatus.CLOSED, wrap_up_code=code)
            unit.contacts.update(closed)
            unit.audit.add(AuditEntry(self.clock.now(), actor, "contact closed", contact_id, code))
        return closed

    # --- learning

    def learn(
        self, *, only: str | None = None, tell: Callable[[str], None] = lambda _line: None
    ) -> list[Outcome]:
        """Train, evaluate against the version in use, promote or keep. Raises NothingToLearn."""
        with self.storage.reading() as unit:
            outcomes = Learning(
                self.artefacts,
                unit.frames,
                self.clock,
                encoder_source=self.settings.encoder,
                threads=self.settings.threads,
                tell=tell,
            ).run(only)
        self._parts.refreshed()
        return outcomes


def open_wellput(settings: Settings, *, rulebook: Path | None = None, clock: Clock | None = None) -> Wellput:
    """Open the home that `settings` name, making an empty one where there is none.

    Raises ShopFileError, RulebookError, WrongDatabase, each with words for people.
    """
    home = Home(settings.home)
    home.make()
    own_rulebook = home.rulebook if home.rulebook.is_dir() else None
    storage = open_storage(settings.database_url or home.database_url)
    try:
        return Wellput(settings, storage, load_rulebook(rulebook or own_rulebook), clock=clock)
    except BaseException:
        storage.close()
        raise
