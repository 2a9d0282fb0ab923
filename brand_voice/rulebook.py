"""Rulebooks: folders of YAML files, read, checked and known by a hash of what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from brand_voice import rulebook_file as entries
from brand_voice.case_rules import PersonalDataIn, UnsupportedPromise
from brand_voice.demand_rules import AddressedName, Demand, Length, NextStep
from brand_voice.finding import Severity
from brand_voice.patterns import Pattern, PatternError, pattern, phrase_source
from brand_voice.rules import CHANNELS, Example, Kind, Rule
from brand_voice.wording_rules import Capitals, Exclamation, MixedScript, Swap, Wording

HOUSE = Path(__file__).parent / "rulebooks" / "house"
_FILE = TypeAdapter(entries.RulebookFile)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RulebookError(ValueError):
    """A rulebook that cannot be used; the message names file, rule and field of every fault."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a house. `version` is name@hash and changes with every change of what the files say."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    owners: Mapping[str, str]  # who answers for a rule, by its id

    def rule(self, rule_id: str) -> Rule:
        """Return a rule by its id. Raises KeyError naming it."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(f"rulebook {self.version} has no rule {rule_id!r}")


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Read a rulebook folder (None: the house rulebook that comes with Wellput).

    Raises RulebookError with one line per fault, each naming file, rule and field.
    """
    source = HOUSE if folder is None else folder
    files = _files(source)
    faults: list[str] = []
    rules: list[Rule] = []
    owners: dict[str, str] = {}
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        parsed = _parse(path, content, faults)
        for entry in parsed.rules if parsed is not None else ():
            if entry.id in owners:
                faults.append(f"{path.name}: rule {entry.id}: id: used twice; give this rule another id")
            owners[entry.id] = parsed.owner if parsed is not None else ""
            rule = _build(path, entry, faults)
            if rule is not None:
                rules.append(rule)
    if faults:
        raise RulebookError("\n".join(faults))
    name = source.resolve().name
    return Rulebook(name, f"{name}@{digest.hexdigest()[:12]}", tuple(rules), owners)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RulebookError(f"{folder} is no folder; a rulebook is a folder with .yaml files of rules")
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        raise RulebookError(f"{folder} holds no .yaml file; put at least one file of rules there")
    return files


def _parse(path: Path, content: bytes, faults: list[str]) -> entries.RulebookFile | None:
    try:
        document = cast(object, yaml.load(content.decode("utf-8"), Loader=_LOADER))  # noqa: S506 - a safe loader
    except UnicodeDecodeError as fault:
        faults.append(f"{path.name}: not UTF-8 at byte {fault.start}; save the file as UTF-8")
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        faults.append(f"{path.name}: not YAML: {' '.join(str(fault).split())}")
        return None
    if not isinstance(document, dict):
        faults.append(f"{path.name}: holds no rules; begin with 'owner:' and 'rules:'")
        return None
    try:
        return _FILE.validate_python(document)
    except ValidationError as fault:
        faults.extend(_in_words(path, cast("dict[str, object]", document), fault))
        return None


def _in_words(path: Path, document: dict[str, object], fault: ValidationError) -> Iterable[str]:
    rules = cast("list[object]", document.get("rules") if isinstance(document.get("rules"), list) else [])
    for error in fault.errors():
        place = list(error["loc"])
        owner = ""
        if len(place) > 1 and place[0] == "rules" and isinstance(place[1], int):
            owner = f" rule {_name_of(rules, place[1])}:"
            place = place[3:] if len(place) > 3 else place[2:]
        named = ".".join(str(step) for step in place if step not in {"str", "ExampleEntry", "SwapEntry"})
        said = error["msg"].removeprefix("Value error, ")
        yield f"{path.name}:{owner} {named or 'kind'}: {said}"


def _name_of(rules: list[object], place: int) -> str:
    entry = rules[place] if place < len(rules) else None
    if isinstance(entry, dict) and "id" in entry:
        return str(cast("dict[str, object]", entry)["id"])
    return f"number {place + 1}"


def _build(path: Path, entry: entries.RuleEntry, faults: list[str]) -> Rule | None:
    try:
        kind = _kind(entry)
    except PatternError as fault:
        faults.append(f"{path.name}: rule {entry.id}: {fault}")
        return None
    told = entry.severity if isinstance(entry.severity, dict) else {"default": entry.severity}
    return Rule(
        id=entry.id,
        kind=kind,
        severity=told["default"],
        message=" ".join(entry.message.split()),
        why=" ".join(entry.why.split()),
        channels=frozenset(entry.channels or CHANNELS),
        topics=None if entry.topics is None else frozenset(entry.topics),
        when=frozenset(entry.when),
        unless=frozenset(entry.unless),
        severities={key: Severity(value) for key, value in told.items() if key != "default"},
        fails=tuple(map(_example, entry.fails)),
        passes=tuple(map(_example, entry.passes)),
    )


