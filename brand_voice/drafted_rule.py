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
_FIRST = ("id", "kind", "severity", "message", "why", "better", "owner", "source", "channels")


def read_draft(text: str, names: tuple[str, ...] = ()) -> Rule:
    """Return the rule that `text` tells: the YAML of one entry under `rules:`, with or without its dash.

    `names` are those of the rulebook's cover. Raises RulebookError, in words, for anything else.
    """
    if len(text) > LONGEST_DRAFT:
        raise RulebookError(f"a rule of {len(text):,} characters is too long; {LONGEST_DRAFT:,} are the most")
    content = f"owner: draft\nrules:\n{textwrap.indent(as_item(text), '  ')}\n"
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


def whole_draft(told: ToldRule) -> str:
    """Return the YAML of a rule with its texts and what it gets from its file, to stand in another one."""
    entry, file = told.entry, told.file
    given = {"owner": file.owner, "source": file.source, "languages": file.languages}
    given |= {"valid_from": file.valid_from, "valid_to": file.valid_to}
    missing = {name: value for name, value in given.items() if value and not getattr(entry, name)}
    proof = told.proof
    fails = tuple(dict.fromkeys((*entry.fails, *(proof.fails if proof is not None else ()))))
    passes = tuple(dict.fromkeys((*entry.passes, *(proof.passes if proof is not None else ()))))
    whole = entry.model_copy(update=missing | {"fails": fails, "passes": passes})
    said = whole.model_dump(mode="json", exclude_defaults=True)
    ordered = {name: said.pop(name) for name in _FIRST if name in said} | said
    return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=100)


def _refers(content: str) -> bool:
    """Say whether the YAML names something told before, by which a small text can grow huge."""
    untyped: Any = yaml
    events = cast("Iterable[object]", untyped.parse(content, Loader=yaml.SafeLoader))
    return any(isinstance(event, yaml.AliasEvent) for event in events)


def as_item(text: str) -> str:
    """Return the YAML of one rule as an item of a list, its dash at the margin."""
    plain = textwrap.dedent(text.replace("\r\n", "\n").replace("\t", "  ")).strip("\n")
    if plain.lstrip().startswith("- "):
        return plain
    return f"- {textwrap.indent(plain, '  ').lstrip()}"
