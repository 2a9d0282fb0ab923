"""Laws of the versions of canned replies."""

from __future__ import annotations

from datetime import date
from typing import Any

from replies.articles import CannedReply
from replies.macro_editing import MacroExample
from replies.macro_versions import MacroVersion
from tests.fakes.values import after

FIRST = CannedReply(
    "status", "It is {{ order.status }}.", "Status", ("a",), ("email",), review_by=date(2027, 6, 30)
)
SECOND = CannedReply("status", "It is on its way.")
EXAMPLES = (MacroExample("x", (("order.status", "sent"),)),)


def test_versions_are_numbered_in_the_order_they_were_kept(storage: Any) -> None:
    with storage.writing() as unit:
        unit.drafting.add_version(FIRST, EXAMPLES, "ann", after(0), "saved")
        unit.drafting.add_version(CannedReply("other", "x"), (), "ann", after(1), "saved")
        unit.drafting.add_version(SECOND, (), "ruth", after(2), "brought back from version 1")
    with storage.reading() as unit:
        assert list(unit.drafting.versions("status")) == [
            MacroVersion(1, FIRST, EXAMPLES, "ann", after(0), "saved"),
            MacroVersion(2, SECOND, (), "ruth", after(2), "brought back from version 1"),
        ]
        assert list(unit.drafting.versions("nothing")) == []
