"""Rules about words, as files tell them: forbidden ones and better ones."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.entries.base import Entry, OneOrMore, Reads, RuleEntry, Words, checked, optional
from brand_voice.patterns import PatternError, phrase_source
from brand_voice.rules import Kind
from brand_voice.wording_rules import Capitals, Exclamation, MixedScript, Swap, Wording


class SwapEntry(Entry):
    """Wordings (`say`: phrases, `match`: a pattern) and what to write instead; empty: leave it out."""

    say: tuple[Words, ...] = ()
    match: Words | None = None
    use: str | tuple[str, ...] | None = None
    hints: tuple[Words, ...] = ()

    def swaps(self, reads: Reads) -> list[Swap]:
        """Return the wordings to look for. Raises PatternError."""
        use = () if self.use is None else (self.use,) if isinstance(self.use, str) else self.use
        made = [_phrases("say", self.say, use)] if self.say else []
        if self.match is not None:
            made.append(Swap(checked("match", self.match, reads), use, self.hints))
        return made


class _WordingEntry(RuleEntry):
    reads: Reads = "folded"
    except_in: Annotated[
        Words | None, Field(description="A pattern; a wording in a sentence that it matches is no finding.")
    ] = None
    reads_quotes: Annotated[
        bool, Field(description="Read quotations, addresses and code as well, which are else passed over.")
    ] = False

    def _wording(self, swaps: list[Swap]) -> Kind:
        if not swaps:
            raise PatternError("patterns: no wording told; give phrases or patterns")
        excused = optional("except_in", self.except_in, self.reads)
        return Wording(tuple(swaps), self.reads, excused, self.reads_quotes)


class ForbiddenEntry(_WordingEntry):
    """Wordings that must not stand."""

    kind: Literal["forbidden"]
    phrases: tuple[Words, ...] = ()
    patterns: tuple[Words | SwapEntry, ...] = ()

    def build(self) -> Kind:
        """Return the wordings to look for."""
        swaps = [_phrases("phrases", self.phrases, ())] if self.phrases else []
        for item in self.patterns:
            if isinstance(item, str):
                swaps.append(Swap(checked("patterns", item, self.reads)))
            else:
                swaps.extend(item.swaps(self.reads))
        return self._wording(swaps)


class PreferredEntry(_WordingEntry):
    """Wordings for which there are better ones."""

    kind: Literal["preferred"]
    swaps: Annotated[tuple[SwapEntry, ...], Field(min_length=1)]

    def build(self) -> Kind:
        """Return the wordings to look for, with the better ones."""
        return self._wording([swap for item in self.swaps for swap in item.swaps(self.reads)])


def _phrases(name: str, phrases: tuple[str, ...], use: tuple[str, ...]) -> Swap:
    folded = [" ".join(phrase.lower().split()) for phrase in phrases]
    hints = tuple(dict.fromkeys(max(phrase.split(), key=len) for phrase in folded))
    return Swap(checked(name, "|".join(map(phrase_source, folded)), "phrase"), use, hints)


class CapitalsEntry(RuleEntry):
    """Everyday words in capitals: shouting."""

    kind: Literal["capitals"]
    words: OneOrMore
    least: Annotated[int, Field(gt=0)] = 1
    most: Annotated[int, Field(gt=0)] = 1000

    def build(self) -> Kind:
        """Return the look for capitals."""
        return Capitals(frozenset(" ".join(self.words).split()), self.least, self.most)


class ExclamationEntry(RuleEntry):
    """Exclamation marks: too many (`most`), or too many on end (`run`)."""

    kind: Literal["exclamation"]
    most: Annotated[int, Field(ge=0)] | None = None
    run: Annotated[int, Field(gt=0)] | None = None

    def build(self) -> Kind:
        """Return the look for exclamation marks."""
        return Exclamation(self.most, self.run)


class MixedScriptEntry(RuleEntry):
    """Words that mix letters of several alphabets."""

    kind: Literal["mixed_script"]

    def build(self) -> Kind:
        """Return the look for mixed alphabets."""
        return MixedScript()
