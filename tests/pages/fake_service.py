"""A small service behind the pages: storage in memory, the real gate, a checker of three rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from api.checkout import CheckoutDesk
from api.departures import Departures
from api.fact_keeping import FactDesk
from api.letters import Letters
from api.lookups import NotLearned
from api.macros import MacroDesk
from api.people import People
from api.rulebook_store import RulebookState
from brand_voice.articles_say import SILENT
from brand_voice.finding import (
    CheckContext,
    CheckResult,
    Finding,
    Fix,
    Severity,
    Span,
    text_sha256,
    verdict_of,
)
from brand_voice.reading import Reading
from brand_voice.rulebook import Rulebook
from brand_voice.rules import Hit, Rule
from brand_voice.setting_aside import SetAside, split
from models.artefact_store import ArtefactStore
from recommender.uptake import Funnel, OfferRecord, UptakeRows, funnel
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.fact_noting import note_closed, note_understood
from replies.gaps import KnowledgeGap
from replies.gate import Gate
from replies.outbox import DoubtOutcome, deliver, resolve_doubt, retry_refused
from replies.outcomes import record_offer_event, record_suggestion_event
from replies.proposals import Assist
from replies.records import (
    AuditEntry,
    OfferAct,
    OfferEvent,
    OutboxMessage,
    OutboxState,
    SuggestionAct,
    SuggestionEvent,
)
from replies.sending import Blocked, SendRequest, Sent, send
from replies.shop import Shop, TopicPolicy
from tests.fakes.storage import FakeStorage
from tests.fakes.values import NOON, an_assist
from tests.pages.fake_reuse import FakeReuse


class FakeGaps:
    def find(self) -> tuple[KnowledgeGap, ...]:
        return (
            KnowledgeGap("gift receipt", 4, ("Can I have a gift receipt?",), ("C-1", "C-2", "C-3", "C-4")),
        )


class SetClock:
    """A clock that stands until it is moved; each reading is a moment later, so that no two are equal."""

    def __init__(self) -> None:
        self.at = NOON.replace(tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


_RULES = (
    (
        "forbidden.cheap",
        re.compile(r"\bcheap\b"),
        Severity.BLOCK,
        "Do not call our goods cheap",
        "good value",
    ),
    ("preferred.post", re.compile(r"\bshipment\b"), Severity.WARN, "Say delivery, not shipment", "delivery"),
)


class _SaysNothing:
    def hits(self, reading: Reading, context: CheckContext, /) -> list[Hit]:
        return []


_TOLD = tuple(
    Rule(name, _SaysNothing(), severity, message, "Our voice says so.")
    for name, _, severity, message, _ in _RULES
)


class ThreeRules:
    """Blocks "cheap" and texts without a greeting; warns of "shipment"."""

    version = "test@000000000000"
    rulebook = Rulebook("test", version, _TOLD, {})

    def check(self, text: str, context: CheckContext, aside: Sequence[SetAside] = ()) -> CheckResult:
        found = [
            Finding(
                rule, severity, Span(*at.span()), message, "Our voice says so.", (Fix(Span(*at.span()), fix),)
            )
            for rule, pattern, severity, message, fix in _RULES
            for at in pattern.finditer(text)
        ]
        if not text.startswith("Dear"):
            found.insert(
                0, Finding("required.greeting", Severity.BLOCK, Span(0, 0), "Greet the customer", "", ())
            )
        counting, out = split(found, aside, {rule.id: rule for rule in _TOLD}, text_sha256(text))
        return CheckResult(verdict_of(counting), tuple(counting), self.version, text_sha256(text), tuple(out))


class TakesAll:
    """A carrier that takes every message, or loses its answer when told to."""

    def __init__(self) -> None:
        self.taken: list[OutboxMessage] = []
        self.loses_answers = False

    def deliver(self, message: OutboxMessage) -> str:
        if self.loses_answers:
            raise TimeoutError("no answer")
        self.taken.append(message)
        return "taken"


def _nothing_learned(skus: Sequence[str], *, n: int = 3) -> object:
    raise NotLearned("No offers can be made yet; import orders, then run 'wellput learn'.")


@dataclass
class FakeService:
    """What the pages call, over `FakeStorage`; `proposals` makes the assist of a contact."""

    accounts: object
    folder: Path
    storage: FakeStorage = field(default_factory=FakeStorage)
    clock: SetClock = field(default_factory=SetClock)
    carrier: TakesAll = field(default_factory=TakesAll)
    shop: Shop = field(
        default_factory=lambda: Shop(
            name="Larkfield & Rowe",
            topics={"delivery_status": TopicPolicy("delivery_status", "Where is my order?")},
        )
    )
    offer_records: list[OfferRecord] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    settings: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(session_idle_minutes=60, secure_cookies=False)
    )

    lookups: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(try_basket=_nothing_learned))

    reuse: FakeReuse = field(default_factory=FakeReuse)

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self.people = People(
            SimpleNamespace(accounts=self.accounts, writing=self.storage.writing), self.clock
        )
        self.artefacts = ArtefactStore(self.folder / "artefacts")
        self.gate = Gate(
            self.storage,
            ThreeRules(),
            self.shop,
            self.clock,
            self.carrier,
            lambda: self.new_id("message"),
            lambda _: SILENT,
        )

        # fakes stand in for the storage and the checker from here on
        self.macros = MacroDesk(self.storage, self.shop, ThreeRules, self.clock, lambda: None)
        self.departures = Departures(self.storage, self.clock, lambda: self.gate, self.new_id)
        self.rulebook_state = RulebookState("three@1")
        self.letters = Letters(self.storage, self.shop)
        self.facts = FactDesk(self.storage, self.clock)
        self.checkout = CheckoutDesk(self.storage, self.shop, self.clock, ())

    def new_id(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

    @property
    def assisting(self) -> FakeService:
        return self

    def make_assist(self, contact: Contact) -> Assist:
        return an_assist(self.new_id("assist"), contact.id)

    def assist(self, contact_id: str, actor: str) -> Assist:
        if self.lacking:
            raise NotLearned(self.lacking[0])
        with self.storage.writing() as unit:
            contact = unit.contacts.get(contact_id)
            made = replace(
                self.make_assist(contact), contact_version=contact.version, made_at=self.clock.now()
            )
            unit.assists.record(made)
            note_understood(made, unit)
        return made

    def receive(self, contact: Contact, actor: str) -> Contact:
        due = replace(contact, due_at=contact.received_at + timedelta(hours=8))
        with self.storage.writing() as unit:
            unit.contacts.add(due)
            unit.audit.add(AuditEntry(self.clock.now(), actor, "contact received", contact.id))
        return due

    def add_message(self, contact_id: str, message: Message, actor: str) -> Contact:
        with self.storage.writing() as unit:
            longer = unit.contacts.append(contact_id, message)
            if message.role is Role.CUSTOMER:
                longer = replace(longer, status=ContactStatus.OPEN)
                unit.contacts.update(longer)
        return longer

    def check(
        self, text: str, *, channel: str, contact_id: str | None = None, offers: Sequence[str] = ()
    ) -> CheckResult:
        return self.gate.checker.check(text, CheckContext(channel, self.clock.now().date()))

    def send(self, request: SendRequest) -> Sent | Blocked:
        return send(request, self.gate)

    @property
    def knowledge_gaps(self) -> FakeGaps:
        return FakeGaps()

    @property
    def contacts(self) -> FakeService:
        return self

    @property
    def gatekeeper(self) -> FakeService:
        return self

    @property
    def outcomes(self) -> FakeService:
        return self

    @property
    def outgoing(self) -> FakeService:
        return self

    def suggestion_event(
        self,
        suggestion_id: str,
        act: SuggestionAct,
        actor: str,
        *,
        reason: str = "",
        final_text: str | None = None,
    ) -> SuggestionEvent:
        return record_suggestion_event(
            suggestion_id, act, actor, self.storage, self.clock, reason=reason, final_text=final_text
        )

    def offer_event(self, offer_id: str, act: OfferAct, actor: str, *, reason: str = "") -> OfferEvent:
        return record_offer_event(offer_id, act, actor, self.storage, self.clock, reason=reason)

    def with_offer(self, text: str, offer_id: str) -> str:
        with self.storage.reading() as unit:
            made = unit.assists.assist_of_offer(offer_id)
        title = next(offer.title for offer in made.offers if offer.id == offer_id)
        return f"{text}\n\nYou may also like our {title}."

    def close(self, contact_id: str, wrap_up_code: str, actor: str) -> Contact:
        with self.storage.writing() as unit:
            closed = replace(
                unit.contacts.get(contact_id), status=ContactStatus.CLOSED, wrap_up_code=wrap_up_code
            )
            unit.contacts.update(closed)
            note_closed(closed, unit, self.shop, actor, self.clock.now())
        return closed

    def not_ready(self) -> list[str]:
        return self.lacking

    def in_doubt(self) -> Sequence[OutboxMessage]:
        with self.storage.reading() as unit:
            return unit.outbox.in_state(OutboxState.IN_DOUBT)

    def settle(self, message_id: str, *, was_sent: bool, actor: str) -> OutboxMessage:
        outcome = DoubtOutcome.SENT if was_sent else DoubtOutcome.NOT_SENT
        settled = resolve_doubt(message_id, outcome, actor, self.storage, self.clock)
        return settled if was_sent else self.send_again(message_id, actor=actor)

    def send_again(self, message_id: str, *, actor: str) -> OutboxMessage:
        retry_refused(message_id, actor, self.storage, self.clock)
        return deliver(message_id, self.storage, self.carrier, self.clock)

    def uptake(self, since: datetime | None = None) -> Funnel:
        return funnel(UptakeRows(tuple(self.offer_records), ()), now=self.clock.now())

    def of_suggestions(self, since: datetime | None = None) -> SimpleNamespace:
        return SimpleNamespace(
            shown=4, inserted=2, sent=2, sent_unchanged=1, dismissed=1,
            dismissal_reasons=(("wrong_topic", 1),), median_edit_distance=3.5,
        )  # fmt: skip
