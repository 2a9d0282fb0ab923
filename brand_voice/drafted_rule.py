"""One rule as its owner types it, before it stands in any file: read on its own, and written back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import yaml

from brand_voice.entries.base import RuleEntry
from brand_voice.patterns import PatternError
from brand_voice.rulebook import RulebookError, ToldRule
from brand_voice.rulebook_reading import rules_of
from brand_voice.rules import Rule

LONGEST_DRAFT = 20_000
"""Characters of a draft, at most."""

_FILE = Path("draft")


def read_draft(text: str, names: tuple[str, ...] = ()) -> Rule:
    """Return the rule that `text` tells: the YAML of one entry under `rules:`, with or without its dash.

    `names` are those of the rulebook's cover. Raises RulebookError, in words, for anything else.
    """
    if len(text) > LONGEST_DRAFT:
        raise RulebookError(f"a rule of {len(text):,} characters is too long; {LONGEST_DRAFT:,} are the most")
    content = f"owner: draft\nrules:\n{textwrap.indent(_dashed(text), '  ')}\n"
    try:
        if _refers(content):
            raise RulebookError("draft: write the rule out; references such as *name are not read here")
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        if isinstance(fault, RulebookError):
            raise
        raise RulebookError(f"draft: not YAML: {' '.join(str(fault).split())}") from fault
    faults: list[str] = []
    parsed = rules_of(_FILE, content.encode("utf-8", errors="replace"), faults)
    if parsed is None:
        told = [fault for fault in faults if not fault.startswith("draft: rules:")] or faults
        raise RulebookError("\n".join(told))
    if len(parsed.rules) != 1:
        raise RulebookError(f"draft: holds {len(parsed.rules)} rules; give one")
    entry = parsed.rules[0]
    try:
        return replace(ToldRule(entry, parsed, names).build(), kind_name=entry.kind, file="draft")
    except PatternError as fault:
        raise RulebookError(f"draft: rule {entry.id}: {fault}") from fault


def draft_of(entry: RuleEntry) -> str:
    """Return the YAML of a rule, without its texts; `read_draft` reads it back."""
    told = entry.model_dump(mode="json", exclude_defaults=True, exclude={"fails", "passes"})
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)


def _refers(content: str) -> bool:
    """Say whether the YAML names something told before, by which a small text can grow huge."""
    untyped: Any = yaml
    events = cast("Iterable[object]", untyped.parse(content, Loader=yaml.SafeLoader))
    return any(isinstance(event, yaml.AliasEvent) for event in events)


def _dashed(text: str) -> str:
    """Return the entry as an item of a list."""
    plain = textwrap.dedent(text.replace("\r\n", "\n").replace("\t", "  ")).strip("\n")
    if plain.lstrip().startswith("- "):
        return plain
    return f"- {textwrap.indent(plain, '  ').lstrip()}"
