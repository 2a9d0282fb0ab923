"""The checker beside harper-py, proselint and a Vale style of as many rules; recall on the house's texts.

Run: python -m tests.benchmark.voice
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import harper
import numpy as np
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext
from brand_voice.mutation import mutants, share_noticed
from brand_voice.proof import alone, example_context
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook, told_rules
from brand_voice.tone import LearnedTone, ToneModel
from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import run
from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder
from tests.benchmark.vale_styles import REPLY

CONTEXT = CheckContext("email", date(2026, 11, 23), flags=frozenset({"first_reply", "next_step"}))
ROUNDS = 300
TONE_ROUNDS = 40


def timed(check: Callable[[str], object]) -> tuple[float, float]:
    """Return p50 and p99 in ms of checking a reply that is new each time."""
    for place in range(20):
        check(f"{REPLY}{place}")
    took: list[float] = []
    for place in range(ROUNDS):
        begun = time.thread_time()
        check(f"{REPLY}\n{place}")
        took.append((time.thread_time() - begun) * 1000)
    cuts = quantiles(took, n=100)
    return cuts[49], cuts[98]


def vale_style_of(rules: int, folder: Path) -> Path:
    """Write a Vale style of so many existence rules and its settings; return the settings file."""
    style = folder / "styles" / "Made"
    style.mkdir(parents=True)
    for number in range(rules):
        (style / f"Rule{number}.yml").write_text(
            "extends: existence\nmessage: \"'%s'\"\nlevel: warning\nignorecase: true\ntokens:\n"
            + "".join(f"  - phrase number {number} of {place}\n" for place in range(6)),
            encoding="utf-8",
        )
    ini = folder / ".vale.ini"
    ini.write_text("StylesPath = styles\n[*]\nBasedOnStyles = Made\n", encoding="utf-8")
    return ini


def rulebook_of(rules: int, folder: Path) -> Path:
    """Write a rulebook of so many rules with their texts; return its folder."""
    told = [
        f"- {{id: r.n{number}, kind: forbidden, severity: warn, message: m, why: w, "
        f"patterns: ['\\bphrase (?:number|no\\.?) {number}\\b', '\\bwording{number}s?\\b'], "
        f"fails: [phrase number {number}, wording{number}], passes: [a phrase, wording]}}"
        for number in range(rules)
    ]
    (folder / "rules.yaml").write_text("owner: Ann\nrules:\n" + "\n".join(told) + "\n", encoding="utf-8")
    return folder


def rates() -> tuple[float, float, int]:
    """Return recall, false alarms and number of texts over the house rulebook's own texts."""
    missed = wrong = fails = passes = 0
    for rule in load_rulebook().rules:
        check = alone(rule)
        missed += sum(not check(one.text, example_context(rule, one)).findings for one in rule.fails)
        wrong += sum(bool(check(one.text, example_context(rule, one)).findings) for one in rule.passes)
        fails += len(rule.fails)
        passes += len(rule.passes)
    return 1 - missed / fails, wrong / passes, fails + passes


def tone_against_one_pass(folder: Path) -> tuple[float, float]:
    """Return p50 in ms of processor time of the tone of a reply, and of one encoder pass over its sentences.

    Both in turn, on texts that are new each time; reading the reply counts as the tone's. What the tone has
    learned does not change its speed.
    """
    export_encoder(None, folder)
    encoder = OnnxEncoder(folder, 1)
    tone = LearnedTone(ToneModel(np.ones(encoder.dimension, dtype=np.float32), 0.0, 1.0), encoder)
    took: dict[str, list[float]] = {"tone": [], "pass": []}
    for place in range(TONE_ROUNDS + 3):
        text = f"{REPLY}\n{place}"
        reading = read(text)
        sentences = [reading.plain[span.start : span.end] for span in reading.sentences]
        begun = time.process_time()
        encoder.encode(sentences)
        between = time.process_time()
        tone.read(read(text), "email")
        took["tone"].append((time.process_time() - between) * 1000)
        took["pass"].append((between - begun) * 1000)
    return median(took["tone"][3:]), median(took["pass"][3:])


def main() -> None:
    """Print one line per figure, each beside its peers of the same run."""
    house = load_rulebook()
    plain = replace(house, rules=tuple(r for r in house.rules if r.id != "words.grammar"))
    registry = CheckRegistry()
    linter = harper.Linter(harper.Dialect.BRITISH)
    quiet, full = Checker(plain), Checker(house)
    with tempfile.TemporaryDirectory() as aside:
        pack = load_pack(vale_style_of(len(house.rules), Path(aside)))
        rows: tuple[tuple[str, Callable[[str], object]], ...] = (
            (f"wellput, {len(plain.rules)} rules, no grammar", lambda text: quiet.check(text, CONTEXT)),
            (f"wellput, {len(house.rules)} rules with grammar", lambda text: full.check(text, CONTEXT)),
            ("harper-py", lambda text: linter.lint(text, language="plaintext")),
            ("proselint", lambda text: LintFile(content=text, source="<reply>").lint(DEFAULT)),
            (f"Vale style of {len(house.rules)} rules", lambda text: run(pack, text, "text", ("a.txt",))),
        )
        if not registry.checks:
            from proselint.checks import __register__ as checks

            registry.register_many(checks)
        print(f"One reply of {len(REPLY.split())} words, thread time over {ROUNDS} replies:")
        for name, check in rows:
            p50, p99 = timed(check)
            print(f"  {name:40} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")
    with tempfile.TemporaryDirectory() as aside:
        folder = rulebook_of(1000, Path(aside))
        begun = time.perf_counter()
        thousand = Checker(load_rulebook(folder))
        took = time.perf_counter() - begun
        reply = timed(lambda text: thousand.check(text, CONTEXT))[0]
        print(f"Start with 1,000 rules: {took:.2f} s; one reply p50 {reply:.2f} ms")
    with tempfile.TemporaryDirectory() as aside:
        tone, one_pass = tone_against_one_pass(Path(aside))
        print(
            f"Tone p50 {tone:.1f} ms; one encoder pass over its sentences {one_pass:.1f} ms: "
            f"{tone / one_pass:.2f} times"
        )
    recall, wrong, texts = rates()
    print(f"{len(house.rules)} rules on {texts} texts: recall {recall:.3f}, false alarms {wrong:.4f}")
    found = [mutant for told in told_rules() for mutant in mutants(told)]
    print(f"{share_noticed(found):.3f} of {len(found)} mutants noticed")


if __name__ == "__main__":
    main()
