"""An answer put into the form of its channel: greeting, acknowledgement, answer, next step, closing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recommender.catalogue import BuyingRoute, Product
from recommender.offers import Offer
from replies.case import Case, meant_order, order_values
from replies.contacts import Channel
from replies.macros import MacroValue, MacroValues, render
from replies.phrasebook import Phrases, packaged_phrases
from replies.proposals import Understanding
from replies.shop import Shop, TopicPolicy
from replies.understanding import meant_product, order_numbers
from replies.working_time import working_day_after

_GREETING = re.compile(
    r"\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))\b[^\n.?,!]{0,60}[,!.]?[ \t]*(?:\n+|\Z)"
    r"|\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)) (?:there|\w{2,30})[,!.]\s+",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^[ \t]*(?:(?:kind|warm|best|with kind) ?(?:est)? ?regards|regards|yours (?:sincerely|faithfully|truly)"
    r"|(?:with )?best wishes|many thanks|all the best)\b[^\n]{0,30}$",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSE_PROMPT = re.compile(r"^\(Pause: [^\n]*$", re.MULTILINE)
_ACKNOWLEDGES = re.compile(
    r"\A\s*(?:thank you|thanks|i am (?:very |so )?sorry|i'm (?:very |so )?sorry|we are sorry)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£“\"])")
_SORRY = re.compile(r"\b(?:sorry|apolog)", re.IGNORECASE)
_CUE_ORDER = ("bereavement", "complaint", "vulnerability", "payment_difficulty", "fault")
_APOLOGETIC = frozenset({"complaint", "fault"})
_ROUTES: Mapping[Channel, tuple[str, ...]] = {
    Channel.EMAIL: ("web", "store", "phone"),
    Channel.CHAT: ("web", "store", "phone"),
    Channel.PHONE: ("phone", "web", "store"),
    Channel.FAX: ("phone", "store", "catalogue", "web"),
    Channel.POST: ("phone", "store", "catalogue", "web"),
}


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes replies for one contact in its channel's form."""

    phrases: Phrases
    values: MacroValues
    policy: TopicPolicy | None
    cues: frozenset[str]
    ask: bool

    def fill(self, template: str) -> str:
        """Return a canned reply's own words with the case's values; greeting and sign-off taken off."""
        return without_form(render(template, self.values))

    def compose(self, answer: str) -> str:
        """Return the whole reply around `answer` (plain text, never rendered as a template)."""
        acknowledgement = self._acknowledgement(answer)
        rest = [self._say(self.phrases.answer_lead), answer, self._question(answer), self._next_step(answer)]
        body = self.phrases.separator.join(part for part in (acknowledgement, *rest) if part)
        most = self.phrases.most_words
        if most and len(body.split()) > most and _SORRY.search(acknowledgement) is None:
            body = self.phrases.separator.join(part for part in rest if part)
        return self._framed(body)

    def shortened(self, quote: str) -> str:
        """Return the first sentences of a quoted paragraph, as many as the channel has room for."""
        room = self.phrases.most_words // 2
        if not room or len(quote.split()) <= room:
            return quote
        held: list[str] = []
        for sentence in _SENTENCE_END.split(quote):
            if held and len(" ".join((*held, sentence)).split()) > room:
                break
            held.append(sentence)
        return " ".join(held)

    def ask_for(self, question: str) -> str:
        """Return a whole message that only asks."""
        return self._framed(self._say(self.phrases.question, {"part.question": question}))

    def _framed(self, body: str) -> str:
        named = self.values.get("customer.first_name") is not None
        parts: dict[str, MacroValue] = {
            "part.greeting": self._say(self.phrases.greeting_named if named else self.phrases.greeting),
            "part.body": body,
            "part.closing": self._say(self.phrases.closing),
            "part.sign_off": self._say(self.phrases.sign_off),
        }
        return self._say(self.phrases.frame, parts).strip()

    def _acknowledgement(self, answer: str) -> str:
        cue = next((cue for cue in _CUE_ORDER if cue in self.cues), "")
        if _ACKNOWLEDGES.match(answer) is not None and (
            cue not in _APOLOGETIC or _SORRY.search(answer) is not None
        ):
            return ""
        words = self.policy.acknowledgement if self.policy is not None else ""
        if cue and not (cue in _APOLOGETIC and _SORRY.search(words) is not None):
            words = self.phrases.acknowledgements.get(cue, words)
        return self._say(words or self.phrases.acknowledgements.get("", ""))

    def _question(self, answer: str) -> str:
        asks = self.ask and self.policy is not None and "?" not in answer
        return self.policy.question if asks and self.policy is not None else ""

    def _next_step(self, answer: str) -> str:
        due = render("{{ due_date }}", self.values)
        if due in answer:
            return ""
        own = self.policy.next_step if self.policy is not None else ""
        return self._say(own or self.phrases.next_step)

    def _say(self, template: str, more: MacroValues | None = None) -> str:
        return render(template, {**self.values, **more} if more else self.values) if template else ""


