"""A folder of Vale styles with its settings, loaded whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from brand_voice.glances import Glances
from brand_voice.vale.building import Refused, Surroundings, ValeRule, build
from brand_voice.vale.definition import Entry, Level, ValeError, checked, read_rule
from brand_voice.vale.regexps import MEMORY
from brand_voice.vale.settings import (
    LEVELS,
    Section,
    Settings,
    read_settings,
    read_vocabulary,
    settings_file,
)
from brand_voice.vale.strikes import WORD_TEMPLATE

_NO_STYLES = frozenset({"config", "Vocab", "vocab", ".git", "node_modules"})
_BUILT_IN: dict[str, dict[str, object]] = {
    "Vale.Spelling": {
        "extends": "spelling", "message": "Did you really mean '%s'?", "level": "error",
        "action": {"name": "suggest", "params": ["spellings"]},
    },
    "Vale.Repetition": {
        "extends": "repetition", "message": "'%s' is repeated!", "level": "error", "alpha": "true",
        "ignorecase": "true", "tokens": [r"[^\s.!?]+"],
        "action": {"name": "edit", "params": ["truncate", " "]},
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of Vale styles and the settings that say where they hold.

    `refused` are rules that are not run here, each with the reason; `notes` tell of fields nobody reads.
    """

    name: str
    version: str
    settings: Settings
    rules: tuple[ValeRule, ...]
    glances: Glances
    glanced: tuple[int, ...]  # the rule of each pattern that is looked for
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    always: frozenset[int] = field(default=frozenset())  # rules without a pattern that must match

    def active(self, names: Iterable[str]) -> tuple[tuple[int, ValeRule], ...]:
        """Return the rules that hold for a file known by any of `names`, with their numbers."""
        least = LEVELS[self.settings.least]
        sections = self.settings.sections_for(names) if self.settings.sections else None
        return tuple(
            (number, rule)
            for number, rule in enumerate(self.rules)
            if LEVELS[rule.about.level] >= least and (sections is None or _holds(rule.about.check, sections))
        )

    def possible(self, text: str) -> set[int]:
        """Return the numbers of the rules that may have something to say about a part of the text."""
        return {self.glanced[one] for one in self.glances.possible(text)} | self.always


def _holds(check: str, sections: list[Section]) -> bool:
    on = False
    style = check.split(".", maxsplit=1)[0]
    for section in sections:
        told = section.checks.get(check, section.checks.get(style))
        if told is not None:
            on = told != "NO"
        elif section.styles is not None:
            on = style in section.styles
    return on


def is_vale(folder: Path) -> bool:
    """Say whether a folder holds Vale styles: settings, a style, or a folder of styles."""
    return settings_file(folder) is not None or _is_style(folder) or any(_styles_in(folder))


def _is_style(folder: Path) -> bool:
    return any(_tells_kind(path) for path in sorted(folder.glob("*.yml")))