def _example(entry: str | entries.ExampleEntry) -> Example:
    if isinstance(entry, str):
        return Example(entry)
    return Example(
        text=entry.text,
        channel=entry.channel,
        flags=frozenset(entry.flags),
        topic=entry.topic,
        known_ids=frozenset(entry.known_ids),
        allowed_contacts=frozenset(entry.allowed_contacts),
        greeting_names=entry.greeting_names,
        source_texts=entry.source_texts,
        supported_promises=frozenset(entry.supported_promises),
    )


def _kind(entry: entries.RuleEntry) -> Kind:
    kind: Kind
    match entry:
        case entries.ForbiddenEntry() | entries.PreferredEntry():
            kind = _wording(entry)
        case entries.RequiredEntry():
            kind = _demand(entry)
        case entries.NextStepEntry():
            kind = NextStep(_optional("cues", entry.cues))
        case entries.LengthEntry():
            kind = Length(entry.of, entry.most, entry.least)
        case entries.CapitalsEntry():
            kind = Capitals(frozenset(" ".join(entry.words).split()), entry.least, entry.most)
        case entries.ExclamationEntry():
            kind = Exclamation(entry.most, entry.run)
        case entries.MixedScriptEntry():
            kind = MixedScript()
        case entries.AddressedNameEntry():
            kind = AddressedName()
        case entries.PromiseEntry():
            kind = UnsupportedPromise(frozenset(entry.families))
        case entries.PersonalDataEntry():
            kind = PersonalDataIn(frozenset(entry.data))
    return kind


def _wording(entry: entries.ForbiddenEntry | entries.PreferredEntry) -> Wording:
    swaps: list[Swap] = []
    given: tuple[str | entries.SwapEntry, ...]
    if isinstance(entry, entries.ForbiddenEntry):
        given = entry.patterns
        if entry.phrases:
            swaps.append(_phrases("phrases", entry.phrases, ()))
    else:
        given = entry.swaps
    for item in given:
        if isinstance(item, str):
            swaps.append(Swap(_checked("patterns", item, entry.reads)))
            continue
        use = () if item.use is None else (item.use,) if isinstance(item.use, str) else item.use
        if item.say:
            swaps.append(_phrases("say", item.say, use))
        if item.match is not None:
            swaps.append(Swap(_checked("match", item.match, entry.reads), use, item.hints))
    if not swaps:
        raise PatternError("patterns: no wording told; give phrases or patterns")
    excused = None if entry.except_in is None else _checked("except_in", entry.except_in, entry.reads)
    return Wording(tuple(swaps), entry.reads, excused)


def _phrases(name: str, phrases: tuple[str, ...], use: tuple[str, ...]) -> Swap:
    folded = [" ".join(phrase.lower().split()) for phrase in phrases]
    hints = tuple(dict.fromkeys(max(phrase.split(), key=len) for phrase in folded))
    return Swap(_checked(name, "|".join(map(phrase_source, folded)), "phrase"), use, hints)


def _demand(entry: entries.RequiredEntry) -> Demand:
    any_of = tuple(_checked("any_of", source, entry.reads) for source in entry.any_of)
    add = {} if entry.add is None else {"default": entry.add} if isinstance(entry.add, str) else entry.add
    return Demand(any_of, entry.place, _optional("cues", entry.cues), entry.reads, add)


def _optional(name: str, source: str | None) -> Pattern | None:
    return None if source is None else _checked(name, source, "folded")


def _checked(name: str, source: str, reads: str) -> Pattern:
    """Compile a pattern; one that reads the folded text in small letters must not ask for capitals."""
    try:
        compiled = pattern(source, spaces=reads != "raw")
    except PatternError as fault:
        raise PatternError(f"{name}: {fault}") from fault
    bare = re.sub(r"\\[pP]\{[^}]*\}|\\.|\(\?P<\w+>", "", source)
    if reads == "folded" and bare != bare.lower():
        raise PatternError(
            f"{name}: {source!r} has capitals, but 'reads' is folded (small letters); set it to cased"
        )
    return compiled