def composer(
    case: Case, understanding: Understanding, products: Mapping[str, Product], shop: Shop, agent: str
) -> Composer:
    """Return the composer for a contact; `agent` is the name to sign with ("" for the team's)."""
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    return Composer(
        phrases=packaged_phrases(case.contact.channel),
        values=case_values(case, understanding, products, shop, agent),
        policy=policy,
        cues=understanding.cues,
        ask=bool(understanding.missing),
    )


def case_values(
    case: Case, understanding: Understanding, products: Mapping[str, Product], shop: Shop, agent: str
) -> dict[str, MacroValue]:
    """Return every value a macro may use in this case; what nobody knows is missing and stays visible."""
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    product = meant_product(understanding, products)
    order = meant_order(case, order_numbers(understanding.facts))
    return {
        **order_values(order),
        "customer.first_name": case.first_name,
        "customer.name": case.full_name,
        "product.title": product.title if product is not None else None,
        "shop.name": shop.name,
        "shop.email": shop.email,
        "shop.phone": shop.phone,
        "shop.website": shop.website,
        "shop.address": shop.address,
        "shop.team": shop.team,
        "agent.name": agent or shop.team,
        "contact.id": case.contact.id,
        "today": case.today,
        "due_date": working_day_after(case.today, policy.next_step_days if policy is not None else 2, shop),
    }


def without_form(text: str) -> str:
    """Return a reply's text without its greeting and its sign-off, so that the channel can add its own."""
    body = _GREETING.sub("", text, count=1)
    sign_offs = list(_SIGN_OFF.finditer(body))
    if sign_offs and len(body) - sign_offs[-1].start() < 200:
        body = body[: sign_offs[-1].start()]
    return body.strip()


def with_offer(text: str, offer: Offer, channel: Channel) -> str:
    """Return `text` with a paragraph on `offer` before its closing: title, reason, price, where to buy."""
    route = _best_route(offer, channel)
    values: dict[str, MacroValue] = {
        "product.title": offer.title,
        "product.price": offer.price,
        "offer.reason": _plain_reason(offer),
        "offer.route": _route_words(route) if route is not None else None,
    }
    paragraph = render(packaged_phrases(channel).offer, values)
    closings = list((_CLOSE_PROMPT if channel is Channel.PHONE else _SIGN_OFF).finditer(text))
    if not closings:
        return f"{text.rstrip()}\n\n{paragraph}" if text.strip() else paragraph
    place = closings[-1].start()
    return f"{text[:place].rstrip()}\n\n{paragraph}\n\n{text[place:]}"


def _plain_reason(offer: Offer) -> str:
    words = offer.reasons[0].text.strip().rstrip(".") if offer.reasons else ""
    return f"{words[:1].lower()}{words[1:]}"


def _best_route(offer: Offer, channel: Channel) -> BuyingRoute | None:
    wanted = _ROUTES[channel]
    ranked = [route for name in wanted for route in offer.buy_at if route.channel == name]
    return (ranked or list(offer.buy_at) or [None])[0]


def _route_words(route: BuyingRoute) -> str:
    lead = {
        "web": "online at",
        "store": "in our store:",
        "phone": "by phone on",
        "catalogue": "from our catalogue,",
    }
    return f"{lead.get(route.channel, route.channel)} {route.place}"
