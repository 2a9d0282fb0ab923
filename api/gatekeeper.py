"""What checks texts and lets replies out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from api.card_numbers import without_card_in_key
from api.carriers import FolderCarrier
from api.identifiers import new_id
from api.rulebook_store import InForce
from api.storage import SqlStorage
from brand_voice.articles_say import SILENT, ArticlesSay
from brand_voice.finding import CheckContext, CheckResult, bare_context
from replies.contacts import Channel
from replies.gate import Gate
from replies.knowledge import KnowledgeSearch
from replies.ports import Clock
from replies.sending import Blocked, SendRequest, Sent, send
from replies.shop import Shop
from replies.working_time import local_day

_MOST_CHECKS = 3


class Gatekeeper:
    """The gate over one home; `knowledge` returns what is learned of articles, None before any learning."""

    def __init__(
        self,
        storage: SqlStorage,
        shop: Shop,
        clock: Clock,
        carrier: FolderCarrier,
        in_force: Callable[[], InForce],
        knowledge: Callable[[], KnowledgeSearch | None],
    ) -> None:
        self._storage = storage
        self._shop = shop
        self._clock = clock
        self._carrier = carrier
        self._in_force = in_force
        self._knowledge = knowledge

    def check(
        self,
        text: str,
        *,
        channel: str,
        contact_id: str | None = None,
        offers: Sequence[str] = (),
        form: str = "text",
    ) -> CheckResult:
        """Check a text: in the case of a contact as the gate does, or outside any case, where it may be in
        markdown or html.

        Raises UnknownContact, UnknownOffer.
        """
        if contact_id is None:
            return self._in_force().voiced.check(text, replace(self._outside_any_case(channel), format=form))
        with self._storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        return self.gate().check(text, replace(contact, channel=Channel(channel)), tuple(offers))

    def send(self, request: SendRequest) -> Sent | Blocked:
        """Send a checked reply; see `replies.sending.send`. A text is checked again, up to three times, where
        another rulebook came in force meanwhile."""
        asked = without_card_in_key(request)
        outcome = send(asked, self.gate())
        for _ in range(_MOST_CHECKS - 1):
            if not (isinstance(outcome, Blocked) and outcome.outdated):
                break
            outcome = send(asked, self.gate())
        return outcome

    def gate(self) -> Gate:
        """Return the gate as it stands now."""
        in_force = self._in_force()
        return Gate(
            storage=self._storage,
            checker=in_force.voiced,
            rulebook_number=None if in_force.numbers is None else in_force.numbers[0],
            shop=self._shop,
            clock=self._clock,
            carrier=self._carrier,
            new_id=lambda: new_id("message"),
            articles_say=self._articles_say,
        )

    def _outside_any_case(self, channel: str) -> CheckContext:
        today = local_day(self._clock.now(), self._shop)
        context = bare_context(channel, today)
        shops_own = frozenset(part for part in (self._shop.email, self._shop.phone) if part)
        said = self._articles_say(today)
        return replace(context, supported_promises=said.promises, allowed_contacts=shops_own, articles=said)

    def _articles_say(self, today: date) -> ArticlesSay:
        knowledge = self._knowledge()
        return SILENT if knowledge is None else knowledge.says(today)
