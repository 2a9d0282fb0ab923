"""Settings of Vale styles: `.vale.ini`, and the vocabularies it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from brand_voice.vale.definition import Level, ValeError

NAMES = (".vale.ini", "_vale.ini", "vale.ini", ".vale", "_vale")
LEVELS: dict[str, int] = {"suggestion": 0, "warning": 1, "error": 2}
_SECTION = re.compile(r"^\[(?P<name>.+)\]\s*$")
_SETTING = re.compile(r"^(?P<key>[^=:]*)[=:](?P<value>.*)$")
_LISTS = ("BasedOnStyles", "BlockIgnores", "IgnorePatterns", "TokenIgnores")
_TOP_LISTS = ("IgnoredScopes", "SkippedScopes", "IgnoredClasses", "Vocab", "Project")
_TOP_TEXTS = ("StylesPath", "MinAlertLevel", "WordTemplate", "Packages", "DictionaryPath")


@dataclass(frozen=True, slots=True)
class Section:
    """What holds for the files that match a pattern such as `*.md`; `checks` are rules and styles by name."""

    pattern: str
    styles: tuple[str, ...] | None = None
    checks: Mapping[str, str] = field(default_factory=dict[str, str])
    block_ignores: tuple[str, ...] = ()
    token_ignores: tuple[str, ...] = ()

    def holds_for(self, name: str) -> bool:
        """Say whether a file of that name or path is meant."""
        return re.fullmatch(_as_pattern(self.pattern), name) is not None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project. `styles` is the folder of its styles."""

    styles: Path
    least: Level = "suggestion"
    vocabularies: tuple[str, ...] = ()
    ignored_scopes: tuple[str, ...] = ()
    skipped_scopes: tuple[str, ...] = ()
    ignored_classes: tuple[str, ...] = ()
    word_template: str = ""
    formats: Mapping[str, str] = field(default_factory=dict[str, str])
    sections: tuple[Section, ...] = ()

    def sections_for(self, names: Iterable[str]) -> list[Section]:
        """Return the sections that hold for a file known by any of `names`, the general one first."""
        told = list(names)
        chosen = [one for one in self.sections if one.pattern == "*" or any(map(one.holds_for, told))]
        return sorted(chosen, key=lambda one: one.pattern != "*")


def _as_pattern(glob: str) -> str:
    """Return a file pattern ("*.{md,txt}") as a regular expression; a star stands for slashes too."""
    pieces: list[str] = []
    depth = 0
    for char in glob:
        if char == "*":
            piece = ".*"
        elif char == "?":
            piece = "."
        elif char == "{":
            piece, depth = "(?:", depth + 1
        elif char == "}" and depth:
            piece, depth = ")", depth - 1
        elif char == "," and depth:
            piece = "|"
        else:
            piece = re.escape(char)
        pieces.append(piece)
    return "".join(pieces) + ")" * depth


def settings_file(folder: Path) -> Path | None:
    """Return the settings file of a folder, where it has one."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def read_settings(path: Path) -> Settings:
    """Read a `.vale.ini`. Raises ValeError naming file and key."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise ValeError(f"{path.name}: not UTF-8 at byte {fault.start}; save the file as UTF-8") from None
    except OSError as fault:
        raise ValeError(f"{path.name}: cannot be read: {fault.strerror}") from None
    sections: dict[str, dict[str, str]] = {"": {}}
    named = ""
    for number, line in enumerate(_continued(lines), start=1):
        bare = line.strip()
        if not bare or bare.startswith(("#", ";")):
            continue
        section = _SECTION.match(bare)
        if section is not None:
            named = section["name"].strip()
            sections.setdefault(named, {})
            continue
        setting = _SETTING.match(bare)
        if setting is None:
            raise ValeError(f"{path.name}: line {number}: {bare!r} is no 'Name = value'")
        value = re.split(r"\s[#;]", setting["value"], maxsplit=1)[0].strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'`"
        _put(sections[named], setting["key"].strip(), value[1:-1] if quoted else value.strip('"'))
    return _settings(path, sections)


def _put(section: dict[str, str], key: str, value: str) -> None:
    """Add a setting; one that is told again adds to a list and replaces anything else."""
    before = section.get(key)
    section[key] = f"{before}, {value}" if before and key in {*_LISTS, *_TOP_LISTS} else value


