"""Maps: TOML files that say how somebody else's export is to be read.

[file]       encoding = "cp1252", delimiter = ";"
[columns]    sku = "StockCode"                     our field = their column
[defaults]   currency = "GBP"                      where a cell is empty or the column missing
[values.status]  Completed = "delivered"           their value = ours; "/…/" is a pattern
[dates]      zone = "Europe/London", formats = ["%d/%m/%Y %H:%M"], or per field
[attributes] prefix = "attr_"                      columns gathered into attributes
[repeated]   usual = ["price"]                     of a key given twice: the most frequent, not the last
[skip]       sku = "^POST$"                        rows left out: any pattern found
[[skip]]     reason = "…", price = "^0", customer_id = "^$"     the same, all of them found
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.importing.report import NotImported

_SECTIONS = frozenset(
    {"file", "columns", "defaults", "values", "case", "dates", "attributes", "repeated", "skip"}
)
_EVERY_FIELD = "*"
_NO_TEXTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a value may be held against."""

    written: str
    _whole: re.Pattern[str]
    _shell: re.Pattern[str] | None

    @classmethod
    def of(cls, written: str) -> Pattern:
        """Raises re.error."""
        anchored = "^" in written or "$" in written
        return cls(written, _compiled(written), None if anchored else re.compile(fnmatch.translate(written)))

    def fits(self, value: str) -> bool:
        """Whether the value is meant."""
        if self._shell is None:
            return self._whole.search(value) is not None
        return self._whole.fullmatch(value) is not None or self._shell.fullmatch(value) is not None


def _compiled(written: str) -> re.Pattern[str]:
    try:
        return re.compile(written)
    except re.error:
        if "^" in written or "$" in written:
            raise
        return re.compile(re.escape(written))  # a shell pattern such as "*-TEST"


@dataclass(frozen=True, slots=True)
class SkipRule:
    """Leaves a row out when every pattern fits its column (our field, else their column)."""

    patterns: tuple[tuple[str, Pattern], ...]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """How the columns of a file become fields; empty: as they are."""

    columns: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)
    defaults: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    cases: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    any_formats: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    attribute_prefix: str | None = None
    usual: tuple[str, ...] = ()
    skips: tuple[SkipRule, ...] = ()
    encoding: str = "utf-8"
    delimiter: str | None = None

    def formats_of(self, name: str) -> tuple[str, ...]:
        """Return the strptime formats to try for a field."""
        return self.formats.get(name, self.any_formats)

    def replacement(self, name: str) -> Callable[[str], str] | None:
        """Return what replaces values of a field, None when nothing does."""
        replaced = {**self.values.get(_EVERY_FIELD, {}), **self.values.get(name, {})}
        case = self.cases.get(name)
        if not replaced and case is None:
            return None
        exact = {key: value for key, value in replaced.items() if not _is_pattern(key)}
        patterns = [(re.compile(key[1:-1]), value) for key, value in replaced.items() if _is_pattern(key)]

        def replace(found: str) -> str:
            if found in exact:
                return exact[found]
            for pattern, value in patterns:
                found = pattern.sub(value, found)
            if case is not None:
                found = found.upper() if case == "upper" else found.lower()
            return found

        return replace


def _is_pattern(key: str) -> bool:
    return len(key) > 2 and key.startswith("/") and key.endswith("/")


def read_map(file: Path) -> FieldMap:
    """Read a map. Raises NotImported, naming the file, the section and the way out."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotImported(f"the map {file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotImported(f"the map {file} is not TOML: {error}") from error
    try:
        return parse_map(document)
    except ValueError as error:
        raise NotImported(f"the map {file}: {error}") from error


def parse_map(document: Mapping[str, Any]) -> FieldMap:
    """Turn a TOML document into a map. Raises ValueError in words."""
    unknown = set(document) - _SECTIONS
    if unknown:
        raise ValueError(f"[{min(unknown)}] is no section; there are {', '.join(sorted(_SECTIONS))}")
    dates = _table(document, "dates")
    formats = {name: _texts(value, f"[dates] {name}") for name, value in dates.items() if name != "zone"}
    file = _table(document, "file")
    if "format" in formats:
        formats["formats"] = (*formats.get("formats", ()), *formats.pop("format"))
    made = FieldMap(
        columns=_strings(_table(document, "columns"), "columns"),
        defaults=_strings(_table(document, "defaults"), "defaults"),
        values=_replacements(_table(document, "values")),
        cases=_cases(_table(document, "case")),
        any_formats=formats.pop("formats", ()),
        formats=formats,
        zone=_zone(dates.get("zone")),
        attribute_prefix=_table(document, "attributes").get("prefix"),
        usual=_usual(_table(document, "repeated")),
        skips=_skips(document.get("skip", {})),
        encoding=str(file.get("encoding", "utf-8")),
        delimiter=file.get("delimiter"),
    )
    _prove(made)
    return made


def _prove(made: FieldMap) -> None:
    """Try what only a use would find out."""
    try:
        "".encode(made.encoding)
    except LookupError as error:
        raise ValueError(f"[file] encoding: {error}") from error
    if made.delimiter is not None and (not isinstance(made.delimiter, str) or len(made.delimiter) != 1):
        raise ValueError("[file] delimiter is one character")
    for name in made.values:
        try:
            made.replacement(name)
        except re.error as error:
            raise ValueError(f"[values.{name}]: {error}") from error


def _replacements(table: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return replacements by field; those outside any field's table hold for every field."""
    by_field = {
        name: _strings(its, f"values.{name}") for name, its in table.items() if isinstance(its, Mapping)
    }
    loose = {name: its for name, its in table.items() if not isinstance(its, Mapping)}
    return {**by_field, _EVERY_FIELD: _strings(loose, "values")}


def _cases(table: Mapping[str, Any]) -> dict[str, str]:
    for name, case in table.items():
        if case not in {"upper", "lower"}:
            raise ValueError(f"[case] {name} is upper or lower")
    return dict(table)


def _usual(table: Mapping[str, Any]) -> tuple[str, ...]:
    if set(table) - {"usual"}:
        raise ValueError("[repeated] has usual, a list of fields, and nothing else")
    return _texts(table.get("usual", []), "[repeated] usual")


def _skips(section: Any) -> tuple[SkipRule, ...]:
    if isinstance(section, Mapping):
        return tuple(
            SkipRule((pattern,)) for name, found in section.items() for pattern in _patterns(name, found)
        )
    if not isinstance(section, Sequence) or isinstance(section, str):
        raise ValueError("[skip] is a table of patterns, or [[skip]] tables whose patterns all hold")
    rules: list[SkipRule] = []
    for one in section:
        table = _as_table(one, "skip")
        named = [
            pattern for name, found in table.items() if name != "reason" for pattern in _patterns(name, found)
        ]
        if not named:
            raise ValueError("a [[skip]] without a pattern would leave out every row")
        rules.append(SkipRule(tuple(named)))
    return tuple(rules)


def _patterns(name: str, found: Any) -> list[tuple[str, Pattern]]:
    try:
        return [(name, Pattern.of(pattern)) for pattern in _texts(found, f"[skip] {name}")]
    except re.error as error:
        raise ValueError(f"[skip] {name}: {error}") from error


def _zone(name: Any) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"[dates] zone: {name!r} is no time zone such as Europe/London") from error


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _as_table(document.get(name, {}), name)


def _as_table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"[{name}] is not a table")
    return value


def _strings(table: Mapping[str, Any], name: str) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            raise ValueError(f"[{name}] {key} is not text")
    return {key: str(value) for key, value in table.items()}


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise ValueError(f"{name} is not text or a list of texts")
