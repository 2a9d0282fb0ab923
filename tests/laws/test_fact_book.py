"""Laws of the fact records of contacts."""

from __future__ import annotations

from typing import Any

import pytest

from replies.ports import UnknownContact
from replies.proposals import FactAct, FactKind, FactLine
from tests.fakes.values import a_contact, after

NEEDED = FactLine(FactKind.ORDER_NUMBER, FactAct.NEEDED, after(0), topic="delivery_status")
GIVEN = FactLine(FactKind.ORDER_NUMBER, FactAct.GIVEN, after(1), message=2, value="LR-1")
CONFIRMED = FactLine(FactKind.ORDER_NUMBER, FactAct.CONFIRMED, after(2), "ann", value="LR-1", how="look-up")


def test_lines_come_back_as_they_were_written_in_order(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.contacts.add(a_contact("K-2"))
        unit.facts.add("K-1", (NEEDED, GIVEN))
        unit.facts.add("K-1", (CONFIRMED,))
        unit.facts.add("K-1", ())
    with storage.reading() as unit:
        assert list(unit.facts.of_contact("K-1")) == [NEEDED, GIVEN, CONFIRMED]
        assert list(unit.facts.of_contact("K-2")) == list(unit.facts.of_contact("K\x00")) == []
        assert unit.facts.of_contacts(["K-1", "K-2"]) == {"K-1": [NEEDED, GIVEN, CONFIRMED]}
        assert list(unit.facts.since(None)) == ["K-1"]
        assert unit.facts.since(after(1)) == {}


def test_a_contact_nobody_knows_has_no_record(storage: Any) -> None:
    with pytest.raises(UnknownContact), storage.writing() as unit:
        unit.facts.add("K-9", (NEEDED,))
