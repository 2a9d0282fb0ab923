"""Rules over words in a row and their parts of speech: sequence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.vale import tagger
from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import SequenceEntry, TokenEntry
from brand_voice.vale.regexps import Regexp, regexp
from brand_voice.vale.strikes import About, Memory, Strike, wrapped

UNIVERSAL = {
    "ADJ": "^JJ", "ADP": "^(?:IN|RP|TO)$", "ADV": "^(?:RB|WRB)", "AUX": "^(?:MD|VB)", "CCONJ": "^CC$",
    "DET": "^(?:DT|PDT|WDT)$", "INTJ": "^UH$", "NOUN": "^NNS?$", "NUM": "^CD$", "PART": "^(?:POS|RP|TO)$",
    "PRON": "^(?:PRP|WP)", "PROPN": "^NNPS?$", "PUNCT": r"^[^A-Z]+$", "SCONJ": "^IN$", "VERB": "^VB",
    "X": "^FW$",
}  # fmt: skip


class NoTagger(ValueError):
    """A rule that asks for parts of speech where no tagger is installed."""


class BadToken(ValueError):
    """A step of a sequence that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a sequence. Between it and the step before, up to `skip` other words may stand."""

    word: Regexp | None
    tag: Regexp | None
    skip: int
    negate: bool
    target: bool

    def accepts(self, token: tagger.Token) -> bool:
        """Say whether the word may stand here."""
        held = (self.word is None or self.word.matches(token.text)) and (
            self.tag is None or self.tag.matches(token.tag)
        )
        if not self.negate:
            return held
        word_out = self.word is None or not self.word.matches(token.text)
        tag_out = self.tag is None or not self.tag.matches(token.tag)
        return word_out and tag_out


@dataclass(frozen=True, slots=True)
class Sequence:
    """Strikes where its steps are met one after the other in a sentence."""

    steps: tuple[Step, ...]
    anchors: tuple[Regexp, ...]  # one of them must match for the sequence to be met
    excepted: tuple[Regexp, ...]
    anchor: int  # the step that the others are looked for around, the nearest first

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return self.anchors

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        if any(not one.matches(block.text) for one in self.anchors):
            return
        words = tagger.tags_of(block.text) or []
        regions = [(one.start, one.end) for each in self.excepted for one in each.found(block.text)]
        free = 0
        for first in range(len(words)):
            if first < free:
                continue
            met = self._met(words, first, 0)
            if met is None and first == 0 and self._guards():
                met = self._met(words, first, self._guards())  # before the first word stands nothing at all
            if met is None:
                continue
            if len(met) == len(self.steps):
                met = self._nearest(words, met)
            free = max(met) + 1
            span = self._span(words, met)
            if not any(start <= span[0] < end for start, end in regions):
                steps = [words[place].text for place in range(min(met), max(met) + 1)]
                yield about.strike(block, *span, steps)

    def _guards(self) -> int:
        """Return how many steps at the beginning only say what must not stand there."""
        return next((number for number, step in enumerate(self.steps) if not step.negate), 0)

    def _met(self, words: list[tagger.Token], first: int, start: int) -> list[int] | None:
        """Return the places of the words that meet the steps from step `start` on, the first at `first`."""
        places: list[int] = []
        place = first
        for number in range(start, len(self.steps)):
            step = self.steps[number]
            window = step.skip if number > start else 0
            found = next(
                (at for at in range(place, min(place + window + 1, len(words))) if step.accepts(words[at])),
                None,
            )
            if found is None:
                beyond = place >= len(words) and all(one.negate for one in self.steps[number:])
                return places if beyond and places else None
            places.append(found)
            place = found + 1
        return places

    def _nearest(self, words: list[tagger.Token], met: list[int]) -> list[int]:
        """Return the places with those before the anchor moved as near to it as they can be."""
        moved = list(met)
        for number in range(self.anchor - 1, -1, -1):
            last = moved[number + 1] - 1
            least = max(last - self.steps[number + 1].skip, 0)
            near = (at for at in range(last, least - 1, -1) if self.steps[number].accepts(words[at]))
            place = next(near, None)
            if place is None:
                return met
            moved[number] = place
        return moved

    def _span(self, words: list[tagger.Token], met: list[int]) -> tuple[int, int]:
        steps = self.steps[len(self.steps) - len(met) :] if len(met) < len(self.steps) else self.steps
        targets = [at for at, step in zip(met, steps, strict=False) if step.target] or met
        last = words[max(targets)]
        return words[min(targets)].start, last.start + len(last.text)


def sequence(entry: SequenceEntry) -> Sequence:
    """Compile a sequence rule. Raises NoTagger, BadToken, BrokenPattern."""
    tagged = any(token.tag or token.upos for token in entry.tokens)
    if not tagger.installed():
        needs = "parts of speech need" if tagged else "its words are told apart by"
        raise NoTagger(f"{needs} the extra 'tagger': pip install 'wellput[tagger]'")
    steps: list[Step] = []
    anchors: list[Regexp] = []
    anchor = next((place for place, one in enumerate(entry.tokens) if one.pattern and not one.negate), 0)
    for number, token in enumerate(entry.tokens):
        # the words a rule lets pass stand between a step and the anchor
        before = entry.tokens[number - 1].skip if 0 < number <= anchor else 0
        skip = before if number < anchor else max(before, token.skip)
        steps += [_step(token, number, skip, ignorecase=entry.ignorecase)] * token.min
        if token.pattern and not token.negate:
            anchors.append(regexp(wrapped(token.pattern, nonword=True, ignorecase=entry.ignorecase)))
    excepted = tuple(regexp(one) for one in entry.exceptions)
    first = sum(one.min for one in entry.tokens[:anchor])
    return Sequence(tuple(steps), tuple(anchors[:1]), excepted, first)


def _step(token: TokenEntry, number: int, skip: int, *, ignorecase: bool) -> Step:
    if token.upos and token.upos not in UNIVERSAL:
        raise BadToken(f"tokens.{number}: upos: {token.upos!r} is none of {', '.join(UNIVERSAL)}")
    tag = UNIVERSAL[token.upos] if token.upos else token.tag
    case = "(?i)" if ignorecase else ""
    word = regexp(rf"{case}\A(?:{token.pattern})\z") if token.pattern else None
    return Step(word, regexp(tag) if tag else None, skip, token.negate, token.target)
