"""The only place where the product is put together; the desk, REST, the command and notebooks use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from api.assisting import Assisting
from api.brand_desk import BrandDesk
from api.carriers import FolderCarrier
from api.checkout import CheckoutDesk
from api.clock import SystemClock
from api.contact_desk import ContactDesk
from api.departures import Departures
from api.fact_keeping import FactDesk
from api.gatekeeper import Gatekeeper
from api.house_rules import HouseRules
from api.identifiers import new_id
from api.importing import ImportReport, import_file
from api.knowledge_gaps import KnowledgeGaps
from api.learned import Learned, LearnedParts
from api.learning import Learning, LearningMeans, LearningWishes, Outcome
from api.letters import Letters
from api.lookups import Lookups
from api.macros import MacroDesk
from api.offering import Offering
from api.outcomes import Outcomes
from api.outgoing import Outgoing
from api.people import People
from api.reuse import Reuse
from api.rulebook_intake import take_in
from api.rulebook_store import RulebookState, RulebookStore
from api.rulebook_versions import RulebookVersions
from api.secret_key import secret_key
from api.settings import Home, Settings
from api.shop_profile import default_shop, read_shop, shop_routes
from api.storage import SqlStorage, open_storage
from api.storage.accounts import Accounts
from api.tone_in_use import ToneInUse
from api.writer_client import ChatWriter
from brand_voice.checker import Checker
from models.artefact_store import ArtefactStore
from recommender.customers import OrderLine
from replies.ports import Clock
from replies.records import AuditEntry
from replies.writing import Writer

COMMAND = "command"
"""Who acts when the command does, in the audit."""


class Wellput:
    """The product over one home. Threads may share it; close it when done."""

    def __init__(
        self,
        settings: Settings,
        storage: SqlStorage,
        *,
        rulebook: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        self.storage = storage
        self.clock: Clock = clock or SystemClock()
        self.shop = read_shop(self.home.shop_file) if self.home.shop_file.is_file() else default_shop()
        self.rulebook_versions = RulebookVersions(storage, self.home.rulebook, self.clock)
        self.rulebooks = RulebookStore(
            self.rulebook_versions, ToneInUse(lambda: self.learned), named=rulebook
        )
        self.artefacts = ArtefactStore(self.home.artefacts)
        self.carrier = FolderCarrier(self.home.outbox)
        routes, policy = shop_routes(self.shop), self.shop.offers
        self._parts = LearnedParts(self.artefacts, settings.threads, routes, policy)
        self.assisting = Assisting(
            storage,
            self.shop,
            self.clock,
            learned=lambda: self.learned,
            checker=lambda: self.checker,
            costs=lambda: self.reuse.costs,
            writer=lambda: self.writer,
        )

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
    def contacts(self) -> ContactDesk:
        """Contacts as they come in, grow and are closed."""
        return ContactDesk(self.storage, self.shop, self.clock)

    @cached_property
    def gatekeeper(self) -> Gatekeeper:
        """What checks texts and lets replies out."""
        return Gatekeeper(
            self.storage,
            self.shop,
            self.clock,
            self.carrier,
            self.rulebooks.now,
            lambda: self.learned.knowledge,
        )

    @cached_property
    def outgoing(self) -> Outgoing:
        """The messages that passed the gate, on their way out."""
        return Outgoing(self.storage, self.carrier, self.clock)

    @cached_property
    def departures(self) -> Departures:
        """What the gate may let through all the same, and who answered for it."""
        return Departures(self.storage, self.clock, self.gatekeeper.gate, new_id)

    @cached_property
    def reuse(self) -> Reuse:
        """What agents' use has taught, for owners to decide on."""
        return Reuse(self.storage, self.clock, self.shop)

    @cached_property
    def facts(self) -> FactDesk:
        """Which facts were asked, given and confirmed."""
        return FactDesk(self.storage, self.clock)

    @cached_property
    def macros(self) -> MacroDesk:
        """Canned replies as their owners keep them."""
        return MacroDesk(
            self.storage, self.shop, lambda: self.checker, self.clock, self.assisting.desk_or_none
        )

    @cached_property
    def writer(self) -> Writer | None:
        """The optional writer; None while no address is set. Raises ValueError for a wrong address."""
        stated = self.settings
        if not stated.writer_address:
            return None
        key = stated.writer_key.get_secret_value()
        return ChatWriter(stated.writer_address, stated.writer_model, key, stated.writer_timeout_s)

    @cached_property
    def house_rules(self) -> HouseRules:
        """Rules of the brand's own, proposed from its approved replies."""
        return HouseRules(self.storage, self.rulebook_versions, self.shop.name, self.clock)

    @cached_property
    def brand_desk(self) -> BrandDesk:
        """The rulebook as its owner works on it."""
        return BrandDesk(
            self.storage,
            self.shop,
            self.clock,
            self.gatekeeper.gate,
            ToneInUse(lambda: self.learned),
            self.rulebooks.now,
            self.rulebook_versions,
        )

    @cached_property
    def letters(self) -> Letters:
        """Letters and faxes on paper."""
        return Letters(self.storage, self.shop)

    @cached_property
    def checkout(self) -> CheckoutDesk:
        """Customers helped through the checkout."""
        return CheckoutDesk(self.storage, self.shop, self.clock, shop_routes(self.shop))

    @cached_property
    def outcomes(self) -> Outcomes:
        """What became of suggestions and offers."""
        return Outcomes(self.storage, self.clock, uptake_window_days=self.shop.uptake_window_days)

    @cached_property
    def secret_key(self) -> bytes:
        """The key that signs sessions; made once, readable by its owner alone."""
        return secret_key(self.home.secret_key_file)

    @cached_property
    def knowledge_gaps(self) -> KnowledgeGaps:
        """What was asked lately and nothing covers."""
        return KnowledgeGaps(lambda: self.learned, self.storage, self.shop, self.clock)

    @cached_property
    def lookups(self) -> Lookups:
        """The learned parts on their own."""
        return Lookups(lambda: self.learned, self.storage, self.shop, self.clock)

    @cached_property
    def offering(self) -> Offering:
        """Offers for a basket, an order, a customer, a message or nothing."""
        return Offering(lambda: self.learned, self.storage, self.shop, self.clock)

    @property
    def checker(self) -> Checker:
        """The rulebook in force now, without the learned tone."""
        return self.rulebooks.now().plain

    @property
    def rulebook_state(self) -> RulebookState:
        """What is in force now, and what was refused."""
        return self.rulebooks.now().state

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
        if kind in ("articles", "replies"):
            self.reuse.sweep()
        done = f"{report.added} added, {report.changed} changed, {report.rejected} rejected"
        with self.storage.writing() as unit:
            unit.audit.add(AuditEntry(self.clock.now(), COMMAND, f"{kind} imported", file.name, done))
        return report

    # --- learning

    def learn(
        self,
        *,
        only: str | None = None,
        tell: Callable[[str], None] = lambda _line: None,
        wishes: LearningWishes | None = None,
    ) -> list[Outcome]:
        """Train, evaluate against the version in use, promote or keep. Raises NothingToLearn."""
        self.reuse.sweep()
        self.reuse.look_for_proposals()
        with self.storage.reading() as unit:
            outcomes = Learning(
                self.artefacts,
                unit.frames,
                self.clock,
                counts=ArtefactStore(self.home.counts),
                means=LearningMeans.of(self.settings),
                tell=tell,
                wishes=wishes,
            ).run(only)
        self._parts.refreshed()
        return outcomes


def open_wellput(settings: Settings, *, rulebook: Path | None = None, clock: Clock | None = None) -> Wellput:
    """Open the home that `settings` name, making an empty one where there is none.

    Raises ShopFileError, RulebookError, WrongDatabase, each with words for people.
    """
    home = Home(settings.home)
    home.make()
    storage = open_storage(settings.database_url or home.database_url)
    try:
        wellput = Wellput(settings, storage, rulebook=rulebook, clock=clock)
        if rulebook is None:
            take_in(wellput.rulebook_versions, COMMAND)
        wellput.rulebooks.now()
        return wellput
    except BaseException:
        storage.close()
        raise
