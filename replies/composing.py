"""An answer put into the form of its channel: greeting, what was asked, answer, next step, closing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from brand_voice.personal_data import CARD_REMOVED
from recommender.catalogue import Product
from replies.case import Case
from replies.case_values import FACT_WORDS, asked_about, case_values
from replies.contacts import Channel
from replies.cues import find_cues, packaged_cues
from replies.fact_record import LOOK_UP, fact_states
from replies.macros import MacroValue, MacroValues, render
from replies.meant import given_kinds
from replies.options import NO_CHOICE, Choice, names_option
from replies.phrasebook import Phrases, packaged_phrases
from replies.proposals import FactKind, Understanding
from replies.questions import question_for
from replies.shop import Shop, TopicPolicy

_GREETING = re.compile(
    r"\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))\b[^\n.?,!]{0,60}[,!.]?[ \t]*(?:\n+|\Z)"
    r"|\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))(?: (?:there|\w{2,30}))?[,!.]\s+",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"^[ \t]*(?:(?:kind|warm|best|with kind) ?(?:est)? ?regards|regards|yours (?:sincerely|faithfully|truly)"
    r"|(?:with )?best wishes|many thanks|all the best)\b[^\n]{0,30}$",
    re.IGNORECASE | re.MULTILINE,
)
_ACKNOWLEDGES = re.compile(
    r"\A\s*(?:thank you|thanks|i am (?:very |so )?sorry|i'm (?:very |so )?sorry|we are sorry)", re.IGNORECASE
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£“\"])")
_SORRY = re.compile(r"\b(?:sorry|apolog)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS = """
    about after also been before but could does from give goes have here hello into just like make many more
    most much need only order other over please received same send sent some such than thank thanks that their
    them then there these they this those want were what when where which will with would your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_CUE_ORDER = ("bereavement", "complaint", "vulnerability", "payment_difficulty", "fault")
