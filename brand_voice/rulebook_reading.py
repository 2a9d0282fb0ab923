"""One YAML file of a rulebook, parsed; what is wrong is told by file, rule and field."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from brand_voice.rulebook_file import CoverFile, ProofEntry, RulebookFile

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RULES = TypeAdapter(RulebookFile)
_PROOF = TypeAdapter(dict[str, ProofEntry])
_COVER = TypeAdapter(CoverFile)
_Parsed = TypeVar("_Parsed")


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
    return cast("dict[str, object]", document)


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
    for error in fault.errors():
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
