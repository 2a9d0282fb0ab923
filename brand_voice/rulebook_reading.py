"""One YAML file of a rulebook, parsed; what is wrong is told by file, rule and field."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from brand_voice.rulebook_file import CoverFile, ProofEntry, RulebookFile

LARGEST_FILE = 2_000_000
"""Bytes of one file of a rulebook."""
_MOST_FIELDS = 10_000
"""Fields of one map of a file, what it takes over from others included."""
_MOST_FAULTS = 100
_DEEPEST = 50
_yaml = cast(Any, yaml)
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RULES = TypeAdapter(RulebookFile)
_PROOF = TypeAdapter(dict[str, ProofEntry])
_COVER = TypeAdapter(CoverFile)
_Parsed = TypeVar("_Parsed")


class _Loader(_SAFE):
    """A safe loader that refuses fields told twice, and maps blown up by taking over others."""

    def flatten_mapping(self, node: Any) -> None:
        """Take over the fields that `<<` names, once per map. Raises ConstructorError."""
        done: dict[int, Any] = self.__dict__.setdefault("done", {})
        if id(node) in done:
            return
        done[id(node)] = node
        told: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in told:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is told twice", key.start_mark
                )
            told.add(str(key.value))
        parent: Any = super()
        parent.flatten_mapping(node)
        if len(node.value) > _MOST_FIELDS:
            raise yaml.constructor.ConstructorError(None, None, "a map has too many fields", node.start_mark)


def rules_of(path: Path, content: bytes, faults: list[str]) -> RulebookFile | None:
    """Return a file of rules; None, with the reasons added to `faults`, when it is none."""
    return _parsed(_RULES, path, content, faults, "begin with 'owner:' and 'rules:'")


def proof_of(path: Path, content: bytes, faults: list[str]) -> dict[str, ProofEntry]:
    """Return the texts of a proof file by rule; empty, with the reasons in `faults`, when it is none."""
    return _parsed(_PROOF, path, content, faults, "name rules, each with 'fails:' and 'passes:'") or {}


def cover_of(path: Path, content: bytes, faults: list[str]) -> CoverFile:
    """Return the cover of a rulebook; a bare one, with the reasons in `faults`, when it is none."""
    return _parsed(_COVER, path, content, faults, "name the rulebook or the packs it takes in") or CoverFile()


def document_of(path: Path, content: bytes, faults: list[str]) -> dict[str, object] | None:
    """Return what a YAML file says, unchecked; None, with the reason in `faults`, when it is no YAML map."""
    if len(content) > LARGEST_FILE:
        faults.append(f"{path.name}: has {len(content):,} bytes, at most {LARGEST_FILE:,} are read; split it")
        return None
    try:
        said = content.decode("utf-8")
        if _too_deep(said):
            faults.append(f"{path.name}: is nested more than {_DEEPEST} deep")
            return None
        document = cast(object, yaml.load(said, Loader=_Loader))  # noqa: S506 - a safe loader
    except UnicodeDecodeError as fault:
        faults.append(f"{path.name}: not UTF-8 at byte {fault.start}; save the file as UTF-8")
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        faults.append(f"{path.name}: not YAML: {' '.join(str(fault).split())}")
        return None
    if not isinstance(document, dict):
        faults.append(f"{path.name}: holds no rules; begin with 'owner:' and 'rules:'")
        return None
    return cast("dict[str, object]", document)


def _too_deep(said: str) -> bool:
    """Say whether lists and maps stand in each other too deep; read event by event, as it takes no stack."""
    depth = 0
    for event in cast("Iterable[object]", _yaml.parse(said, Loader=_SAFE)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _parsed(
    form: TypeAdapter[_Parsed], path: Path, content: bytes, faults: list[str], hint: str
) -> _Parsed | None:
    found: list[str] = []
    document = document_of(path, content, found)
    if document is None:
        faults.extend(fault.replace("begin with 'owner:' and 'rules:'", hint) for fault in found)
        return None
    try:
        return form.validate_python(document)
    except ValidationError as fault:
        faults.extend(_in_words(path, document, fault))
        return None


def _in_words(path: Path, document: dict[str, object], fault: ValidationError) -> Iterable[str]:
    rules = cast("list[object]", document.get("rules") if isinstance(document.get("rules"), list) else [])
    errors = fault.errors(include_url=False)
    if len(errors) > _MOST_FAULTS:
        yield f"{path.name}: {len(errors):,} faults, of which these are the first"
    for error in errors[:_MOST_FAULTS]:
        place = list(error["loc"])
        owner = ""
        if len(place) > 1 and place[0] == "rules" and isinstance(place[1], int):
            owner = f" rule {_name_of(rules, place[1])}:"
            place = place[3:] if len(place) > 3 else place[2:]
        named = ".".join(str(step) for step in place if not _is_form(str(step)))
        said = error["msg"].removeprefix("Value error, ")
        yield f"{path.name}:{owner} {named or 'kind'}: {said}"


def _is_form(step: str) -> bool:
    """Say whether a step of the place names one of our forms, and not a field of the file."""
    return step == "str" or step.endswith("Entry") or step.startswith("tuple[")


def _name_of(rules: list[object], place: int) -> str:
    entry = rules[place] if place < len(rules) else None
    if isinstance(entry, dict) and "id" in entry:
        return str(cast("dict[str, object]", entry)["id"])
    return f"number {place + 1}"
