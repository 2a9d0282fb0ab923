"""A macro before it is saved: it must be a safe template, ask only for what there is, and prove itself.

Each example states values and the words that must appear; it must render without a gap, and the whole reply
around it must pass the rulebook on every channel the macro is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, Severity
from brand_voice.promises import promise_keys
from recommender.money import Money
from replies.articles import CannedReply
from replies.case_values import PLACEHOLDERS
from replies.composing import Composer, without_form
from replies.contacts import Channel
from replies.macros import MacroValue, UnsafeMacro, names_used, render
from replies.phrasebook import packaged_phrases
from replies.shop import Shop
from replies.working_time import working_day_after

GAP = re.compile(r"\{\{[^{}]{0,200}\}\}")
_DATES = frozenset({"order.date", "today", "due_date", "reply_by"})
_AMOUNTS = frozenset({"order.total", "product.price"})
_LISTS = frozenset({"order.items"})
_GIVEN = frozenset({"today", "due_date", "reply_by", "channel", "topic"})  # every case has them


@dataclass(frozen=True, slots=True)
class MacroExample:
    """One proof: the values of a case by placeholder, as written ("2026-11-03", "12.50 GBP", "a pan; a lid"),
    the channel and topic it is tried on, and words that the reply must hold."""

    name: str
    values: tuple[tuple[str, str], ...] = ()
    channel: str = Channel.EMAIL.value
    topic: str | None = None
    must_say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MacroFault:
    """Why a macro cannot be saved, in words; `where` is the template or the name of an example."""

    where: str
    message: str


def macro_faults(
    reply: CannedReply, examples: Sequence[MacroExample], shop: Shop, checker: Checker, today: date
) -> tuple[MacroFault, ...]:
    """Return everything that keeps `reply` from being saved; nothing when it may be."""
    try:
        names = names_used(reply.text)
    except UnsafeMacro as error:
        return (MacroFault("template", str(error)),)
    faults = [MacroFault("template", _unknown(name)) for name in sorted(names - set(PLACEHOLDERS))]
    if faults:
        return tuple(faults)
    shops = {name for name, value in shop_values(shop, today).items() if value}
    if names - shops - _GIVEN and not examples:
        needed = ", ".join(sorted(names - shops - _GIVEN))
        return (MacroFault("template", f"it needs an example that gives {needed}, so that it is proved"),)
    for example in examples or (MacroExample("as it stands"),):
        faults.extend(_example_faults(reply, example, shop, checker, today))
    return tuple(faults)


def shop_values(shop: Shop, today: date, topic: str | None = None) -> dict[str, MacroValue]:
    """Return the values that the shop gives to every macro."""
    policy = shop.topics.get(topic) if topic is not None else None
    return {
        "shop.name": shop.name,
        "shop.email": shop.email,
        "shop.phone": shop.phone,
        "shop.website": shop.website,
        "shop.address": shop.address,
        "shop.team": shop.team,
        "agent.name": shop.team,
        "today": today,
        "due_date": working_day_after(today, policy.next_step_days if policy is not None else 2, shop),
        "reply_by": working_day_after(today, policy.next_step_days if policy is not None else 2, shop),
    }


def example_values(example: MacroExample, shop: Shop, today: date) -> dict[str, MacroValue]:
    """Return the values an example is tried with. Raises ValueError, in words, for one not readable."""
    given = {name: _read(name, text) for name, text in example.values}
    own: dict[str, MacroValue] = {"contact.id": "EXAMPLE", "channel": example.channel, "topic": example.topic}
    return {**shop_values(shop, today, example.topic), **own, **given}


def _read(name: str, text: str) -> MacroValue:
    if name not in PLACEHOLDERS:
        raise ValueError(_unknown(name))
    if name in _DATES:
        return date.fromisoformat(text)
    if name in _AMOUNTS:
        amount, _, currency = text.strip().partition(" ")
        return Money.parse(amount, currency or "GBP")
    return [part.strip() for part in text.split(";") if part.strip()] if name in _LISTS else text


def _unknown(name: str) -> str:
    near = get_close_matches(name, PLACEHOLDERS, n=1)
    hint = f"; do you mean {{{{ {near[0]} }}}}?" if near else ""
    return f"there is no placeholder {{{{ {name} }}}}{hint}"


def _example_faults(
    reply: CannedReply, example: MacroExample, shop: Shop, checker: Checker, today: date
) -> list[MacroFault]:
    try:
        values = example_values(example, shop, today)
        said = without_form(render(reply.text, values, shop.locale))
    except ValueError as error:  # UnsafeMacro is one
        return [MacroFault(example.name, str(error))]
    gaps = sorted(set(GAP.findall(said)))
    faults = [MacroFault(example.name, f"{gap} is left open; give it a value in the example") for gap in gaps]
    faults += [
        MacroFault(example.name, f"“{words}” is not said") for words in example.must_say if words not in said
    ]
    if not said:
        faults.append(MacroFault(example.name, "nothing is said at all"))
    return faults or _voice_faults(reply, replace(example), values, shop, checker, today)


def _voice_faults(
    reply: CannedReply,
    example: MacroExample,
    values: dict[str, MacroValue],
    shop: Shop,
    checker: Checker,
    today: date,
) -> list[MacroFault]:
    faults: list[MacroFault] = []
    for channel in reply.channels or tuple(one.value for one in Channel):
        tried = {**values, "channel": channel}
        said = without_form(render(reply.text, tried, shop.locale))
        text = _whole(said, tried, channel, reply, shop)
        context = CheckContext(
            channel=channel,
            today=today,
            topic=example.topic,
            greeting_names=_names(tried),
            known_ids=frozenset({str(tried.get("order.id") or "")} - {""}),
            allowed_contacts=frozenset({shop.email, shop.phone} - {""}),
            source_texts=(said, text),
            supported_promises=promise_keys(said),
            flags=frozenset({"first_reply"}),
        )
        faults += [
            MacroFault(example.name, f"on {channel}: {finding.message}")
            for finding in checker.check(text, context).findings
            if finding.severity is Severity.BLOCK
        ]
    return faults


def _whole(said: str, values: dict[str, MacroValue], channel: str, reply: CannedReply, shop: Shop) -> str:
    topic = values.get("topic")
    writer = Composer(
        phrases=packaged_phrases(Channel(channel)),
        values={**values, "asked.facts": [], "asked.about": []},
        policy=shop.topics.get(topic) if isinstance(topic, str) else None,
        cues=frozenset(),
        missing=(),
        question="",
        running=False,
        spoken=channel in (Channel.CHAT, Channel.PHONE),
        locale=shop.locale,
        asked="",
    )
    return writer.compose(said, actions=reply.actions)


def _names(values: dict[str, MacroValue]) -> tuple[str, ...]:
    named = (values.get("customer.first_name"), values.get("customer.name"))
    return tuple(name for name in named if isinstance(name, str) and name)