_APOLOGETIC = frozenset({"complaint", "fault"})
_ENCLOSE = re.compile(r"\Aenclose[ :_]\s*(?P<thing>.+)", re.IGNORECASE)
_LONGEST_HEAD = 360  # a greeting that stands further down is not found as one


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes replies for one contact in its channel's form.

    `cues` are those of the last turn (a complaint's stay); `missing` are facts that nobody gave; `running`
    says that we have replied in this contact before; `spoken` that it goes to and fro (chat, phone); `asked`
    is what the customer said, looked at and never printed; `known_thing`: an order or the conversation tells
    which product is meant; `to_confirm`: the customer gave a fact that no agent has confirmed with them.
    """

    phrases: Phrases
    values: MacroValues
    policy: TopicPolicy | None
    cues: frozenset[str]
    missing: tuple[FactKind, ...]
    question: str
    running: bool
    spoken: bool
    locale: str
    asked: str
    known_thing: bool = False
    card_was_sent: bool = False
    to_confirm: bool = False
    said: dict[str, str] = field(default_factory=dict[str, str], compare=False, repr=False)
    """What templates came to: every draft has the same greeting, next step and closing."""

    def fill(self, template: str) -> str:
        """Return a canned reply's own words with the case's values; greeting and sign-off taken off."""
        return without_form(self._say(template))

    def compose(self, answer: str, *, actions: tuple[str, ...] = (), choice: Choice = NO_CHOICE) -> str:
        """Return the whole reply around `answer` (plain text, never rendered as a template).

        `actions` are what the agent does before sending, `choice` what the customer may choose between.
        """
        acknowledgement = self._acknowledgement(answer)
        options = self._options(answer, choice)
        asks = "" if "?" in answer else self._asks(answer)
        step = self._next_step(answer, actions, asking=bool(asks))
        core = [self._say(self.phrases.answer_lead), answer, options, asks, step]
        parts = [*self._opening(acknowledgement, self._about(f"{acknowledgement}\n{answer}")), *core]
        most = self.phrases.most_words
        if most and _words(parts) > most:
            parts = [acknowledgement if _SORRY.search(acknowledgement) is not None else "", *core]
        return self._framed(self._joined(parts), actions)

    def without_topic(self) -> Composer:
        """Return what writes to somebody whose answer does not lie in the topic: what is asked, said next and
        thanked for is not the topic's."""
        about = self.values.get("asked.facts")
        return replace(
            self, policy=None, missing=(), question="", values={**self.values, "asked.about": about}, said={}
        )

    def shortened(self, quote: str) -> str:
        """Return the first sentences of a quoted paragraph, as many as the channel has room for."""
        room = self.phrases.most_words // 2
        if not room or len(quote.split()) <= room:
            return quote
        return _first_turn(quote, room)

    def ask_for(self, question: str) -> str:
        """Return a whole message that only asks; it promises nothing; a complaint is not passed over."""
        cue = next((cue for cue in _CUE_ORDER if cue in self.cues), "")
        heard = self._say(self.phrases.acknowledgements.get(cue, "")) if cue else ""
        asking = self._say(self.phrases.question, {"part.question": question, "part.note": ""})
        return self._framed(self._joined([heard, asking]))

    def _joined(self, parts: list[str]) -> str:
        turns = [turn for part in parts if part for turn in self._turns(part)]
        return self.phrases.separator.join(turns)

    def _turns(self, part: str) -> list[str]:
        """Cut a part at its sentences into turns that are read at one glance, where the channel has them."""
        room, rest, turns = self.phrases.turn_words, part, list[str]()
        while room and len(rest.split()) > room and "\n" not in rest:
            turn = _first_turn(rest, room)
            turns.append(turn)
            rest = rest[len(turn) :].strip()
        return [*turns, rest] if rest else turns

    def _framed(self, body: str, actions: tuple[str, ...] = ()) -> str:
        greeting = self.phrases.greeting if self.values.get("customer.first_name") is None else ""
        greeting = self._say(greeting or self.phrases.greeting_named)
        head = self._say(self.phrases.head)
        found = (match for action in actions if (match := _ENCLOSE.match(action)) is not None)
        enclosed = [match["thing"].replace("_", " ") for match in found]
        parts: dict[str, MacroValue] = {
            "part.head": head if len(head) <= _LONGEST_HEAD else None,
            "part.greeting": greeting,
            "part.body": body,
            "part.closing": self._say(self.phrases.closing),
            "part.sign_off": self._say(self.phrases.sign_off, {"part.enclosed": enclosed or None}),
        }
        framed = self._say(self.phrases.frame, parts).strip()
        return framed.removeprefix(greeting).lstrip() if self.spoken and self.running else framed

    def _acknowledgement(self, answer: str) -> str:
        cue = next((cue for cue in _CUE_ORDER if cue in self.cues), "")
        if _ACKNOWLEDGES.match(answer) is not None and (
            cue not in _APOLOGETIC or _SORRY.search(answer) is not None
        ):
            return self._card_note(answer)
        words = self.policy.acknowledgement if self.policy is not None and not self.running else ""
        words = words or self.phrases.acknowledgements.get("again" if self.running else "", "")
        if cue and not (cue in _APOLOGETIC and _SORRY.search(words) is not None):
            words = self.phrases.acknowledgements.get(cue, words)
        return " ".join(part for part in (self._say(words), self._card_note(answer)) if part)

    def _opening(self, acknowledgement: str, about: str) -> list[str]:
        """Return acknowledgement and what was asked; on the phone the second says the first, unless sad."""
        if not self.spoken_script:
            return [" ".join(part for part in (acknowledgement, about) if part)]
        is_needed = not about or self.card_was_sent or _SORRY.search(acknowledgement) is not None
        return [acknowledgement if is_needed else "", about]

    def _card_note(self, answer: str) -> str:
        said = "card" in answer and "never" in answer
        return self._say(self.phrases.card_note) if self.card_was_sent and not said else ""

    def _about(self, said: str) -> str:
        """Return what the customer asked, where the reply does not say it anyway; once in a contact."""
        facts, about = self.values.get("asked.facts"), self.values.get("asked.about")
        if self.running and self.to_confirm and facts:
            return self._say(self.phrases.read_back)
        if self.running or not about or not isinstance(facts, list):
            return ""
        named = [fact.removeprefix("your order ").removeprefix("the ") for fact in facts]
        if not self.spoken_script and (not named or all(fact in said for fact in named)):
            return ""
        return self._say(self.phrases.about)

    @property
    def spoken_script(self) -> bool:
        """Whether the words are read out: then what was asked is checked with the customer."""
        return "asked.about" in self.phrases.about

    def _options(self, answer: str, choice: Choice) -> str:
        if not choice.options or all(names_option(answer, option.title) for option in choice.options):
            return ""
        lines = [
            self._say(
                self.phrases.option,
                {
                    "option.title": option.title,
                    "option.terms": option.terms,
                    "option.right": "yes" if option.statutory else None,
                },
            )
            for option in choice.options
        ]
        return "\n".join(
            (self._say(self.phrases.options_lead), *lines, self._say(self.phrases.options_question))
        )

    def _asks(self, answer: str) -> str:
        """Return the topic's question while something is missing that the answer does not settle itself."""
        if not self.missing or not self.question:
            return ""
        if self.missing == (FactKind.PRODUCT,) and (self.known_thing or self._same_thing(answer)):
            return ""
        note = ", ".join(FACT_WORDS[kind] for kind in self.missing)
        asked = {"part.question": self.question, "part.note": note}
        return self._say(self.phrases.question, asked) if self.spoken_script else self.question

    def _same_thing(self, answer: str) -> bool:
        """Whether the answer speaks of a thing that the customer named, though no record knows it."""
        return bool(_stems(self.asked) & _stems(answer))

    def _next_step(self, answer: str, actions: tuple[str, ...], *, asking: bool) -> str:
        if self._say("{{ due_date }}") in answer:
            return ""
        if actions:
            return self._say(self.phrases.follow_up)
        is_chat = self.spoken and not self.spoken_script
        if (self.spoken and (self.running or self.policy is None)) or (is_chat and asking):
            return ""
        channel = self.values.get("channel")
        own = self.policy.next_step_on(str(channel)) if self.policy is not None else ""
        return self._say(own or self.phrases.next_step)

    def _say(self, template: str, more: MacroValues | None = None) -> str:
        if not template:
            return ""
        if more:
            return render(template, {**self.values, **more}, self.locale)
        known = self.said.get(template)
        if known is None:
            known = self.said[template] = render(template, self.values, self.locale)
        return known


def composer(
    case: Case, understanding: Understanding, products: Mapping[str, Product], shop: Shop, agent: str
) -> Composer:
    """Return the composer for a contact; `agent` is the name to sign with ("" for the team's)."""
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    channel = case.contact.channel
    values = case_values(case, understanding, products, shop, agent)
    given = given_kinds(understanding)
    missing = tuple(kind for kind in understanding.missing if kind not in given)
    matter = policy.matter if policy is not None else ""
    asked: dict[str, MacroValue] = {
        "asked.facts": asked_about(understanding, values, ""),
        "asked.about": asked_about(understanding, values, matter),
    }
    fresh = find_cues(understanding.question, packaged_cues()) | (case.cues & {"complaint"})
    return Composer(
        phrases=packaged_phrases(channel),
        values={**values, **asked},
        policy=policy,
        cues=understanding.cues & fresh if case.contact.answered else understanding.cues,
        missing=missing,
        question=question_for(policy, missing, given),
        running=case.contact.answered,
        spoken=channel in (Channel.CHAT, Channel.PHONE),
        locale=shop.locale,
        asked=understanding.question,
        known_thing=case.contact.answered or FactKind.ORDER_NUMBER in given,
        card_was_sent=CARD_REMOVED in understanding.question,
        to_confirm=any(
            state.given is not None and state.confirmed in ("", LOOK_UP)
            for state in fact_states(understanding.record)
        ),
    )


def without_form(text: str) -> str:
    """Return a reply's text without its greeting and its sign-off, so that the channel can add its own."""
    body = _GREETING.sub("", text, count=1)
    if len(body) < len(text):
        body = body[:1].upper() + body[1:]
    sign_offs = list(SIGN_OFF.finditer(body))
    if sign_offs and len(body) - sign_offs[-1].start() < 200:
        body = body[: sign_offs[-1].start()]
    return body.strip()


def _first_turn(text: str, room: int) -> str:
    """Return the first sentences of `text`, one at least, as many as have `room` words."""
    end = 0
    for boundary in (*(match.start() for match in SENTENCE_END.finditer(text)), len(text)):
        if end and len(text[:boundary].split()) > room:
            break
        end = boundary
    return text[:end]


def _words(parts: list[str]) -> int:
    return sum(len(part.split()) for part in parts)


def _stems(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.lower())} - _COMMON
