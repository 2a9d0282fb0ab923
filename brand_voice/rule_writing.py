"""Rules put into the text of a rulebook file, its other lines and their comments kept."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, cast

import yaml

from brand_voice.drafted_rule import as_item

_WIDTH = 100


def rule_text(content: str, rule_id: str) -> str | None:
    """Return the YAML of a rule as it stands in a file of rules, comments and all; None where it is not."""
    found = _entry(content, rule_id)
    if found is None:
        return None
    start, end = found
    column = start - (content.rfind("\n", 0, start) + 1)
    body = textwrap.dedent(" " * column + content[start:end])
    return body.rstrip() + "\n"


def with_rule(content: str, rule_id: str, told: str, owner: str) -> str:
    """Return a file of rules with the rule `told` (YAML, see `drafted_rule`) in place of the one of that id,
    else behind its last one.

    An empty `content` becomes a file of this rule, with that `owner`. Raises yaml.YAMLError for no YAML.
    """
    if not content.strip():
        return f"owner: {_said(owner)}\nrules:\n{textwrap.indent(as_item(told), '  ')}\n"
    rules = _rules(content)
    if rules is None or rules.flow_style:
        return _rewritten(content, rule_id, told)
    found = _entry(content, rule_id)
    dashes = max(0, rules.start_mark.column)
    item = textwrap.indent(as_item(told), " " * dashes).rstrip() + "\n"
    if found is None:
        place = _after(content, rules)
        head = content[:place]
        return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{item}{content[place:]}"
    start, end = found
    dash = content.rfind("-", 0, start)
    line = content.rfind("\n", 0, dash) + 1
    return content[:line] + item + content[end:]


def _rules(content: str) -> Any:
    """Return the node of the list of rules, None where there is none."""
    untyped: Any = yaml
    root: Any = untyped.compose(content, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    pairs = cast("list[tuple[Any, Any]]", root.value)
    found = next((value for key, value in pairs if key.value == "rules"), None)
    return found if isinstance(found, yaml.SequenceNode) else None


def _entry(content: str, rule_id: str) -> tuple[int, int] | None:
    """Return where the entry of that id begins (behind its dash) and where its last line ends."""
    rules = _rules(content)
    if rules is None or rules.flow_style:
        return None
    for node in cast("list[Any]", rules.value):
        if _id_of(node) == rule_id and not node.flow_style:
            return node.start_mark.index, _line_end(content, _last(content, node))
    return None


def _after(content: str, rules: Any) -> int:
    items = cast("list[Any]", rules.value)
    return _line_end(content, _last(content, items[-1])) if items else int(rules.end_mark.index)


def _last(content: str, node: Any) -> int:
    """Return where what the node says ends; the node's own mark stands at the next thing after it."""
    return max(_ends(content, node))


def _ends(content: str, node: Any) -> Iterator[int]:
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        yield len(content[: node.end_mark.index].rstrip())  # a block of lines ends before its empty ones
        return
    for part in cast("list[Any]", node.value):
        pair = cast("tuple[Any, ...]", part if isinstance(part, tuple) else (part,))
        for one in pair:
            yield from _ends(content, one)


def _line_end(content: str, index: int) -> int:
    end = content.find("\n", index)
    return len(content) if end < 0 else end + 1


def _id_of(node: Any) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    pairs = cast("list[tuple[Any, Any]]", node.value)
    return next((str(value.value) for key, value in pairs if key.value == "id"), None)


def _rewritten(content: str, rule_id: str, told: str) -> str:
    """Return a file whose rules are written in one line, or not at all, written anew."""
    document = cast("dict[str, Any]", yaml.safe_load(content))
    rules = cast("list[Any]", document.get("rules") or [])
    entry = cast("list[Any]", yaml.safe_load(as_item(told)))[0]
    places = [place for place, one in enumerate(rules) if isinstance(one, dict) and rule_id == one["id"]]
    if places:
        rules[places[0]] = entry
    else:
        rules.append(entry)
    return yaml.safe_dump({**document, "rules": rules}, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _said(words: str) -> str:
    return str(yaml.safe_dump(words, allow_unicode=True, width=1000)).removesuffix("...\n").strip()
