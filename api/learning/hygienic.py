"""What may teach: stored contacts without the words of replies that are withdrawn or out of date."""

from __future__ import annotations

from collections.abc import Sequence

from api.learning.bench import Bench
from replies.articles import CannedReply
from replies.contacts import Contact
from replies.hygiene import not_in_force, teaching


def teaching_contacts(bench: Bench, library: Sequence[CannedReply]) -> list[Contact]:
    """Return the stored contacts as `replies.hygiene.teaching` leaves them today."""
    withdrawn = bench.frames.learning.withdrawn_texts()
    today = bench.clock.now().date()
    return list(teaching(bench.frames.contacts(), library, today, withdrawn))


def teaching_parts(bench: Bench, library: Sequence[CannedReply]) -> tuple[str, ...]:
    """Return what a fingerprint must hold so that a reply withdrawn, or past its date, is learned anew."""
    rows = (bench.frames.fingerprint(kind) for kind in ("contacts", "replies", "suggestions"))
    return (*rows, *sorted(not_in_force(library, bench.clock.now().date())))
