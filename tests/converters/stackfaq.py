"""StackFAQ (MIT): threads as public articles, their rephrased questions as labelled queries.

python -m tests.converters.stackfaq stackExchange-FAQ.json.gz articles.jsonl queries.jsonl
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.converters.jsonl import write_lines

_NO_QUESTION = "*"  # where a rephrasing is missing
_NO_ANSWER = "Nobody has answered this yet."


def articles(file: Path) -> Iterator[dict[str, Any]]:
    """Yield a thread as an article: the question is its title, each answer a paragraph."""
    for number, thread in enumerate(_threads(file)):
        answers = [said for said in map(_line, thread["answer"]) if said]
        yield {
            "id": f"faq-{number}",
            "title": _line(thread["question"]),
            "body": "\n\n".join(answers) or _NO_ANSWER,
            "audience": "public",
        }


def queries(file: Path) -> Iterator[dict[str, Any]]:
    """Yield each rephrased question, labelled with its thread, as `wellput evaluate search` reads them."""
    for number, thread in enumerate(_threads(file)):
        for turn, said in enumerate(map(_line, thread["rephr"])):
            if said not in {"", _NO_QUESTION}:
                yield {"id": f"faq-{number}-{turn}", "text": said, "relevant": [f"faq-{number}"]}


def _threads(file: Path) -> list[Mapping[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return json.load(stream)["root"]["qapair"]


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    source, articles_file, queries_file = map(Path, sys.argv[1:4])
    write_lines(articles_file, articles(source))
    write_lines(queries_file, queries(source))
