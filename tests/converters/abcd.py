"""The agent guidelines of ABCD (MIT) as knowledge articles for agents, one a subflow.

python -m tests.converters.abcd guidelines.json articles.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.converters.jsonl import write_lines


def articles(guidelines: Path) -> Iterator[dict[str, Any]]:
    """Yield an article for each subflow, in the order of the file; its topics are flow and subflow."""
    flows: Mapping[str, Any] = json.loads(guidelines.read_text(encoding="utf-8"))
    for flow, about in flows.items():
        for subflow, steps in about["subflows"].items():
            yield {
                "id": f"abcd-{_slug(flow, '-')}-{_slug(subflow, '-')}",
                "title": f"{flow}: {subflow}",
                "body": _markdown(steps),
                "audience": "agent",
                "topics": [_slug(flow, "_"), _slug(subflow, "_")],
                "owner": "Contact centre",
            }


def write_articles(guidelines: Path, target: Path) -> Path:
    """Write them as JSON lines and return the file."""
    write_lines(target, articles(guidelines))
    return target


def _markdown(subflow: Mapping[str, Any]) -> str:
    """Lay a subflow out: what is said before the steps, a heading for each step, what is said after them."""
    before, *after = [_clean(line) for line in subflow["instructions"]]
    parts = [before]
    for number, action in enumerate(subflow["actions"], start=1):
        button = "Say to the customer" if action["button"] == "N/A" else action["button"]
        parts += [f"## Step {number}: {button}", _clean(action["text"])]
        if action["subtext"]:
            parts.append("\n".join(f"- {_clean(line)}" for line in action["subtext"]))
    if after:
        parts += ["## Afterwards", *after]
    return "\n\n".join(parts)


def _clean(text: str) -> str:
    """Return the text on one line; " > " and " <or> " are the guidelines' own marks for sub-points."""
    spaced = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s*<or>\s*", ", or: ", re.sub(r":? > ", ": ", spaced))


def _slug(name: str, joint: str) -> str:
    return joint.join(re.findall(r"[a-z0-9]+", name.lower()))


if __name__ == "__main__":
    write_articles(Path(sys.argv[1]), Path(sys.argv[2]))
