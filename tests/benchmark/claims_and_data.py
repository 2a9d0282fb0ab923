"""What personal data and claims cost a check, what the claims check finds of labelled edits, and how many of
the distinct texts of real agents (STAR, where `WELLPUT_TEST_DATA` leads to it) the house rulebook
would block.

python -m tests.benchmark.claims_and_data
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from brand_voice.checker import Checker
from brand_voice.claims import claims_of
from brand_voice.finding import CheckContext, Severity
from brand_voice.personal_data import personal_data_of
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook
from tests.unit.brand_voice.test_claims import case_of, lines_of, marked

REPLY = (
    "Dear Sam,\n\n"
    "Thank you for your message. I am sorry that the lamp from order LR-104233 arrived with a"
    " crack in its shade. We will send you a new one, and you do not need to return the "
    "broken one. It should reach you within three to five working days, by standard delivery,"
    " which is free of charge for you.\n\n"
    "If you would rather have your money back, please reply to this e-mail. We then refund "
    "the £45.00 you paid to the card you used, within 14 days, and you will see it on your "
    "statement a few days later. You can follow the parcel at "
    "https://www.larkfieldandrowe.example/track with the number in your dispatch e-mail.\n\n"
    "I will look at the tracking again by Friday 27 November 2026 and write to you if "
    "anything has changed. Our lines are open Monday to Friday from 8:00 to 18:00 and on "
    "Saturday from 9:00 to 17:00, should you like to talk to one of us about it in the "
    "meantime.\n\n"
    "Kind regards,\nJo Bloggs\nCustomer Care\nLarkfield & Rowe"
)

WHOLE_LETTER = {"form.greeting", "form.sign_off", "form.open_matter"}
"""Rules on the parts of a whole reply, which a turn of a chat need not have."""


def timed(work: Callable[[], object], rounds: int = 400) -> tuple[float, float]:
    """Return median and 99th percentile in ms of processor time."""
    work()
    spent: list[float] = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        spent.append((time.thread_time() - began) * 1e3)
    spent.sort()
    return spent[rounds // 2], spent[rounds * 99 // 100]


def blocked_turns() -> tuple[int, int]:
    """Return how many distinct texts of agents are blocked, and how many there are."""
    path = Path(os.environ.get("WELLPUT_TEST_DATA", "")) / "star" / "contacts.jsonl.gz"
    if not path.is_file():
        return 0, 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        contacts = [json.loads(line) for line in lines]
    texts = {one["text"] for contact in contacts for one in contact["messages"] if one["role"] == "agent"}
    checker = Checker(load_rulebook())
    context = CheckContext("chat", date(2026, 11, 23), flags=frozenset({"outside_case"}))
    blocked = sum(
        any(
            found.severity is Severity.BLOCK and found.rule not in WHOLE_LETTER
            for found in checker.check(text, context).findings
        )
        for text in texts
    )
    return blocked, len(texts)


def main() -> None:
    context = CheckContext(
        "email",
        date(2026, 11, 23),
        source_texts=("Standard delivery takes 3 to 5 working days and costs £3.95.",),
    )
    reading = read(REPLY)
    for name, work in (
        ("personal data", lambda: personal_data_of(reading, frozenset())),
        ("claims", lambda: claims_of(reading, context)),
    ):
        median, worst = timed(work)
        print(f"{name}, reply of {len(REPLY.split())} words: p50 {median:.2f} ms, p99 {worst:.2f} ms")
    found = wanted = 0
    for name, line in lines_of("unsupported"):
        text, spans = marked(line)
        claims = [claim.value.span for claim in claims_of(read(text), case_of(name))]
        wanted += len(spans)
        found += sum(any(one.start < span.end and span.start < one.end for one in claims) for span in spans)
    honest = [one for part in ("supported", "near") for one in lines_of(part)]
    flagged = sum(bool(claims_of(read(line), case_of(name))) for name, line in honest)
    blocked, texts = blocked_turns()
    print(f"texts of agents blocked: {blocked} of {texts}" if texts else "no texts of agents: no STAR data")
    print(f"labelled edits: recall {found / wanted:.3f} of {wanted}, false alarms {flagged} of {len(honest)}")


if __name__ == "__main__":
    main()
