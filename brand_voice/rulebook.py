"""Rulebooks: folders of YAML files and the packs they take in, known by a hash of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from brand_voice.entries.base import RuleEntry, checked, examples
from brand_voice.finding import Severity
from brand_voice.patterns import Pattern, PatternError, phrase_source
from brand_voice.rulebook_file import COVER, PROOF, CoverFile, ProofEntry, RulebookFile
from brand_voice.rulebook_reading import cover_of, proof_of, rules_of
from brand_voice.rules import CHANNELS, Rule
from brand_voice.tone_rules import Tone, ToneReader
from brand_voice.vale import ValeEntry, ValeError, is_vale, load_vale, settings_file

PACKS = Path(__file__).parent / "rulebooks"
HOUSE = PACKS / "house"
_DEEPEST = 4
_MOST_PACKS = 64


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

    def with_tone(self, reader: ToneReader | None) -> Rulebook:
        """Return the rulebook with its tone rules reading by `reader`; None: they stay silent."""
        rules = tuple(
            replace(rule, kind=replace(rule.kind, reader=reader)) if isinstance(rule.kind, Tone) else rule
            for rule in self.rules
        )
        return replace(self, rules=rules)


def load_rulebook(folder: Path | None = None, *, called: str | None = None) -> Rulebook:
    """Read a rulebook folder (None: the house rulebook that comes with Wellput), with the packs it takes in.

    `called` is its name where its cover tells none; None: the folder's.

    Raises RulebookError with one line per fault, each naming file, rule and field.
    """
    source = HOUSE if folder is None else folder
    reading = _Reading()
    cover = reading.take(source)
    if reading.faults:
        raise RulebookError("\n".join(dict.fromkeys(reading.faults)))
    digest = hashlib.sha256(b"".join(reading.said)).hexdigest()
    name = cover.name or called or source.resolve().name
    rules = tuple(reading.rules.values())
    owners = {rule.id: rule.owner for rule in rules}
    return Rulebook(name, f"{name}@{digest[:12]}", rules, owners)


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule as a file tells it, with what it gets from around it: its file, the cover's names, its proof."""

    entry: RuleEntry
    file: RulebookFile
    names: tuple[str, ...] = ()
    proof: ProofEntry | None = None

    def build(self) -> Rule:
        """Return the rule. Raises PatternError."""
        rule = _rule(self.entry, self.file, self.names)
        return rule if self.proof is None else _proven(rule, self.proof)


def told_rules(folder: Path | None = None) -> tuple[ToldRule, ...]:
    """Return the rules of a folder's own files and of the packs it takes in. Raises RulebookError."""
    reading = _Reading()
    reading.take(HOUSE if folder is None else folder)
    if reading.faults:
        raise RulebookError("\n".join(dict.fromkeys(reading.faults)))
    return tuple(told for rule_id, told in reading.told.items() if rule_id in reading.rules)


