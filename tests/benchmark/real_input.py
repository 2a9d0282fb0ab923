"""The main job on real input, step by step with the command: time and peak memory of each, and what came out.

    python -m tests.benchmark.real_input [HOME]

A home that is given is made there and stays, to be looked at. docs/real-input.md reads the outcome.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmark.report import Figure, show
from tests.converters import abcd, online_retail, stackfaq, star
from tests.converters.jsonl import read_lines, write_lines

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WELLPUT_TEST_DATA", ROOT.parent / "shared" / "data"))
IMPORT_LIMIT_MB = 1_500
BASKETS = {
    "577000": ["22083", "22086", "22910"],
    "571622": ["22966", "23293", "22138", "23077"],
    "570865": ["23510", "23506", "23503", "23504"],
}  # orders of 2011-11-17, 2011-10-18 and 2011-10-12 as they stand in the export
MESSAGES = {
    "a product by its title": "Hello, I love my regency cakestand 3 tier. What does another cost? Mary",
    "a product by its code": "Hello, do you still have item 85123A? I would like six. Tom Hill",
    "a return": "Hi, I'd like to return the jeans I bought last week, there is a stain. Can I get a refund?",
    "a chat of another trade": "Hello! I would like to check the balance of my account please.",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the command."""

    what: str
    seconds: float
    peak_mb: int
    code: int
    out: str


def run(home: Path, what: str, *words: str | Path) -> Ran:
    """Run `wellput` with one thread, measured by the kernel."""
    command = [sys.executable, "-m", "api.cli", "--home", str(home), *map(str, words)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        out.seek(0)
        said = out.read().decode("utf-8")
    return Ran(what, took, used.ru_maxrss // 1024, process.returncode, said)


def in_shop(home: Path, aside: Path) -> list[Ran]:
    """Online Retail, the ABCD guidelines and four fifths of STAR: import, learn, answer, and all again."""
    chats = DATA / "star" / "contacts.jsonl.gz"
    guidelines = abcd.write_articles(DATA / "abcd" / "guidelines.json", aside / "abcd.jsonl")
    write_lines(aside / "learned.jsonl", star.contacts(chats, every=5, others=True))
    write_lines(aside / "unseen.jsonl", star.contacts(chats, every=5))
    write_lines(aside / "baskets.jsonl", ({"id": key, "skus": skus} for key, skus in BASKETS.items()))
    export = online_retail.export(DATA)
    imports: Sequence[tuple[str, tuple[str | Path, ...]]] = (
        ("orders, 541,909 lines", ("orders", export, "--map", online_retail.ORDERS_MAP)),
        ("catalogue", ("catalogue", export, "--map", online_retail.CATALOGUE_MAP)),
        ("articles, 55 guidelines", ("articles", guidelines)),
        ("contacts, 3,712 chats", ("contacts", aside / "learned.jsonl")),
    )
    ran = [run(home, f"import {what}", "import", *words, "--json") for what, words in imports]
    ran.append(run(home, "learn", "learn", "--json"))
    ran += [run(home, f"import again: {what}", "import", *words, "--json") for what, words in imports]
    ran.append(run(home, "learn again", "learn", "--json"))
    ran.append(
        run(home, "recommend, 3 baskets", "recommend", "--baskets", aside / "baskets.jsonl", "-n", "3")
    )
    ran.append(run(home, "suggest, 928 unseen chats", "suggest", "--contacts", aside / "unseen.jsonl"))
    ran += [
        run(home, f"assist, {what}", "assist", "--channel", "chat", "--text", said, "--json")
        for what, said in MESSAGES.items()
    ]
    return ran


def in_faq(home: Path, aside: Path) -> list[Ran]:
    """StackFAQ as public articles: import, learn, score its rephrased questions, answer one."""
    threads = DATA / "stackfaq" / "stackExchange-FAQ.json.gz"
    write_lines(aside / "faq.jsonl", stackfaq.articles(threads))
    write_lines(aside / "queries.jsonl", stackfaq.queries(threads))
    said = "Hello, I want to get rid of my facebook account for good. How do I do that? Thanks, Ann"
    return [
        run(home, "FAQ: import 125 threads", "import", "articles", aside / "faq.jsonl", "--json"),
        run(home, "FAQ: learn", "learn", "--json"),
        run(home, "FAQ: evaluate search", "evaluate", "search", aside / "queries.jsonl", "--json"),
        run(home, "FAQ: assist", "assist", "--text", said, "--json"),
    ]


def next_replies(suggested: str, unseen: Path) -> tuple[float, float]:
    """Return top-1 and top-3 of the replies that agents picked in chats never learned from."""
    picked = {
        (contact["id"], turn): message["reply_id"]
        for contact in read_lines(unseen)
        for turn, message in enumerate(contact["messages"])
        if message.get("reply_id")
    }
    ranked = {
        (line["contact"], line["turn"]): [one["reply_id"] for one in line["suggestions"]]
        for line in map(json.loads, suggested.splitlines())
    }
    first = sum(ranked[turn][:1] == [reply_id] for turn, reply_id in picked.items())
    among = sum(reply_id in ranked[turn] for turn, reply_id in picked.items())
    return first / len(picked), among / len(picked)


def faults(ran: Sequence[Ran]) -> list[str]:
    """Return what went wrong, in words."""
    found = [f"{one.what} ended with {one.code}" for one in ran if one.code]
    found += [
        f"{one.what} took {one.peak_mb} MB"
        for one in ran
        if one.what.startswith("import") and one.peak_mb > IMPORT_LIMIT_MB
    ]
    for one in ran:
        if one.what.startswith("import again"):
            counted = json.loads(one.out)
            if counted["added"] or counted["changed"]:
                found.append(f"{one.what} changed something")
        if one.what == "learn again" and any(part["decision"] == "promoted" for part in json.loads(one.out)):
            found.append("learn again promoted something")
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the figures and the outcomes; return 1 when a promise was broken."""
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder)
        home = Path(arguments[0]) if arguments else aside / "home"
        ran = [*in_shop(home, aside), *in_faq(aside / "faq", aside)]
        by_name = {one.what: one for one in ran}
        top_1, top_3 = next_replies(by_name["suggest, 928 unseen chats"].out, aside / "unseen.jsonl")
    show(
        "The main job on real input, one thread",
        [
            *(Figure(one.what, f"{one.seconds:.1f} s", f"peak {one.peak_mb} MB") for one in ran),
            Figure("next reply in unseen chats, top-1", f"{top_1:.3f}", f"top-3 {top_3:.3f}"),
        ],
    )
    for one in ran:
        if one.what.startswith(("recommend", "assist", "FAQ: assist", "FAQ: evaluate")):
            print(f"\n{one.what}:\n{one.out}")
    broken = faults(ran)
    print("\n".join(broken) or "nothing went wrong")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
