"""The agent guidelines of ABCD (MIT) as knowledge articles for agents, one a subflow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def articles(guidelines: Path) -> Iterator[dict[str, Any]]:
    """Yield rows of the kind `articles` from `guidelines.json`."""
    for flow, its in json.loads(guidelines.read_text("utf-8")).items():
        for subflow, steps in its["subflows"].items():
            yield {
                "id": f"abcd-{_slug(flow)}-{_slug(subflow)}",
                "title": f"{flow}: {subflow}",
                "body": _body(its["description"], steps),
                "audience": "agent",
                "topics": [_slug(flow).replace("-", "_")],
                "owner": "Contact centre",
            }


def write_articles(guidelines: Path, target: Path) -> Path:
    """Write them as JSON lines and return the file."""
    target.write_text("".join(f"{json.dumps(row)}\n" for row in articles(guidelines)), encoding="utf-8")
    return target


def _body(description: str, steps: dict[str, Any]) -> str:
    instructions = steps["instructions"]
    parts = ["\n".join(instructions) if isinstance(instructions, list) else str(instructions)]
    parts.append(f"Belongs to: {description}.")
    for number, action in enumerate(steps["actions"], start=1):
        parts.append(f"{number}. {action['button']}: {action['text']}".strip())
        parts += [f"   - {line}" for line in action["subtext"]]
    return "\n".join(part for part in parts if part.strip())


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