def _tells_kind(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return any(line.lstrip(b"\xef\xbb\xbf").lower().startswith(b"extends:") for line in stream)
    except OSError:
        return False


def _styles_in(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for one in sorted(folder.iterdir()):
        if one.is_dir() and one.name not in _NO_STYLES and _is_style(one):
            yield one


def load_pack(folder: Path, *, language: str = "en-US", off: Iterable[str] = ()) -> Pack:
    """Load a folder: one with a `.vale.ini`, one style, or a folder of styles (then all rules hold).

    Raises ValeError with a line for each fault, naming file, rule and field.
    """
    found = settings_file(folder) if folder.is_dir() else (folder if folder.is_file() else None)
    if found is not None:
        settings = read_settings(found)
        wanted = _wanted(settings)
    elif _is_style(folder):
        settings = Settings(folder.resolve().parent)
        wanted: dict[str, set[str] | None] = {folder.resolve().name: None}
    else:
        wanted = {style.name: None for style in _styles_in(folder)}
        settings = Settings(folder.resolve())
        if not wanted:
            raise ValeError(
                f"{folder}: holds no Vale style; a style is a folder of .yml files with 'extends:'"
            )
    named = folder.resolve().parent if folder.is_file() else folder.resolve()
    return _Loading(settings, language, frozenset(off)).pack(named.name, wanted)


def _wanted(settings: Settings) -> dict[str, set[str] | None]:
    """Return the styles to load: all their rules (None), or only those that are switched on by name."""
    wanted: dict[str, set[str] | None] = {}
    for section in settings.sections:
        for style in section.styles or ():
            wanted[style] = None
    for section in settings.sections:
        for check, state in section.checks.items():
            style = check.split(".")[0]
            if state == "NO" or wanted.get(style, set()) is None:
                continue
            if "." in check:
                (wanted.setdefault(style, set()) or set()).add(check)
                wanted[style] = {*(wanted[style] or set()), check}
            else:
                wanted[style] = None
    return wanted


class _Loading:
    """Loads the rules of a pack, gathering what is wrong with them."""

    def __init__(self, settings: Settings, language: str, off: frozenset[str]) -> None:
        self.settings = settings
        vocabulary = read_vocabulary(settings.styles, settings.vocabularies)
        template = settings.word_template or WORD_TEMPLATE
        self.around = Surroundings(settings.styles, vocabulary, template, language)
        self.levels: dict[str, Level] = {
            check: cast("Level", state)
            for section in settings.sections
            for check, state in section.checks.items()
            if state in LEVELS
        }
        self.off = off
        self.rules: list[ValeRule] = []
        self.faults: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.digest = hashlib.sha256(repr((settings.sections, settings.least, vocabulary)).encode())

    def pack(self, name: str, wanted: dict[str, set[str] | None]) -> Pack:
        for style, only in sorted(wanted.items()):
            self._load_style(style, only)
        if self.faults:
            raise ValeError("\n".join(self.faults))
        patterns = [(number, one) for number, rule in enumerate(self.rules) for one in rule.kind.patterns]
        glanced = {number for number, _one in patterns}
        return Pack(
            name=name,
            version=self.digest.hexdigest()[:12],
            settings=self.settings,
            rules=tuple(self.rules),
            glances=Glances((one.loose for _number, one in patterns), memory=MEMORY),
            glanced=tuple(number for number, _one in patterns),
            refused=tuple(self.refused),
            notes=tuple(self.notes),
            always=frozenset(range(len(self.rules))) - glanced,
        )

    def _load_style(self, style: str, only: set[str] | None) -> None:
        folder = self.settings.styles / style
        if style == "Vale":
            self._built_in(only)
        if not folder.is_dir():
            if style != "Vale":
                self.faults.append(f"StylesPath: there is no style {style!r} in {self.settings.styles}")
            return
        for path in sorted(folder.rglob("*.yml")):
            within = path.relative_to(folder).with_suffix("")
            if any(part.startswith((".", "_")) for part in within.parts):
                continue
            check = ".".join([style, *within.parts])
            if (only is None or check in only) and check not in self.off:
                self._load(path, check)
        for missing in sorted((only or set()) - {rule.about.check for rule in self.rules} - self.off):
            if not any(check == missing for check, _why in self.refused) and style != "Vale":
                self.notes.append(f".vale.ini: {missing}: there is no such rule in {style}")

    def _load(self, path: Path, check: str) -> None:
        try:
            self.digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
            entry, notes = read_rule(path, check)
            self.notes += notes
            self._build(check, entry, f"{path.parent.name}/{path.name}")
        except ValeError as fault:
            self.faults.append(str(fault))
        except OSError as fault:
            self.faults.append(f"{path.parent.name}/{path.name}: cannot be read: {fault.strerror}")

    def _build(self, check: str, entry: Entry, where: str) -> None:
        level = self.levels.get(check, self.levels.get(check.split(".", maxsplit=1)[0], entry.level))
        try:
            rule = build(check, entry, level, where, self.around)
            self.rules.append(rule)
            self.notes += rule.notes
        except Refused as reason:
            self.refused.append((check, str(reason)))

    def _built_in(self, only: set[str] | None) -> None:
        told = dict(_BUILT_IN)
        words = self.around.vocabulary
        if words.accepted:
            told["Vale.Terms"] = {
                "extends": "substitution", "message": "Use '%s' instead of '%s'.", "level": "error",
                "ignorecase": "true", "swap": {term.lower(): term for term in words.accepted},
            }  # fmt: skip
        if words.rejected:
            told["Vale.Avoid"] = {
                "extends": "existence", "message": "Avoid using '%s'.", "level": "error",
                "tokens": list(words.rejected),
            }  # fmt: skip
        for check, fields in told.items():
            if (only is None or check in only) and check not in self.off:
                try:
                    self._build(check, checked(fields, "vocabulary", check)[0], "vocabulary")
                except ValeError as fault:
                    self.faults.append(str(fault))
