"""What personal data and claims cost a check, and what the claims check finds of labelled edits.

python -m tests.benchmark.claims_and_data
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from brand_voice.claims import claims_of
from brand_voice.finding import CheckContext
from brand_voice.personal_data import personal_data_of
from brand_voice.reading import read
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
    print(f"labelled edits: recall {found / wanted:.3f} of {wanted}, false alarms {flagged} of {len(honest)}")


if __name__ == "__main__":
    main()
