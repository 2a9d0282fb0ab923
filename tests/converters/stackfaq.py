"""StackFAQ (MIT): threads as knowledge articles, their rephrased questions as labelled queries."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def articles(file: Path) -> Iterator[dict[str, Any]]:
    """Yield rows of the kind `articles`, one a thread."""
    for number, pair in enumerate(_pairs(file)):
        answers = pair["answer"] if isinstance(pair["answer"], list) else [pair["answer"]]
        yield {
            "id": f"faq-{number}",
            "title": pair["question"],
            "body": "\n\n".join(map(str, answers)) or "?",
        }


def queries(file: Path) -> Iterator[dict[str, str]]:
    """Yield the rephrased questions with the id of the thread each asks for."""
    for number, pair in enumerate(_pairs(file)):
        for turn, text in enumerate(pair["rephr"]):
            if text and len(text.strip()) > 1:  # "*" stands for none
                yield {"id": f"faq-{number}-{turn}", "text": text, "article": f"faq-{number}"}


def _pairs(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        return json.load(opened)["root"]["qapair"]
