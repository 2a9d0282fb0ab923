"""A rule of a Vale style as its file tells it, checked field by field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from brand_voice.vale.actions import Action

Level = Literal["suggestion", "warning", "error"]


class ValeError(ValueError):
    """Vale styles or settings that cannot be used; each line names file, rule and field."""


def _listed(value: object) -> object:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _merged(value: object) -> object:
    """Return a map that is told as a list of maps as one map."""
    if not isinstance(value, list):
        return value
    merged: dict[str, object] = {}
    for one in cast("list[object]", value):
        if not isinstance(one, dict):
            return cast(object, value)
        merged.update(cast("dict[str, object]", one))
    return merged


Pairs = Annotated[dict[str, str], Field(min_length=1), BeforeValidator(_merged)]
Strings = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class ActionEntry(BaseModel):
    """What a rule proposes to do about a finding."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    params: Strings = ()

    def value(self) -> Action:
        """Return the action as the rule carries it."""
        return Action(self.name, self.params)


class Definition(BaseModel):
    """What every rule tells, whatever its kind."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message: str
    level: Level = "warning"
    scope: Strings = ()
    link: str = ""
    description: str = ""
    limit: Annotated[int, Field(ge=0)] = 0
    action: ActionEntry = ActionEntry()
    name: str = ""
    matchcase: bool = False


class ExistenceEntry(Definition):
    extends: Literal["existence"]
    tokens: Strings = ()
    raw: Strings = ()
    exceptions: Strings = ()
    append: bool = False
    ignorecase: bool = False
    nonword: bool = False
    vocab: bool = False


class SubstitutionEntry(Definition):
    extends: Literal["substitution"]
    swap: Pairs
    exceptions: Strings = ()
    ignorecase: bool = False
    nonword: bool = False
    capitalize: bool = False
    vocab: bool = False
    pos: str = ""


class OccurrenceEntry(Definition):
    extends: Literal["occurrence"]
    token: Annotated[str, Field(min_length=1)]
    max: Annotated[int, Field(ge=0)] = 0
    min: Annotated[int, Field(ge=0)] = 0
    ignorecase: bool = False


class RepetitionEntry(Definition):
    extends: Literal["repetition"]
    tokens: Annotated[Strings, Field(min_length=1)]
    max: Annotated[int, Field(ge=0)] = 0
    alpha: bool = False
    ignorecase: bool = False
    exceptions: Strings = ()
    vocab: bool = False


class ConsistencyEntry(Definition):
    extends: Literal["consistency"]
    either: Pairs
    ignorecase: bool = False
    nonword: bool = False


class ConditionalEntry(Definition):
    extends: Literal["conditional"]
    first: Annotated[str, Field(min_length=1)]
    second: Annotated[str, Field(min_length=1)]
    exceptions: Strings = ()
    ignorecase: bool = False
    vocab: bool = False


class CapitalizationEntry(Definition):
    extends: Literal["capitalization"]
    match: Annotated[str, Field(min_length=1)]
    style: str = "AP"
    exceptions: Strings = ()
    indicators: Strings = ()
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.8
    prefix: str = ""
    vocab: bool = True


class MetricEntry(Definition):
    extends: Literal["metric"]
    formula: Annotated[str, Field(min_length=1)]
    condition: Annotated[str, Field(min_length=1)]


class ReadabilityEntry(Definition):
    extends: Literal["readability"]
    metrics: Annotated[Strings, Field(min_length=1)]
    grade: float


class SpellingEntry(Definition):
    extends: Literal["spelling"]
    custom: bool = False
    append: bool = False
    aff: str = ""
    dic: str = ""
    dicpath: str = ""
    dictionaries: Strings = ()
    filters: Strings = ()
    ignore: Strings = ()
    exceptions: Strings = ()
    threshold: float = 0


class TokenEntry(BaseModel):
    """One step of a sequence: a word, a part of speech, or both."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pattern: str = ""
    tag: str = ""
    upos: str = ""
    skip: Annotated[int, Field(ge=0, le=50)] = 0
    min: Annotated[int, Field(ge=0, le=20)] = 1
    negate: bool = False
    target: bool = False


