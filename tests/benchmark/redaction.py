"""What `redact` finds of marked personal data, beside presidio-analyzer's own recognisers in the same run.

    python -m tests.benchmark.redaction            the figures
    python -m tests.benchmark.redaction --fit      fit the packaged tagger of names again, then the figures

A word of a text counts as found when a piece that was found covers any of it. Recall counts twice as much as
precision (F2). The tagger learns from `brand_voice/gazetteer`, the sentences beside this file and the sample
shop's own words, from no text of the set; how much speaks for "nothing here" was chosen on the half of its
templates whose number has an even hash, so the other half is given by itself.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import logging
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brand_voice.name_lexicon import lexicon
from brand_voice.name_tagger import WEIGHTS, packaged_model
from brand_voice.personal_data import find_personal_data, redact
from tests.benchmark.__main__ import DATA
from tests.benchmark.name_fitting import Marked, fit, write_model
from tests.benchmark.name_sentences import Writer

SHOP = Path(__file__).parents[2] / "api" / "sample_shop"
_WORD = re.compile(r"\w+")
Finder = Callable[[str], list[tuple[int, int]]]


@dataclass
class Tally:
    """Words marked and found, by kind."""

    marked: Counter[str] = field(default_factory=Counter[str])
    found: Counter[str] = field(default_factory=Counter[str])
    too_many: int = 0

    @property
    def recall(self) -> float:
        return self.found.total() / self.marked.total()

    @property
    def precision(self) -> float:
        return self.found.total() / (self.found.total() + self.too_many)

    @property
    def f2(self) -> float:
        return 5 * self.precision * self.recall / (4 * self.precision + self.recall)


def tally(rows: Sequence[dict[str, Any]], find: Finder) -> Tally:
    """Count over the rows, word by word."""
    counts = Tally()
    for row in rows:
        text = row["full_text"]
        pieces = find(text)
        for word in _WORD.finditer(text):
            start, end = word.span()
            kind = next(
                (
                    span["entity_type"]
                    for span in row["spans"]
                    if span["start_position"] < end and start < span["end_position"]
                ),
                None,
            )
            hit = any(first < end and start < last for first, last in pieces)
            if kind is not None:
                counts.marked[kind] += 1
                counts.found[kind] += hit
            else:
                counts.too_many += hit
    return counts


def ours(text: str) -> list[tuple[int, int]]:
    return [(item.span.start, item.span.end) for item in redact(text)[1]]


def presidio() -> Finder | None:
    """Return presidio's recognisers but for those that want a language model; None where it is absent."""
    logging.disable(logging.ERROR)  # it tells of every attempt to reach the net
    try:
        from presidio_analyzer import RecognizerRegistry
        from presidio_analyzer.nlp_engine import NlpArtifacts
    except ImportError:
        return None
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    known = [one for one in registry.recognizers if "spacy" not in one.name.lower()]
    nothing: Any = NlpArtifacts([], [], [], [], None, "en")

    def find(text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for recogniser in known:
            results = recogniser.analyze(text, recogniser.supported_entities, nothing)
            found += [(one.start, one.end) for one in results or [] if one.score >= 0.35]
        return found

    return find


def shop_lines() -> list[str]:
    """Return what the sample shop says of its goods and to its customers, without lines that name a place
    or a person."""
    lines: list[str] = []
    with (SHOP / "catalogue.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lines += [row["title"], row["description"]]
    lines += [json.loads(line)["text"] for line in (SHOP / "replies.jsonl").read_text("utf-8").splitlines()]
    for path in sorted((SHOP / "articles").glob("*.md")):
        lines += [part for part in path.read_text("utf-8").split("---", 2)[-1].split("\n\n") if part.strip()]
    lists = lexicon()
    named = lists.given | lists.surnames | lists.place_words
    return [
        line
        for line in lines
        if not any(word.lower() in named for word in re.findall(r"\b[A-Z][a-z]+", line))
        and not find_personal_data(line)
    ]


def fit_again(seed: int = 7) -> None:
    """Fit the tagger and write the packaged weights."""
    plain = shop_lines()
    sentences = Writer(random.Random(seed)).sentences(28)
    sentences += [Marked(line, ()) for line in plain] + [Marked(line.lower(), ()) for line in plain[::3]]
    write_model(fit(sentences), WEIGHTS)
    packaged_model.cache_clear()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--fit", action="store_true", help="fit the packaged tagger of names again")
    if options.parse_args().fit:
        fit_again()
    folder = DATA
    if not folder.is_dir():
        raise SystemExit("no data: set WELLPUT_TEST_DATA to the folder that holds presidio/")
    rows = json.loads((folder / "presidio" / "generated_large.json").read_text("utf-8"))
    second = [row for row in rows if hashlib.sha256(str(row["template_id"]).encode()).digest()[0] % 2]
    redact(rows[0]["full_text"])
    for name, finder in (("wellput", ours), ("presidio's recognisers, no spaCy model", presidio())):
        if finder is None:
            print(f"{name}: not installed (pip install presidio-analyzer)")
            continue
        began = time.perf_counter()
        counts, half = tally(rows, finder), tally(second, finder)
        spent_ms = (time.perf_counter() - began) / (len(rows) + len(second)) * 1e3
        print(
            f"{name}: F2 {counts.f2:.3f} (recall {counts.recall:.3f}, precision {counts.precision:.3f}); "
            f"second half of the templates F2 {half.f2:.3f}; {spent_ms:.2f} ms a text"
        )
        for kind, total in counts.marked.most_common():
            print(f"    {kind.lower():18} {counts.found[kind] / total:.3f} of {total} words")


if __name__ == "__main__":
    main()
