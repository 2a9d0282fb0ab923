"""Rules that look words up: spelling, with Hunspell dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from brand_voice.dictionary import Dictionary, NoDictionary
from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import SpellingEntry
from brand_voice.vale.regexps import Regexp, regexp
from brand_voice.vale.segments import tokens
from brand_voice.vale.strikes import About, Memory, Strike

_CAMEL = regexp(r"[A-Z][a-z]+[A-Z]+\w+")
_NO_WORD = regexp(r"[^\p{L}_'\x{2019}]")
_USUAL = "en-US"


@dataclass(frozen=True, slots=True)
class Spelling:
    """Strikes words that none of its dictionaries has."""

    dictionaries: tuple[Dictionary, ...]
    filters: tuple[Regexp, ...]
    usual_filters: bool
    ignored: frozenset[str]
    excepted: Regexp | None
    phrases: Regexp | None

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return ()

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        text = block.text
        for phrase in self.phrases.found(text) if self.phrases is not None else ():
            text = text[: phrase.start] + " " * (phrase.end - phrase.start) + text[phrase.end :]
        for start, end in tokens(text):
            word = text[start:end]
            if not self._passes(word):
                yield about.strike(block, start, end, (word,))

    def _passes(self, word: str) -> bool:
        if self.usual_filters and (word[-1].isupper() or _NO_WORD.matches(word) or _CAMEL.matches(word)):
            return True
        if word.lower() in self.ignored or any(one.matches(word) for one in self.filters):
            return True
        if any(one.knows(word) for one in self.dictionaries):
            return True
        return self.excepted is not None and self.excepted.matches(word)


def spelling(
    entry: SpellingEntry, styles: Path, accepted: tuple[str, ...], language: str = _USUAL
) -> Spelling:
    """Read a spelling rule; paths in it are looked for in the styles folder and in its config folder.

    Raises NoDictionary, BrokenPattern.
    """
    terms = sorted({*entry.exceptions, *accepted}, key=lambda term: (-len(term), term))
    phrases = [term for term in terms if " " in term or r"\s" in term]
    return Spelling(
        tuple(_dictionaries(entry, styles, language)),
        tuple(regexp(one) for one in entry.filters),
        not entry.custom,
        frozenset(_ignored(entry, styles)),
        regexp(rf"(?i)\b(?:{'|'.join(terms)})\b") if terms else None,
        regexp(rf"(?i)\b(?:{'|'.join(phrases)})\b") if phrases else None,
    )


def _dictionaries(entry: SpellingEntry, styles: Path, language: str) -> Iterable[Dictionary]:
    if entry.dic:
        found = _found(entry.dic, styles, "dictionaries")
        if found is None:
            raise NoDictionary(f"dic: {entry.dic} is not in {styles}")
        yield Dictionary(entry.dic, path=found.with_suffix(""))
        return
    for name in entry.dictionaries:
        told = [_found(f"{entry.dicpath}/{name}.dic", styles, "dictionaries")] if entry.dicpath else []
        own = next((one for one in [*told, _found(f"{name}.dic", styles, "dictionaries")] if one), None)
        yield Dictionary(name, path=own.with_suffix("") if own is not None else None)
    if entry.append or not entry.dictionaries:
        yield Dictionary(language)


def _ignored(entry: SpellingEntry, styles: Path) -> Iterable[str]:
    for name in entry.ignore:
        found = _found(name, styles, "ignore")
        if found is None:  # as in Vale, a list that is not there ignores nothing
            continue
        for line in found.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.strip():
                yield line.strip().lower()


def _found(name: str, styles: Path, kind: str) -> Path | None:
    for folder in (styles, styles / "config" / kind, styles.parent):
        path = folder / name
        if path.is_file():
            return path
    return None
