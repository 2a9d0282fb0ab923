"""What the texts and records of a case state: the backing that a claim needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from brand_voice import stated_dates as when
from brand_voice import stated_values as stated
from brand_voice.finding import CheckContext
from brand_voice.named_stretches import days_of
from brand_voice.promise_wordings import NEGATED
from brand_voice.reading import read
from brand_voice.source_values import Stated, is_of_like, source_values
from brand_voice.stated_values import Value, ValueKind
from brand_voice.text_values import values_of
from brand_voice.value_roles import LEAST, plays_another

MOST_SAID = 3
MONEY_COMMITS = re.compile(
    r"\b(?:refund|credit|compensat|reimburs|goodwill|discount|voucher|pay you|paid you|give you|take off"
    r"|waive|deduct|off (?:the|your))"
)


_ASKS = re.compile(
    r"\?\W*$|^\W*(?:(?:and|but|so|or|also|hi|hello|please),? )*"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|how|what|when|which|whether)\b"
)
_ASKED_KINDS = frozenset({ValueKind.FACT, ValueKind.MEASURE, ValueKind.PERIOD, ValueKind.TIME})
_REPEATS = re.compile(
    r"\byou(?:'ve|'re|'d)? (?:\w+ ){0,2}?(?:ask|sa(?:y|id)|mention|wrote|told|want|need|hope|describe)"
    r"|\byour (?:question|message|e-?mail|letter|fax|call)\b|\bwhether\b|\bnot\b|n't\b"
)
_STATES_PRICE = re.compile(
    r"\b(?:price is|prices are|priced at|costs?|sells? (?:at|for)|on sale (?:at|for))\b"
)
_WE_CHARGE = re.compile(r"\byou(?: will|'ll) be charged\b|\bwe(?: will|'ll)? charge\b")
_THEY_SAY = re.compile(
    r"\b(?:you|your)\b.{0,30}\b(?:sa(?:y|id|w)|seen?|told|mention|quot|wr(?:ite|ote|itten)|paid|pay|charged?"
    r"|found|expect|budget|ask)|\b(?:an)?other (?:shop|store|site)|\belsewhere\b"
)


@lru_cache(maxsize=4096)
def _stated_by_customer(text: str, today: date) -> frozenset[tuple[ValueKind, str]]:
    """Return kind and key of what a customer's message states; what it only asks for is no statement."""
    reading = read(text)
    return frozenset(
        (value.kind, value.key)
        for sentence, value in values_of(reading, today, bare=True)
        if _ASKS.search(reading.low[sentence.start : sentence.end].strip()) is None
    )


@dataclass(frozen=True, slots=True)
class Backing:
    """What the case knows: keys by kind, the wordings of the sources, and what each key is said of."""

    sources: frozenset[tuple[ValueKind, str]]
    quoted: frozenset[tuple[ValueKind, str]]  # the customer's own words
    stated: frozenset[tuple[ValueKind, str]]  # of these, what the customer says and does not only ask
    wordings: tuple[Stated, ...]
    hosts: frozenset[str]
    ids: frozenset[str]
    roles: Mapping[tuple[ValueKind, str], frozenset[str | None]]
    today: date

    def supports(self, value: Value, sentence: str, role: str | None, *, firm: bool) -> bool:
        """Say whether the value, stated in `sentence` of what `role` says, stands in a source or in the
        records; the customer's own words support what repeats them.

        They do not support what they wish for or ask: money that we would give, what a thing costs, the day
        of an outcome that we commit to (`firm`), a fact told to somebody who only asked whether it is so.
        """
        one = (value.kind, value.key)
        if one in self.sources:
            return True
        if one in self.quoted:
            return self._repeats(value, sentence, role, firm=firm)
        if value.kind is ValueKind.STRETCH:
            return self._falls_within(*days_of(value.key), role)
        return self._likewise(value)

    def only_quotes(self, value: Value, sentence: str) -> bool:
        """Say whether the value is the customer's alone, in a sentence that does not tell it as theirs."""
        one = (value.kind, value.key)
        if one in self.sources or one not in self.quoted:
            return False
        return _REPEATS.search(sentence) is None and _THEY_SAY.search(sentence) is None

    def _repeats(self, value: Value, sentence: str, role: str | None, *, firm: bool) -> bool:
        if value.kind in {ValueKind.AMOUNT, ValueKind.PERCENTAGE}:
            return not (role == LEAST and self.tells(value.kind, LEAST)) and not _is_ours_to_say(sentence)
        if value.kind in {ValueKind.DATE, ValueKind.STRETCH}:
            return not firm
        if value.kind in _ASKED_KINDS and (value.kind, value.key) not in self.stated:
            return _REPEATS.search(sentence) is not None
        return True

    def _likewise(self, value: Value) -> bool:
        if value.kind is ValueKind.LINK:
            return "/" not in value.key and _host(value.key) in self.hosts
        if value.kind is ValueKind.CODE:
            return any(known.endswith(value.key) for known in self.ids)
        if value.kind is ValueKind.COUNT:
            numbers = (key.partition(" ")[0] for kind, key in self.sources if kind is not ValueKind.AMOUNT)
            return value.key in numbers or any(known.endswith(value.key) for known in self.ids)
        if value.kind is ValueKind.MEASURE:
            return (ValueKind.COUNT, value.key.partition(" ")[0]) in self.sources
        return False

    def _falls_within(self, first: date, last: date, role: str | None) -> bool:
        """Say whether a day to come that the case names lies in a stretch, or the time `role` takes ends by
        its end; the days of orders and messages say nothing of what is to come."""
        days = {
            date.fromisoformat(key): known
            for (kind, key), known in self.roles.items()
            if kind is ValueKind.DATE
        }
        own = [day for day, known in days.items() if role in known and day >= self.today]
        loose = [day for day, known in days.items() if not known - {None} and day > self.today]
        if any(first <= day <= last for day in (*own, *loose)):
            return True
        in_time = {f"{number} days" for number in range(1, (last - self.today).days + 1)}
        return not own and any(
            kind is ValueKind.PERIOD and key in in_time and role in known
            for (kind, key), known in self.roles.items()
        )

    def is_of_another(self, value: Value, role: str | None, words: frozenset[str]) -> bool:
        """Say whether the sources state the value of something else alone, and another value of what the text
        says it of: by its role, or by the `words` of its clause."""
        known = self.roles.get((value.kind, value.key), frozenset())
        if value.kind is ValueKind.PERIOD:
            known |= self.roles.get((value.kind, when.longest(value.key)), frozenset())
        if not known:
            return False
        if None in known and value.kind is ValueKind.PERIOD and not self._shares_words(value, words):
            known -= {None}
        return plays_another(value.kind, role, known, self.tells) or is_of_like(value, words, self.wordings)

    def _shares_words(self, value: Value, words: frozenset[str]) -> bool:
        """Say whether a source that states the value of what nothing tells has one of the words by it."""
        said = (one for one in self.wordings if one.kind is value.kind and one.key == value.key)
        return any(one.role is None and one.clause & words for one in said)

    def tells(self, kind: ValueKind, role: str) -> bool:
        """Say whether the sources state a value of that kind of what `role` says."""
        return any(one.kind is kind and one.role == role for one in self.wordings)

    @property
    def amounts(self) -> frozenset[str]:
        """The keys of the amounts that the sources and records state."""
        return frozenset(key for kind, key in self.sources if kind is ValueKind.AMOUNT)

    def says_otherwise(self, value: Value) -> bool:
        """Say whether the case states the opposite of a product fact, or another material."""
        if value.kind is not ValueKind.FACT:
            return False
        material = value.key.removeprefix("not ").startswith("of ")
        opposite = value.key.removeprefix("not ") if value.key.startswith("not ") else f"not {value.key}"
        return any(
            kind is ValueKind.FACT and (key == opposite or (material and key.startswith("of ")))
            for kind, key in self.sources
        )

    def said_of(self, value: Value, role: str | None) -> tuple[str, ...]:
        """Return what the sources say of this kind of value, what they say of `role` and what is near in
        meaning first."""
        near = value.key.rpartition(" ")[2]
        kind = ValueKind.DATE if value.kind is ValueKind.STRETCH else value.kind
        said = [one for one in self.wordings if one.kind is kind]
        said.sort(key=lambda one: (one.role != role, one.key.rpartition(" ")[2] != near))
        return tuple(dict.fromkeys(one.words for one in said))[:MOST_SAID]


