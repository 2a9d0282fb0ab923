"""Rules about the language itself, as files tell them: spelling, grammar, disguised words, tone."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from brand_voice.entries.base import RuleEntry, Words, checked, optional
from brand_voice.grammar_rules import Grammar
from brand_voice.patterns import PatternError
from brand_voice.rules import Kind
from brand_voice.spelling_pairs import Variety, respelt
from brand_voice.spelling_rules import Disguised, Spelling, disguises
from brand_voice.tone_rules import Tone


class SpellingEntry(RuleEntry):
    """British or American spelling, and words of one's own (`words`: wrong one to right one)."""

    surface_only: ClassVar[bool] = True
    kind: Literal["spelling"]
    variety: Variety | None = None
    words: dict[str, str] = Field(default_factory=dict[str, str])
    names: tuple[Words, ...] = ()

    def knowing(self, names: tuple[str, ...]) -> RuleEntry:
        """Return the rule with the rulebook's names added to its own."""
        return self.model_copy(update={"names": (*self.names, *names)})

    def build(self) -> Kind:
        """Return the look at the spelling."""
        if self.variety is None and not self.words:
            raise PatternError("variety, words: tell at least one of them")
        pairs = dict(respelt(self.variety)) if self.variety is not None else {}
        pairs |= {wrong.lower(): right for wrong, right in self.words.items()}
        return Spelling(pairs, None, _names(self.names))


class GrammarEntry(RuleEntry):
    """What the grammar checker Harper finds: the lints named, or all but those it leaves out."""

    surface_only: ClassVar[bool] = True
    kind: Literal["grammar"]
    lints: tuple[Words, ...] = ()
    leave_out: tuple[Words, ...] = ()
    names: tuple[Words, ...] = ()

    def knowing(self, names: tuple[str, ...]) -> RuleEntry:
        """Return the rule with the rulebook's names added to its own."""
        return self.model_copy(update={"names": (*self.names, *names)})

    def build(self) -> Kind:
        """Return the look at the grammar."""
        return Grammar(frozenset(self.lints), frozenset(self.leave_out), _names(self.names))


class DisguisedEntry(RuleEntry):
    """Words that must not stand, starred out, drawn out or spaced apart neither: profanity, slurs.

    `stems` count with any ending, `words` as they are.
    """

    kind: Literal["disguised"]
    words: tuple[Words, ...] = ()
    stems: tuple[Words, ...] = ()
    except_in: Words | None = None

    def build(self) -> Kind:
        """Return the look for the words."""
        if not self.words and not self.stems:
            raise PatternError("words, stems: tell at least one word")
        shapes = [disguises(word.lower()) for word in self.words]
        stems = [f"(?:{disguises(stem.lower())})\\w*" for stem in self.stems]
        source = rf"(?<![\w@#])(?:{'|'.join((*shapes, *stems))})(?![\w@])"
        return Disguised(checked("words", source, "phrase"), optional("except_in", self.except_in))


class ToneEntry(RuleEntry):
    """A text that is off-brand with this chance or more, by a learned sense of tone; silent without one."""

    kind: Literal["tone"]
    least: Annotated[float, Field(gt=0, lt=1)] = 0.8

    def build(self) -> Kind:
        """Return the look at the tone, without a reader yet."""
        return Tone(self.least)


def _names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part.lower() for name in names for part in (name, *name.split()))
