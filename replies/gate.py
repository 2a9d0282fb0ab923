"""The gate: the check that a final text must pass, against the case as its records stand now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from brand_voice.articles_say import ArticlesSay
from brand_voice.checker import Checker
from brand_voice.finding import CheckResult, Finding, text_sha256
from replies.case import Case, check_context, open_case, talking_of
from replies.contacts import Contact
from replies.departures import GateRecord, permission, set_asides, unchecked
from replies.meant import meant_numbers
from replies.ports import Carrier, Clock, Storage, Unit
from replies.product_records import Teller, is_listed
from replies.proposals import Assist, Source, SourceKind
from replies.proposed import offer_of
from replies.shop import Shop


@dataclass(frozen=True, slots=True)
class Gate:
    """What sending works with. `articles_say` gives what the public articles say on a day.

    `rulebook_number` is that of the version `checker` works by, as the storage counts them; None: it is not
    one of the storage's.
    """

    storage: Storage
    checker: Checker
    shop: Shop
    clock: Clock
    carrier: Carrier
    new_id: Callable[[], str]
    articles_say: Callable[[date], ArticlesSay]
    rulebook_number: int | None = None

    def check(self, text: str, contact: Contact, offer_ids: tuple[str, ...] = ()) -> CheckResult:
        """Return the verdict that sending `text` in `contact` now would meet. Writes nothing.

        Raises UnknownOffer when an offer was not made in this contact.
        """
        with self.storage.reading() as unit:
            for offer_id in offer_ids:
                offer_of(contact.id, offer_id, unit)
            return self._checked(text, contact, offer_ids, unit)

    def _checked(self, text: str, contact: Contact, offer_ids: tuple[str, ...], unit: Unit) -> CheckResult:
        """Return the verdict; blocked where there is no rule to check by, or the check itself fails."""
        rulebook, sha256 = self.checker.rulebook, text_sha256(text)
        if not rulebook.rules:
            reason = "Not sent: no rulebook is in force, so nothing was checked."
            return unchecked("no_rulebook", reason, len(text), rulebook.version, sha256)
        try:
            result = self._check(text, contact, offer_ids, unit)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong in a check must stop the text, not pass it
            reason = f"Not sent: the check itself failed ({type(fault).__name__})."
            return unchecked("check_failed", reason, len(text), rulebook.version, sha256)
        if result.text_sha256 != sha256:
            reason = "Not sent: the text changed while it was checked."
            return unchecked("text_changed", reason, len(text), rulebook.version, sha256)
        return result

    def _check(self, text: str, contact: Contact, offer_ids: tuple[str, ...], unit: Unit) -> CheckResult:
        case = open_case(contact, unit, self.shop, self.clock.now())
        latest = unit.assists.latest(contact.id)
        if latest is not None:
            proposed = (offer.sku for offer in latest.offers)
            case = talking_of(case, {*latest.understanding.situation.skus, *proposed, *told_of(latest)}, unit)
        context = check_context(
            case,
            self.shop,
            named=meant_numbers(latest.understanding.facts, latest.understanding.record) if latest else (),
            topic=contact.topic or (latest.understanding.topic if latest is not None else None),
            sources=sources_in_force(latest, case, unit, self.shop),
            offers=[offer_of(contact.id, offer_id, unit) for offer_id in offer_ids],
            articles=self.articles_say(case.today),
        )
        aside = set_asides(unit.gate.of_contact(contact.id), text_sha256(text))
        return self.checker.check(text, context, aside)

    def permission(self, contact_id: str, held: Sequence[Finding], result: CheckResult) -> GateRecord | None:
        """Return the decision that lets this text go with what was found, or None."""
        with self.storage.reading() as unit:
            records = unit.gate.of_contact(contact_id)
        return permission(records, held, result.text_sha256, self.clock.now())


def told_of(assist: Assist) -> frozenset[str]:
    """Return the products whose records the assist's suggestions tell."""
    return frozenset(
        source.id
        for suggestion in assist.suggestions
        for source in suggestion.sources
        if source.kind is SourceKind.RECORD
    )


def sources_in_force(assist: Assist | None, case: Case, unit: Unit, shop: Shop) -> tuple[Source, ...]:
    """Return the sources of the assist's suggestions that may still answer today; a product's record as it
    stands now, whatever it said when the assist was made."""
    if assist is None:
        return ()
    told = unit.catalogue.products(told_of(assist))
    store_stock = unit.catalogue.store_stock(list(told))
    teller = Teller(case.today, case.contact.channel, shop.locale, store_stock=store_stock, zone=shop.zone)
    records = tuple(
        Source(SourceKind.RECORD, sku, product.title, teller.everything(product), product.url)
        for sku, product in sorted(told.items())
        if is_listed(product)
    )
    every = {source for suggestion in assist.suggestions for source in suggestion.sources}
    sources = {source for source in every if source.kind is not SourceKind.RECORD}
    articles = unit.knowledge.articles({source.id for source in sources})
    canned = {reply.id for reply in case.canned}
    written = tuple(
        source
        for source in sorted(sources, key=lambda one: (one.kind, one.id, one.quote))
        if source.id in canned or (source.id in articles and articles[source.id].in_force(case.today))
    )
    return written + records