def backing_of(context: CheckContext) -> Backing:
    """Return what the case of `context` knows; kept for the next text of the same case."""
    return _backing(
        (*context.source_texts, *context.fact_texts),
        context.customer_words,
        context.allowed_amounts,
        context.allowed_dates,
        context.supported_promises,
        context.allowed_contacts,
        context.known_ids,
        context.today,
    )


@lru_cache(maxsize=256)
def _backing(
    texts: tuple[str, ...],
    customer_words: tuple[str, ...],
    amounts: frozenset[str],
    days: frozenset[date],
    promises: frozenset[str],
    contacts: frozenset[str],
    ids: frozenset[str],
    today: date,
) -> Backing:
    wordings = tuple(one for text in texts for one in source_values(text, today))
    roles: dict[tuple[ValueKind, str], set[str | None]] = {}
    for one in wordings:
        roles.setdefault((one.kind, one.key), set()).add(one.role)
    for amount in amounts:
        roles.setdefault((ValueKind.AMOUNT, amount), set()).add(None)
    for day in days:
        roles.setdefault((ValueKind.DATE, day.isoformat()), set()).add(None)
    for promise in promises:
        role, _, key = promise.partition(":")
        roles.setdefault((ValueKind.PERIOD, key), set()).add(role)
    sources = frozenset(roles)
    quoted = {(one.kind, one.key) for text in customer_words for one in source_values(text, today)}
    told = frozenset[tuple[ValueKind, str]]().union(
        *(_stated_by_customer(text, today) for text in customer_words)
    )
    hosts = {_host(key) for kind, key in sources if kind is ValueKind.LINK}
    hosts |= {contact.rpartition("@")[2].lower() for contact in contacts if "@" in contact}
    return Backing(
        sources,
        frozenset(quoted),
        told,
        wordings,
        frozenset(hosts),
        frozenset(stated.bare_code(known) for known in ids),
        {one: frozenset(known) for one, known in roles.items()},
        today,
    )


def _is_ours_to_say(sentence: str) -> bool:
    """Whether a sentence gives money or tells a price as ours: no customer can say how much that is."""
    money = MONEY_COMMITS.search(sentence)
    if (money is not None and not _refuses(sentence, money.start())) or _WE_CHARGE.search(
        sentence
    ) is not None:
        return True
    return _STATES_PRICE.search(sentence) is not None and _THEY_SAY.search(sentence) is None


def _refuses(sentence: str, at: int) -> bool:
    """Whether what stands at `at` is refused in its clause: "I cannot give you", "we are unable to take"."""
    clause = max(sentence.rfind(mark, 0, at) for mark in (",", ";", ":", " but ", " and "))
    return NEGATED.search(sentence, clause + 1, at) is not None


def _host(link: str) -> str:
    return link.partition("/")[0].partition("?")[0]
