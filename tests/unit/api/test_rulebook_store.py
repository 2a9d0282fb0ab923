"""Which rulebook is in force: the newest good version, in every process, from one look to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.rulebook_intake import NothingNew, apply_folder, take_in
from api.rulebook_store import RulebookStore
from api.rulebook_versions import Maker, RulebookVersions, UnknownVersion, VersionMoved
from api.storage import SqlStorage, open_storage
from api.storage.rulebook_book import VersionAct
from brand_voice.rulebook import RulebookError, load_rulebook
from tests.fakes.values import NOON

RULE = """\
owner: Ann
rules:
  - {id: words.sofa, kind: forbidden, severity: block, message: m, why: w, phrases: [settee],
     fails: [A settee.], passes: [A sofa.]}
"""
BETTER = RULE.replace("why: w", "why: better")
WRONG = RULE.replace("[A settee.]", "[A couch.]")


class Ticking:
    def __init__(self) -> None:
        self.at = NOON

    def now(self):
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'wellput.db'}")
    yield opened
    opened.close()


@pytest.fixture
def versions(storage: SqlStorage, tmp_path: Path) -> RulebookVersions:
    return RulebookVersions(storage, tmp_path / "rulebook", Ticking())


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "words.yaml").write_text(text, encoding="utf-8")
    return folder


def why(store: RulebookStore) -> str:
    return store.now().rulebook.rule("words.sofa").why


def test_without_one_of_its_own_the_house_rulebook_is_in_force(versions: RulebookVersions) -> None:
    take_in(versions, "start")
    now = RulebookStore(versions).now()
    assert now.rulebook.version == load_rulebook().version and not now.state.refused and now.numbers == (0, 0)


def test_a_version_comes_in_force_in_every_process_without_a_restart(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    here, there = RulebookStore(versions), RulebookStore(versions)
    assert why(here) == why(there) == "w" and here.now() is here.now()
    written(tmp_path / "rulebook", BETTER)
    record = apply_folder(versions, None, "ann", "A better reason.")
    assert why(here) == why(there) == "better" and here.now().state.number == 2
    assert (record.number, record.actor, record.rules) == (2, "ann", ("words.sofa",))
    assert here.now().rulebook.name == "rulebook"
    with pytest.raises(NothingNew, match="version 2"):
        apply_folder(versions, None, "ann", "Once more.")


LARGE = RULE + "#" * 3_000_000
NESTED = "owner: " + "[" * 100_000
REPEATED = RULE.replace("phrases: [settee]", "patterns: ['(?:(?:a{1000}){1000}){1000}']")


@pytest.mark.parametrize("broken", [WRONG, "owner: [", "owner: Ann\n", LARGE, NESTED, REPEATED])
def test_what_fails_its_proof_is_written_down_and_the_last_good_one_stays(
    versions: RulebookVersions, tmp_path: Path, broken: str
) -> None:
    written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    store = RulebookStore(versions)
    assert not store.now().state.refused
    written(tmp_path / "rulebook", broken)
    for _ in range(2):
        take_in(versions, "start")
    state = store.now().state
    assert why(store) == "w" and state.refused == "version 2" and state.reasons
    assert "stays in force" in state.words and len(versions.history()) == 2
    written(tmp_path / "rulebook", BETTER)
    take_in(versions, "start")
    assert why(store) == "better" and not store.now().state.refused


def test_a_broken_one_with_no_good_one_before_it_stops_everything(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    written(tmp_path / "rulebook", RULE.replace("[A sofa.]", "[My settee.]"))
    with pytest.raises(RulebookError, match=r"words\.sofa.*My settee.*should pass"):
        take_in(versions, "start")
    written(tmp_path / "rulebook-last-good", RULE)  # as an older Wellput kept it
    take_in(versions, "start")
    store = RulebookStore(versions)
    assert why(store) == "w" and "My settee" in store.now().state.reasons[0]


def test_a_named_one_that_fails_its_texts_is_refused(versions: RulebookVersions, tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="A couch"):
        RulebookStore(versions, named=written(tmp_path / "other", WRONG)).now()
    named = RulebookStore(versions, named=written(tmp_path / "good", RULE))
    assert named.now().numbers is None and named.now().rulebook.name == "good"


def test_rolling_back_adds_a_version_that_equals_the_old_one(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    folder = written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    written(folder, BETTER)
    (folder / "more.yaml").write_text(RULE.replace("sofa", "chair").replace("settee", "stool"))
    apply_folder(versions, None, "ann", "More of it.")
    record = versions.roll_back(1, "bea", "Too many findings.", seen=2)
    assert (record.number, record.restores, record.rules) == (3, 1, ("words.chair", "words.sofa"))
    assert versions.files(3) == versions.files(1)
    assert sorted(path.name for path in folder.iterdir()) == ["words.yaml"]
    assert [one.act for one in versions.history()] == [VersionAct.ROLLED_BACK, *[VersionAct.FILES] * 2]
    house = versions.roll_back(0, "bea", "Back to the house.", seen=3)
    store = RulebookStore(versions)
    assert house.number == 4 and store.now().rulebook.version == load_rulebook().version
    assert (folder / "words.yaml").is_file()
    with pytest.raises(UnknownVersion, match="9"):
        versions.roll_back(9, "bea", "There is none.", seen=4)


def test_who_had_not_seen_the_version_in_force_is_told_and_nothing_changes(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    maker = Maker(VersionAct.EDITED, "ann", "Mine.")
    versions.put_in_force({"words.yaml": BETTER.encode()}, maker, seen=1)
    with pytest.raises(VersionMoved, match=r"version 2 .*you had seen 1"):
        versions.put_in_force({"words.yaml": RULE.encode()}, maker, seen=1)
    assert versions.number() == 2
    with pytest.raises(ValueError, match="reason"):
        Maker(VersionAct.EDITED, "ann", " ")


def test_files_changed_by_hand_beside_a_newer_version_stay_and_are_told(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    folder = written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    mine = RULE.replace("why: w", "why: mine")
    written(folder, mine)
    versions.put_in_force(
        {"words.yaml": BETTER.encode()}, Maker(VersionAct.EDITED, "ann", "In the page."), seen=1
    )
    assert (folder / "words.yaml").read_text() == mine
    take_in(versions, "start")
    store = RulebookStore(versions)
    assert why(store) == "better" and "--based-on 2" in store.now().state.reasons[0]
    with pytest.raises(VersionMoved):
        apply_folder(versions, None, "bea", "Mine counts.")
    apply_folder(versions, None, "bea", "Mine counts.", based_on=2)
    assert why(store) == "mine"


def test_a_write_that_was_cut_short_is_finished(versions: RulebookVersions, tmp_path: Path) -> None:
    folder = written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    mark = tmp_path / "rulebook-written.json"
    mark.write_text(mark.read_text().replace("true", "false"))
    written(folder, "half a fi")
    take_in(versions, "start")
    assert (folder / "words.yaml").read_text() == RULE and versions.number() == 1


def test_a_version_is_unpacked_anew_where_its_folder_holds_something_else(
    versions: RulebookVersions, tmp_path: Path
) -> None:
    written(tmp_path / "rulebook", RULE)
    written(tmp_path / "rulebook-v1", BETTER)
    take_in(versions, "start")
    assert why(RulebookStore(versions)) == "w"


def test_versions_differ_by_rules_and_lines(versions: RulebookVersions, tmp_path: Path) -> None:
    written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    written(tmp_path / "rulebook", BETTER.replace("[A settee.]", "[A settee., The settee.]"))
    apply_folder(versions, None, "ann", "A better reason.")
    found = versions.difference(1, 2)
    assert found.rules.changed == ("words.sofa",) and not found.rules.added
    (change,) = found.files
    signs = [line.sign for line in change.lines]
    assert change.path == "words.yaml" and signs.count("-") == 2 == signs.count("+")
    assert "words.sofa" in versions.difference(0, 1).rules.added


def test_a_version_that_can_no_longer_be_read_gives_way_to_the_one_before(
    versions: RulebookVersions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path / "rulebook", RULE)
    take_in(versions, "start")
    with monkeypatch.context() as older:  # an older Wellput knew a rule that this one refuses
        older.setattr("api.rulebook_versions.prove", lambda _rulebook: ())
        written(folder, WRONG)
        apply_folder(versions, None, "ann", "It was good then.")
    store = RulebookStore(versions)
    state = store.now().state
    assert why(store) == "w" and state.number == 1 and state.refused == "version 2"
    assert store.now().numbers == (2, 2)
