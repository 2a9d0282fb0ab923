"""Vale styles: alerts against the style's own feature file, and time for a reply beside proselint.

Run: python -m tests.benchmark.vale_styles
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import run
from tests.real.test_vale_style import SCENARIO

DATA = Path(os.environ.get("WELLPUT_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
REPLY = """Dear Ms Carter,

Thank you for getting in touch about order 48213. I'm sorry that the kettle you bought arrived with a
broken lid; that isn't the standard we want you to receive.

We have arranged a replacement, which will be sent by courier on Tuesday 24 November and should reach you
within two working days. You do not need to return the damaged kettle. If you would prefer a refund, please
reply to this e-mail and we'll send £39.99 back to the card that you paid with; it usually takes three to
five working days to appear on your statement.

While you wait, you may like to know that the descaler we recommend for this kettle is currently half price
in our stores and online, although there is no need to buy it unless you live in a hard-water area.

Please let us know if there is anything else that we can help you with.

Kind regards,
Sam
"""


def main() -> None:
    """Print the figures."""
    style = DATA / "vale_microsoft"
    expected, right, extra = _against_features(style)
    print(f"vale_microsoft: {right} of {expected} expected alerts ({right / expected:.3f}), {extra} too many")
    began = time.process_time()
    pack = load_pack(style / "Microsoft")
    print(f"load {len(pack.rules)} rules: {(time.process_time() - began) * 1000:.0f} ms of processor time")
    words = len(REPLY.split())
    _timed(f"reply of {words} words, {len(pack.rules)} rules", lambda: run(pack, REPLY, "text", ("a.txt",)))
    with tempfile.TemporaryDirectory() as folder:
        _many_rules(Path(folder) / "Many")
        began = time.process_time()
        many = load_pack(Path(folder) / "Many")
        print(f"load {len(many.rules)} rules: {(time.process_time() - began) * 1000:.0f} ms")
        _timed(f"reply, {len(many.rules)} rules", lambda: run(many, REPLY, "text", ("a.txt",)))
    try:
        from proselint.checks import __register__
        from proselint.registry import CheckRegistry
        from proselint.tools import LintFile
    except ImportError:
        print("peer proselint: not installed here; pip install proselint==0.16.0")
        return
    CheckRegistry().register_many(__register__)
    _timed("peer proselint, same reply", lambda: list(LintFile("reply", REPLY).lint()))


def _against_features(style: Path) -> tuple[int, int, int]:
    expected = right = extra = 0
    for scenario in SCENARIO.finditer((style / "features" / "rules.feature").read_text(encoding="utf-8")):
        fixture = style / "fixtures" / scenario["folder"]
        lines = {line.strip() for line in scenario["lines"].splitlines() if line.strip()}
        report = run(load_pack(fixture), (fixture / "test.md").read_text("utf-8"), "markdown", ("test.md",))
        given = {f"test.md:{one.line}:{one.columns[0]}:{one.check}:{one.message}" for one in report.alerts}
        expected += len(lines)
        right += len(lines & given)
        extra += len(given - lines)
    return expected, right, extra


def _many_rules(folder: Path) -> None:
    """Write 1,000 rules of ten wordings each."""
    folder.mkdir()
    for number in range(1000):
        tokens = "\n".join(
            f"  - wording {number} {one}" for one in ("about", "above", "across", "after", "along")
        )
        kind = "existence" if number % 2 else "substitution"
        body = (
            f"tokens:\n{tokens}"
            if number % 2
            else "swap:\n" + tokens.replace("  - ", "  ").replace("\n", ": x\n") + ": x"
        )
        (folder / f"R{number}.yml").write_text(
            f"extends: {kind}\nmessage: \"'%s'\"\nignorecase: true\n{body}\n"
        )


def _timed(name: str, work: Callable[[], object], runs: int = 200) -> None:
    work()
    times: list[float] = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    cuts = quantiles(times, n=100)
    print(f"{name}: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms of processor time")


if __name__ == "__main__":
    main()
