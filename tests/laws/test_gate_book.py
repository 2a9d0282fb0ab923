"""Laws of what was asked of the gate and decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brand_voice.finding import Span
from replies.departures import GateAct, GateRecord
from tests.fakes.values import a_contact, after

ASKED = GateRecord(
    "D-1", GateAct.ASKED, "K-1", "ab12", after(0), "ann", "agent", "They said so.", ("promise.period",),
    text="It comes tomorrow.",
)  # fmt: skip
DECIDED = replace(
    ASKED, id="D-2", act=GateAct.DEPARTED, at=after(1), actor="ruth", role="supervisor", text="",
    asked_id="D-1", expires_at=after(60),
)  # fmt: skip
ASIDE = replace(ASKED, id="D-3", act=GateAct.SET_ASIDE, text="", span=Span(3, 9))


def test_lines_come_back_as_they_were_written_in_order(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        for line in (ASKED, DECIDED, ASIDE):
            unit.gate.add(line)
    with storage.reading() as unit:
        assert list(unit.gate.of_contact("K-1")) == [ASKED, DECIDED, ASIDE]
        assert list(unit.gate.of_contact("K-2")) == []
        assert unit.gate.get("D-2") == DECIDED and unit.gate.get("D-9") is None


def test_a_question_waits_until_it_is_decided_and_is_decided_once(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.gate.add(ASKED)
        assert list(unit.gate.undecided()) == [ASKED]
        unit.gate.add(DECIDED)
        assert list(unit.gate.undecided()) == []
    with pytest.raises(Exception, match=r"(?i)unique|decided"), storage.writing() as unit:
        unit.gate.add(replace(DECIDED, id="D-4"))
