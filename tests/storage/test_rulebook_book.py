"""Versions of the rulebook and drafts of rules as both databases keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from api.storage import SqlStorage
from api.storage.mended_book import Mended, MendedCount
from api.storage.rulebook_book import RuleDraft, VersionAct, VersionRecord
from tests.fakes.values import after

FIRST = VersionRecord(
    1, VersionAct.EDITED, "larkfield@ab12", after(0), "ann", "We say sofa.", rules=("words.sofa",)
)
FILES = {"rulebook.yaml": b"name: larkfield\n", "words.yaml": b"rules: []\n"}
REFUSED = replace(FIRST, number=2, act=VersionAct.FILES, at=after(1), refused=("words.yaml: not YAML",))
BACK = replace(FIRST, number=3, act=VersionAct.ROLLED_BACK, at=after(2), restores=1)


def test_versions_come_back_with_their_files_and_a_refused_one_is_never_in_force(storage: SqlStorage) -> None:
    with storage.writing() as unit:
        assert unit.rulebooks.numbers() == (0, 0) and unit.gate.rulebook_number() == 0
        unit.rulebooks.add(FIRST, FILES)
        unit.rulebooks.add(REFUSED, {**FILES, "words.yaml": b"\xff\x00"})
        assert unit.rulebooks.numbers() == (1, 2) and unit.gate.rulebook_number() == 1
        unit.rulebooks.add(BACK, FILES)
    with storage.reading() as unit:
        assert unit.rulebooks.numbers() == (3, 3)
        assert list(unit.rulebooks.history(9)) == [BACK, REFUSED, FIRST]
        assert list(unit.rulebooks.history(1, before=3)) == [REFUSED]
        assert unit.rulebooks.get(2) == REFUSED and unit.rulebooks.get(9) is None
        assert unit.rulebooks.files(1) == unit.rulebooks.files(3) == FILES
        assert unit.rulebooks.files(2)["words.yaml"] == b"\xff\x00" and unit.rulebooks.files(0) == {}
        with pytest.raises(KeyError, match="9"):
            unit.rulebooks.files(9)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rulebook_versions SET reason = 'none'",
        "DELETE FROM rulebook_versions",
        "UPDATE rulebook_files SET content = ''",
        "DELETE FROM rulebook_files",
    ],
)
def test_nobody_changes_a_version(storage: SqlStorage, statement: str) -> None:
    with storage.writing() as unit:
        unit.rulebooks.add(FIRST, FILES)
    with pytest.raises(DatabaseError, match="append-only"), storage.engine.connect() as connection:
        connection.execute(sa.text(statement))
        connection.commit()
    with pytest.raises((IntegrityError, DatabaseError)), storage.writing() as unit:
        unit.rulebooks.add(replace(FIRST, reason="Another one."), FILES)
    with storage.reading() as unit:
        assert unit.rulebooks.get(1) == FIRST


def test_a_draft_is_saved_over_only_by_who_saw_it_last(storage: SqlStorage) -> None:
    draft = RuleDraft("R-1", "words.sofa", "id: words.sofa", "ab", 1, after(0), "ann")
    later = replace(draft, text="id: words.settee", revision=2, saved_at=after(1), saved_by="bea")
    with storage.writing() as unit:
        assert unit.rulebooks.keep_draft(draft)
        unit.rulebooks.note_rehearsal("R-1", 1, "3 of 100 stopped")
        assert unit.rulebooks.draft("R-1") == replace(draft, rehearsal="3 of 100 stopped")
        assert unit.rulebooks.keep_draft(later)
        assert not unit.rulebooks.keep_draft(replace(later, text="id: words.couch", saved_by="cem"))
        unit.rulebooks.note_rehearsal("R-1", 1, "too late")
        assert list(unit.rulebooks.drafts()) == [later]
        unit.rulebooks.drop_draft("R-1")
        assert unit.rulebooks.draft("R-1") is None


def test_mended_findings_are_counted_by_day_rule_and_version(storage: SqlStorage) -> None:
    mended = Mended(date(2026, 11, 20), "words.sofa", "ab")
    others = [replace(mended, held=True), replace(mended, rule_version="cd"), replace(mended, rule="words.x")]
    with storage.writing() as unit:
        unit.mended.add([mended, *others, replace(mended, day=date(2026, 11, 1))])
        unit.mended.add([mended])
    with storage.reading() as unit:
        counted = list(unit.mended.since(date(2026, 11, 19)))
    assert sorted(counted, key=repr) == sorted(
        [MendedCount(mended, 2), *(MendedCount(one, 1) for one in others)], key=repr
    )
