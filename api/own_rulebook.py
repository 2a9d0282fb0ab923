"""The brand's own rulebook as files: begun beside the house rulebook, grown rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from api.rulebook_files import Files
from brand_voice.rule_writing import rule_text, with_rule
from brand_voice.rulebook import RulebookError
from brand_voice.rulebook_file import COVER

EDITED_FILE = "edited.yaml"
_OWNER = "Brand owner"


def begun(files: Files, shop_name: str) -> dict[str, bytes]:
    """Return the files, with a cover that takes in the house rulebook where there are none yet."""
    if files:
        return dict(files)
    cover = {"name": _slug(shop_name), "about": "Our own rules.", "include": ["house"]}
    return {COVER: as_yaml(cover)}


def told_in(files: Files, rule_id: str) -> tuple[str, str] | None:
    """Return the path of the file that tells a rule and its YAML there; None where no file of ours does."""
    for path, content in rule_files(files):
        told = rule_text(content, rule_id)
        if told is not None:
            return path, told
    return None


def with_rule_in(files: Files, rule_id: str, told: str) -> dict[str, bytes]:
    """Return the files with the rule in place of the one of that id, else in the file of edited rules.

    Raises RulebookError where a file cannot be read.
    """
    found = told_in(files, rule_id)
    path = EDITED_FILE if found is None else found[0]
    content = dict(rule_files(files)).get(path, "")
    try:
        return {**files, path: with_rule(content, rule_id, told, _OWNER).encode()}
    except yaml.YAMLError as fault:
        raise RulebookError(f"{path} cannot be written: {' '.join(str(fault).split())}") from fault


def rule_files(files: Files) -> list[tuple[str, str]]:
    """Return the files of rules among `files`, as text."""
    found: list[tuple[str, str]] = []
    for path, content in sorted(files.items()):
        if "/" not in path and path != COVER and path.endswith((".yaml", ".yml")):
            try:
                found.append((path, content.decode("utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def as_yaml(document: Mapping[str, Any]) -> bytes:
    """Return a document as a YAML file."""
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=110).encode()


def _slug(name: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split()) or "own"