@dataclass(slots=True)
class _Reading:
    """A rulebook as it is read: its rules by id, in order; what is wrong; all that was said."""

    rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    told: dict[str, ToldRule] = field(default_factory=dict[str, ToldRule])
    faults: list[str] = field(default_factory=list[str])
    said: list[bytes] = field(default_factory=list[bytes])
    taken: int = 0

    def take(self, folder: Path, names: tuple[str, ...] = (), depth: int = 0) -> CoverFile:
        """Read a folder and, before it, the packs it takes in; its own rules replace theirs."""
        if is_vale(folder) and not any(folder.glob("*.yaml")):
            self._take_vale(folder, ValeEntry())
            return CoverFile()
        files = _files(folder)
        cover_path = folder / COVER
        cover = (
            cover_of(cover_path, self._read(cover_path), self.faults) if cover_path in files else CoverFile()
        )
        names = (*cover.names, *names)
        for pack in cover.include:
            self._include(folder, pack, names, depth)
        for styles in cover.vale or ((ValeEntry(),) if settings_file(folder) is not None else ()):
            self._take_vale(folder / styles.folder, styles)
        proofs = self._proofs(folder)
        own: dict[str, str] = {}
        for path in files:
            if path != cover_path:
                self._take_file(path, own, proofs, names)
        self.faults.extend(
            f"{PROOF}/{file}: no rule {rule!r} in this folder" for rule, (file, _) in proofs.items()
        )
        self._change(cover)
        return cover

    def _include(self, folder: Path, pack: str, names: tuple[str, ...], depth: int) -> None:
        beside, ours = folder / pack, PACKS / pack
        source = ours if ours.is_dir() and "/" not in pack and not pack.startswith(".") else beside
        self.taken += 1
        if depth >= _DEEPEST or self.taken > _MOST_PACKS:
            self.faults.append(f"{COVER}: include: {pack!r} takes in packs that take in packs without end")
        elif not source.is_dir():
            known = ", ".join(
                sorted(one.name for one in PACKS.iterdir() if one.is_dir() and one.name[0] != "_")
            )
            self.faults.append(
                f"{COVER}: include: no pack {pack!r}; there are {known}, or name a folder beside it"
            )
        else:
            self.take(source, names, depth + 1)

    def _take_vale(self, folder: Path, entry: ValeEntry) -> None:
        """Take in the rules of Vale styles."""
        try:
            rules = load_vale(folder, entry)
        except ValeError as fault:
            self.faults.extend(str(fault).splitlines())
            return
        self.rules.update((rule.id, rule) for rule in rules)
        self.said.extend(f"{rule.id} {rule.version} {rule.severity}".encode() for rule in rules)

    def _take_file(
        self,
        path: Path,
        own: dict[str, str],
        proofs: dict[str, tuple[str, ProofEntry]],
        names: tuple[str, ...],
    ) -> None:
        parsed = rules_of(path, self._read(path), self.faults)
        if parsed is None:
            return
        for entry in parsed.rules:
            if entry.id in own:
                self.faults.append(f"{path.name}: rule {entry.id}: id: used twice; give this rule another id")
            own[entry.id] = path.name
            proof = proofs.pop(entry.id, None)
            told = ToldRule(entry, parsed, names, proof[1] if proof is not None else None)
            try:
                self.rules[entry.id] = replace(
                    told.build(), kind_name=entry.kind, file=f"{path.parent.name}/{path.name}"
                )
            except PatternError as fault:
                self.faults.append(f"{path.name}: rule {entry.id}: {fault}")
            self.told[entry.id] = told

    def _proofs(self, folder: Path) -> dict[str, tuple[str, ProofEntry]]:
        proofs: dict[str, tuple[str, ProofEntry]] = {}
        for path in sorted((folder / PROOF).glob("*.yaml")):
            for rule, proof in proof_of(path, self._read(path), self.faults).items():
                if rule in proofs:
                    self.faults.append(f"{PROOF}/{path.name}: {rule}: proven in {proofs[rule][0]} as well")
                proofs[rule] = (path.name, proof)
        return proofs

    def _change(self, cover: CoverFile) -> None:
        """Do what the cover says about single rules."""
        for off in cover.switch_off:
            if self.rules.pop(off.rule, None) is None:
                self.faults.append(f"{COVER}: switch_off: there is no rule {off.rule!r} to switch off")
        for rule_id, severity in cover.severities.items():
            rule = self.rules.get(rule_id)
            if rule is None:
                self.faults.append(f"{COVER}: severities: there is no rule {rule_id!r}")
            else:
                self.rules[rule_id] = replace(rule, severity=severity, severities={})

    def _read(self, path: Path) -> bytes:
        content = path.read_bytes()
        self.said.append(path.name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        return content


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RulebookError(f"{folder} is no folder; a rulebook is a folder with .yaml files of rules")
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        raise RulebookError(f"{folder} holds no .yaml file; put at least one file of rules there")
    return files


def _rule(entry: RuleEntry, file: RulebookFile, names: Iterable[str]) -> Rule:
    told = entry.severity if isinstance(entry.severity, dict) else {"default": entry.severity}
    languages = entry.languages or file.languages
    return Rule(
        id=entry.id,
        kind=entry.knowing(tuple(names)).build(),
        severity=told["default"],
        message=" ".join(entry.message.split()),
        why=" ".join(entry.why.split()),
        channels=frozenset(entry.channels or CHANNELS),
        formats=frozenset(entry.formats),
        topics=None if entry.topics is None else frozenset(entry.topics),
        when=frozenset(entry.when),
        unless=frozenset(entry.unless),
        severities={key: Severity(value) for key, value in told.items() if key != "default"},
        audience=frozenset(entry.audience),
        languages=None if languages is None else frozenset(languages),
        valid_from=entry.valid_from or file.valid_from,
        valid_to=entry.valid_to or file.valid_to,
        allow=_allowed(entry.allow),
        suppressible_by=None if entry.suppressible_by is None else frozenset(entry.suppressible_by),
        surface_only=entry.surface_only,
        silent_beside=frozenset(entry.silent_beside),
        better=" ".join(entry.better.split()),
        owner=entry.owner or file.owner,
        source=entry.source or file.source,
        version=_version(entry),
        fails=examples(entry.fails),
        passes=examples(entry.passes),
    )


def _proven(rule: Rule, proof: ProofEntry) -> Rule:
    return replace(
        rule,
        fails=(*rule.fails, *examples(proof.fails)),
        passes=(*rule.passes, *examples(proof.passes)),
        proven_severity=proof.severity,
    )


def _allowed(phrases: tuple[str, ...]) -> Pattern | None:
    if not phrases:
        return None
    return checked(
        "allow", "|".join(phrase_source(" ".join(phrase.lower().split())) for phrase in phrases), "phrase"
    )


def _version(entry: RuleEntry) -> str:
    said = entry.model_dump_json(exclude={"fails", "passes"}, exclude_defaults=True)
    return hashlib.sha256(said.encode()).hexdigest()[:8]
