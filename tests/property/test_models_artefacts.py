"""Laws of the artefact store: any sequence of changes and damages leaves a whole version in use, or none."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from models.artefact_folder import DamagedArtefactError
from models.artefact_store import ArtefactStore, NoEarlierVersionError
from models.manifest import MANIFEST_FILE, from_json

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def is_whole(folder: Path) -> bool:
    stated = dict(from_json((folder / MANIFEST_FILE).read_bytes()).files)
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST_FILE
    }
    return stated == found


class ArtefactLaws(RuleBasedStateMachine):
    """Keeps its own list of what should serve: `line`, the best last; `good`, what is not damaged."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="artefact-laws-"))
        self.store = ArtefactStore(self.root)
        self.written: list[str] = []
        self.good: set[str] = set()
        self.line: list[str] = []
        self.pointer_is_good = True

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def folder(self, version: str) -> Path:
        return self.root / "search" / version

    @rule(text=st.text(alphabet="ab", max_size=3))
    def write(self, text: str) -> None:
        with self.store.write(
            "search", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
        ) as folder:
            (folder / "words.txt").write_text(text)
            (folder / "inner").mkdir()
            (folder / "inner" / "more.txt").write_text("more")
        self.written.append(folder.version)
        self.good.add(folder.version)

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def promote(self, data: st.DataObject) -> None:
        version = data.draw(st.sampled_from(self.written))
        if version in self.good:
            self.store.promote("search", version)
            if self.line[-1:] != [version]:
                self.line.append(version)
            self.pointer_is_good = True
            return
        try:
            self.store.promote("search", version)
        except DamagedArtefactError as error:
            assert version in str(error)
        else:
            raise AssertionError("a damaged version was promoted")

    @rule()
    def rollback(self) -> None:
        earlier = [version for version in self.line[:-1] if version != self.line[-1] and version in self.good]
        if not earlier:
            try:
                self.store.rollback("search")
            except NoEarlierVersionError:
                return
            raise AssertionError("there was nothing to roll back to")
        assert self.store.rollback("search").version == earlier[-1]
        while self.line[-1] != earlier[-1]:
            self.line.pop()
        self.pointer_is_good = True

    @precondition(lambda self: self.good)
    @rule(data=st.data(), how=st.sampled_from(["change", "drop", "add", "link", "manifest", "folder"]))
    def damage(self, data: st.DataObject, how: str) -> None:
        version = data.draw(st.sampled_from(sorted(self.good)))
        folder = self.folder(version)
        if how == "change":
            (folder / "words.txt").write_text("changed")
        elif how == "drop":
            (folder / "inner" / "more.txt").unlink()
        elif how == "add":
            (folder / "inner" / "extra.txt").write_text("")
        elif how == "link":
            (folder / "link").symlink_to(folder / "words.txt")
        elif how == "manifest":
            (folder / MANIFEST_FILE).write_text("{}")
        else:
            shutil.rmtree(folder)
            self.written.remove(version)
        self.good.remove(version)

    @precondition(lambda self: self.line)
    @rule(content=st.binary(max_size=20))
    def break_pointer(self, content: bytes) -> None:
        (self.root / "search" / "current").write_bytes(b"/" + content)
        self.pointer_is_good = False

    @rule(keep=st.integers(1, 3))
    def prune(self, keep: int) -> None:
        before = ArtefactStore(self.root).current("search")
        removed = self.store.prune("search", keep)
        assert before is None or before.version not in removed
        self.written = [version for version in self.written if version not in removed]
        self.good.difference_update(removed)

    @rule()
    def reopen(self) -> None:
        self.store = ArtefactStore(self.root)

    @invariant()
    def what_is_in_use_is_whole_and_the_best_there_is(self) -> None:
        fresh = ArtefactStore(self.root)
        current = fresh.current("search")
        expected = next((version for version in reversed(self.line) if version in self.good), None)
        assert (None if current is None else current.version) == expected
        if current is not None:
            assert is_whole(current.folder)
            assert fresh.current_version("search") == current.version
        if self.line and (self.line[-1] != expected or not self.pointer_is_good):
            assert fresh.refusals()


TestArtefactLaws = ArtefactLaws.TestCase
TestArtefactLaws.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