class SequenceEntry(Definition):
    extends: Literal["sequence"]
    tokens: Annotated[tuple[TokenEntry, ...], Field(min_length=1)]
    ignorecase: bool = False
    exceptions: Strings = ()


class ScriptEntry(Definition):
    extends: Literal["script"]
    script: str = ""


Entry = (
    ExistenceEntry
    | SubstitutionEntry
    | OccurrenceEntry
    | RepetitionEntry
    | ConsistencyEntry
    | ConditionalEntry
    | CapitalizationEntry
    | MetricEntry
    | ReadabilityEntry
    | SpellingEntry
    | SequenceEntry
    | ScriptEntry
)
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="extends")])
_KINDS: tuple[type[Definition], ...] = Entry.__args__
_FIELDS = {str(one.model_fields["extends"].annotation.__args__[0]): one for one in cast(Any, _KINDS)}
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):
    """YAML whose plain words stay words: `no`, `12:30` and `1.0` are texts to be looked for, no values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:merge"]
    for first, resolvers in _BASE.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", __import__("re").compile(r"^(?:~|null|)$"), ["~", "n", ""]
)


def read_yaml(content: bytes, where: str) -> dict[str, object]:
    """Return the fields of a rule file, names in small letters. Raises ValeError naming the file."""
    try:
        documents = yaml.load_all(content.decode("utf-8-sig"), Loader=_Loader)
        document = cast(object, next(iter(documents), None))  # as in Vale, the first one is the rule
    except UnicodeDecodeError as fault:
        raise ValeError(f"{where}: not UTF-8 at byte {fault.start}; save the file as UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise ValeError(f"{where}: not YAML: {' '.join(str(fault).split())}") from None
    if not isinstance(document, dict):
        raise ValeError(f"{where}: holds no rule; begin with 'extends:' and 'message:'")
    fields = cast("dict[object, object]", document)
    return {str(name).lower(): value for name, value in fields.items() if value is not None}


def read_rule(path: Path, check: str) -> tuple[Entry, tuple[str, ...]]:
    """Return the rule of a file, and notes on fields it has that its kind does not know.

    Raises ValeError with a line for each fault, naming file, rule and field.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        fields = read_yaml(path.read_bytes(), where)
    except OSError as fault:
        raise ValeError(f"{where}: cannot be read: {fault.strerror}") from None
    return checked(fields, where, check)


def checked(fields: dict[str, object], where: str, check: str) -> tuple[Entry, tuple[str, ...]]:
    """Return the rule that the fields tell. Raises ValeError."""
    kind = fields.get("extends")
    if kind is None:
        raise ValeError(f"{where}: rule {check}: extends: is missing; name one of {', '.join(_FIELDS)}")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise ValeError(f"{where}: rule {check}: extends: {kind!r} is none of {', '.join(_FIELDS)}")
    known = {*_FIELDS[kind].model_fields, "tests", "code", "path", "source"}
    notes = tuple(
        f"{where}: rule {check}: {name}: not known to {kind}" for name in fields if name not in known
    )
    try:
        return _ENTRY.validate_python({name: _filled(value) for name, value in fields.items()}), notes
    except ValidationError as fault:
        raise ValeError("\n".join(_in_words(where, check, fault))) from None


def _filled(value: object) -> object:
    """Return a value with nothing left empty inside: an empty item is an empty text."""
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value).items()
        return {str(key): "" if inner is None else _filled(inner) for key, inner in pairs}
    if isinstance(value, list):
        return ["" if inner is None else _filled(inner) for inner in cast("list[object]", value)]
    return value


def _in_words(where: str, check: str, fault: ValidationError) -> list[str]:
    said: list[str] = []
    for error in fault.errors():
        place = [
            str(step) for step in error["loc"] if step not in _FIELDS and not str(step).startswith("function")
        ]
        said.append(f"{where}: rule {check}: {'.'.join(place) or 'rule'}: {error['msg']}")
    return said