def _continued(lines: list[str]) -> Iterable[str]:
    kept = ""
    for line in lines:
        if line.rstrip().endswith("\\") and not line.rstrip().endswith("\\\\"):
            kept += line.rstrip()[:-1]
            continue
        yield kept + line
        kept = ""
    if kept:
        yield kept


def _settings(path: Path, sections: dict[str, dict[str, str]]) -> Settings:
    top = sections.pop("")
    top.update(sections.pop("DEFAULT", {}))
    formats = sections.pop("formats", {})
    sections.pop("asciidoctor", None)  # attributes for a reader of AsciiDoc
    least = top.get("MinAlertLevel", "suggestion")
    if least not in LEVELS:
        raise ValeError(f"{path.name}: MinAlertLevel: {least!r} is none of suggestion, warning, error")
    styles = path.parent / Path(top.get("StylesPath", "styles" if (path.parent / "styles").is_dir() else "."))
    if not styles.is_dir():
        raise ValeError(
            f"{path.name}: StylesPath: {top.get('StylesPath', '.')!r} is no folder beside the file"
        )
    loose = {key: value for key, value in top.items() if key not in {*_TOP_LISTS, *_TOP_TEXTS}}
    made = [
        _section(path, name, told) for name, told in sections.items() if "." not in name or _globbed(name)
    ]
    if any(key == "BasedOnStyles" or "." in key for key in loose):
        made.insert(
            0, _section(path, "*", {key: one for key, one in loose.items() if "." in key or key in _LISTS})
        )
    return Settings(
        styles=styles.resolve(),
        least=cast("Level", least),
        vocabularies=_items(top.get("Vocab", top.get("Project", ""))),
        ignored_scopes=_items(top.get("IgnoredScopes", "")),
        skipped_scopes=_items(top.get("SkippedScopes", "")),
        ignored_classes=_items(top.get("IgnoredClasses", "")),
        word_template=top.get("WordTemplate", ""),
        formats=formats,
        sections=tuple(made),
    )


def _globbed(name: str) -> bool:
    return any(char in name for char in "*?{[/") or name.rpartition(".")[2].islower()


def _section(path: Path, name: str, told: Mapping[str, str]) -> Section:
    checks: dict[str, str] = {}
    for key, value in told.items():
        if key in _LISTS or key in {"Transform", "Lang", "Parser", "View", "CommentDelimiters", "Blueprint"}:
            continue
        state = value.strip()
        if state.upper() not in {"YES", "NO"} and state not in LEVELS:
            levels = ", ".join(LEVELS)
            raise ValeError(f"{path.name}: [{name}] {key}: {value!r} is none of YES, NO, {levels}")
        checks[key] = state if state in LEVELS else state.upper()
    return Section(
        pattern=name,
        styles=_items(told["BasedOnStyles"]) if "BasedOnStyles" in told else None,
        checks=checks,
        block_ignores=_patterns(told.get("BlockIgnores", "")) + _patterns(told.get("IgnorePatterns", "")),
        token_ignores=_patterns(told.get("TokenIgnores", "")),
    )


def _items(source: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in source.split(",") if one.strip())


def _patterns(source: str) -> tuple[str, ...]:
    """Return patterns that stand with commas between; one in brackets, or after a backslash, is theirs."""
    items: list[str] = []
    kept = ""
    depth = 0
    for place, char in enumerate(source):
        escaped = source[place - 1 : place] == "\\"
        depth += 0 if escaped else (char in "([{") - (char in ")]}")
        if char == "," and depth <= 0 and not escaped:
            items.append(kept)
            kept = ""
        else:
            kept += char
    items.append(kept)
    return tuple(one.strip().strip('"').replace("\\,", ",") for one in items if one.strip())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words a house writes so (`accepted`), and words it does not write (`rejected`); patterns, both."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def read_vocabulary(styles: Path, names: Iterable[str]) -> Vocabulary:
    """Read the vocabularies of these names from the styles folder. Raises ValeError for a missing one."""
    accepted: list[str] = []
    rejected: list[str] = []
    for name in names:
        folders = (styles / "config" / "vocabularies" / name, styles / "Vocab" / name)
        folder = next((one for one in folders if one.is_dir()), None)
        if folder is None:
            raise ValeError(f".vale.ini: Vocab: there is no vocabulary {name!r} in {folders[0].parent}")
        accepted += _terms(folder / "accept.txt")
        rejected += _terms(folder / "reject.txt")
    return Vocabulary(tuple(dict.fromkeys(accepted)), tuple(dict.fromkeys(rejected)))


def _terms(path: Path) -> list[str]:
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("# ")]
