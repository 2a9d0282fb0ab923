"""`make benchmark`: every figure of docs/benchmarks.md, each beside its peer of the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WELLPUT_TEST_DATA", ROOT.parent / "shared" / "data"))
ALWAYS = (
    "tests.benchmark.service",
    "tests.benchmark.cross_sell_scale",
    "tests.benchmark.offer_speed",
    "tests.benchmark.claims_and_data",
    "tests.benchmark.voice",
)
ON_DATA = (
    "tests.benchmark.import_peer",
    "tests.benchmark.cross_sell_figures",
    "tests.benchmark.cold_products",
    "tests.benchmark.real_input",
    "tests.benchmark.reply_figures",
    "tests.benchmark.search_figures",
    "tests.benchmark.search_scale",
    "tests.benchmark.topic_figures",
    "tests.benchmark.redaction",
    "tests.benchmark.vale_styles",
)


def main() -> int:
    """Run the benchmarks one after another; return how many failed."""
    wanted = ALWAYS
    if DATA.is_dir():
        wanted += ON_DATA
    else:
        print(f"The data sets are not at {DATA}; set WELLPUT_TEST_DATA for the figures on real input.")
    environment = {**os.environ, "WELLPUT_TEST_DATA": str(DATA)}
    return sum(
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, check=False).returncode != 0
        for module in wanted
    )


if __name__ == "__main__":
    sys.exit(main())
