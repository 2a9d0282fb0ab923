"""Rules made ready to run: what a file tells, compiled, or the reason why it cannot be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from brand_voice.dictionary import NoDictionary
from brand_voice.vale.actions import Action, BadAction, Edit, edit_of
from brand_voice.vale.casing import capitalization
from brand_voice.vale.definition import (
    CapitalizationEntry,
    ConditionalEntry,
    ConsistencyEntry,
    Entry,
    ExistenceEntry,
    Level,
    MetricEntry,
    OccurrenceEntry,
    ReadabilityEntry,
    RepetitionEntry,
    ScriptEntry,
    SequenceEntry,
    SpellingEntry,
    SubstitutionEntry,
    ValeError,
)
from brand_voice.vale.formulas import BadFormula
from brand_voice.vale.measuring import metric, readability
from brand_voice.vale.patterned import conditional, consistency, existence, occurrence, repetition
from brand_voice.vale.regexps import BrokenPattern
from brand_voice.vale.scopes import selector, sentences_of
from brand_voice.vale.sequences import BadToken, NoTagger, sequence
from brand_voice.vale.settings import Vocabulary
from brand_voice.vale.spelling import spelling
from brand_voice.vale.strikes import WORD_TEMPLATE, About, ValeKind
from brand_voice.vale.substitution import substitution


class Refused(ValueError):
    """A rule that is not run here; the message says why."""


class _NoPrograms(ValueError):
    """A rule that would run code of its own."""


@dataclass(frozen=True, slots=True)
class ValeRule:
    """A rule of a Vale style, ready to run."""

    about: About
    kind: ValeKind
    extends: str
    version: str  # changes with every change of what the rule says
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules may look up while they are made: the styles folder, the vocabulary, the word template."""

    styles: Path
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    word_template: str = WORD_TEMPLATE
    language: str = "en-US"


def build(check: str, entry: Entry, level: Level, where: str, around: Surroundings) -> ValeRule:
    """Make a rule ready. Raises ValeError naming file, rule and field, or Refused."""
    try:
        kind = _kind(entry, around)
    except (BrokenPattern, BadFormula, BadToken) as fault:
        raise ValeError(f"{where}: rule {check}: {fault}") from None
    except (NoDictionary, NoTagger, _NoPrograms) as fault:
        raise Refused(f"{where}: rule {check}: {entry.extends}: {fault}") from None
    action, edit, notes = _fix(entry, f"{where}: rule {check}")
    about = About(
        check=check,
        level=level,
        message=entry.message,
        description=entry.description,
        link=entry.link,
        limit=entry.limit,
        scope=selector(_scopes(entry)),
        action=action,
        edit=edit,
    )
    said = f"{level} {entry.model_dump_json()} {around.vocabulary!r} {around.word_template}"
    return ValeRule(about, kind, entry.extends, hashlib.sha256(said.encode()).hexdigest()[:8], notes)


def _fix(entry: Entry, where: str) -> tuple[Action, Edit | None, tuple[str, ...]]:
    """Return what the rule proposes to do; nothing, with a note, where its action cannot be carried out:
    the finding is worth having without."""
    action = entry.action.value()
    try:
        return action, edit_of(action), ()
    except (BadAction, BrokenPattern) as fault:
        return Action(), None, (f"{where}: action: {fault}; the rule runs without a fix",)


def _scopes(entry: Entry) -> tuple[str, ...]:
    told = tuple(one for one in entry.scope if one.strip())
    if isinstance(entry, SequenceEntry):
        return sentences_of(told)
    if isinstance(entry, MetricEntry | ReadabilityEntry):
        return ("summary",) if not told or told == ("text",) else told
    return told or ("text",)


def _kind(entry: Entry, around: Surroundings) -> ValeKind:  # noqa: PLR0911 - a line a kind
    accepted, template = around.vocabulary.accepted, around.word_template
    match entry:
        case ExistenceEntry():
            return existence(entry, accepted, template)
        case SubstitutionEntry():
            return substitution(entry, accepted, template)
        case OccurrenceEntry():
            return occurrence(entry)
        case RepetitionEntry():
            return repetition(entry, accepted)
        case ConsistencyEntry():
            return consistency(entry, template)
        case ConditionalEntry():
            return conditional(entry, accepted)
        case CapitalizationEntry():
            return capitalization(entry, accepted)
        case MetricEntry():
            return metric(entry)
        case ReadabilityEntry():
            return readability(entry)
        case SpellingEntry():
            return spelling(entry, around.styles, accepted, around.language)
        case SequenceEntry():
            return sequence(entry)
        case ScriptEntry():
            raise _NoPrograms("a rule that is a program of its own is not run")
