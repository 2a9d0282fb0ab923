"""The versions of the brand's own rulebook: put in force, looked at, compared, rolled back.

A version is the files of a rulebook as a whole. It comes in force only when it can be read and its rules hold
their own texts, and only on top of the version its maker had seen; nobody changes one afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.rulebook_changes import FileChange, RuleChanges, file_changes, named, rule_changes
from api.rulebook_files import Files, WorkingCopy, hash_of, unpacked
from api.storage import SqlStorage
from api.storage.rulebook_book import Numbers, VersionAct, VersionRecord
from brand_voice.proof import ProofFailure, prove
from brand_voice.rulebook import Rulebook, RulebookError, load_rulebook
from replies.ports import Clock
from replies.records import AuditEntry

LEAST_REASON = 3
_MOST_REASONS = 5
_LONGEST_REASON = 500


class VersionMoved(ValueError):
    """Another version came in force since; `number` is the one in force now. Nothing was changed."""

    def __init__(self, seen: int, number: int) -> None:
        super().__init__(
            f"version {number} of the rulebook came in force since you began (you had seen {seen}); "
            "look at what changed, then try again"
        )
        self.number = number


class UnknownVersion(LookupError):
    """There is no version of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no version {number} of the rulebook")


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a version, how and why."""

    act: VersionAct
    actor: str
    reason: str

    def __post_init__(self) -> None:
        said = " ".join(self.reason.split())
        if not LEAST_REASON <= len(said) <= _LONGEST_REASON:
            raise ValueError("Give the reason in a few words; it is kept with the version.")


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two versions; `before` 0 is the house rulebook as it comes."""

    before: int
    after: int
    rules: RuleChanges
    files: tuple[FileChange, ...]


class RulebookVersions:
    """The versions over one home; its own folder is kept as a working copy of the one in force."""

    def __init__(self, storage: SqlStorage, own: Path, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self.copy = WorkingCopy(own)

    def numbers(self) -> Numbers:
        """Return the number in force (0: the house rulebook as it comes) and the newest one."""
        with self._storage.reading() as unit:
            return unit.rulebooks.numbers()

    def number(self) -> int:
        """Return the number in force; 0: the house rulebook as it comes."""
        return self.numbers()[0]

    def get(self, number: int) -> VersionRecord:
        """Return a version. Raises UnknownVersion."""
        with self._storage.reading() as unit:
            found = unit.rulebooks.get(number)
        if found is None:
            raise UnknownVersion(number)
        return found

    def history(self, limit: int = 50, before: int | None = None) -> Sequence[VersionRecord]:
        """Return the last versions, newest first."""
        with self._storage.reading() as unit:
            return unit.rulebooks.history(limit, before)

    def files(self, number: int) -> dict[str, bytes]:
        """Return the files of a version. Raises UnknownVersion."""
        with self._storage.reading() as unit:
            try:
                return unit.rulebooks.files(number)
            except KeyError:
                raise UnknownVersion(number) from None

    def difference(self, before: int, after: int) -> Difference:
        """Return what lies between two versions. Raises UnknownVersion.

        Rules are told apart only where both can still be read.
        """
        old, new = self.files(before), self.files(after)
        try:
            rules = rule_changes(self._read(old), self._read(new))
        except RulebookError:
            rules = RuleChanges()
        return Difference(before, after, rules, file_changes(old, new))

    def put_in_force(
        self,
        files: Files,
        maker: Maker,
        *,
        seen: int,
        restores: int | None = None,
        holds: Callable[[Rulebook], None] = lambda _rulebook: None,
    ) -> VersionRecord:
        """Prove the files as a rulebook and put them in force as the next version.

        Raises RulebookError when they cannot be read or fail their own texts, or when `holds` raises it;
        VersionMoved when another version came in force after `seen`. Then nothing is changed.
        """
        rulebook = self.proven(files)
        holds(rulebook)
        changes = rule_changes(self._read_or_house(seen), rulebook)
        record = self._add(files, maker, rulebook.version, seen, changes.all, restores)
        self._write_out(record.number, files, self.files(seen))
        return record

    def roll_back(self, number: int, actor: str, reason: str, *, seen: int) -> VersionRecord:
        """Put a version in force that equals an older one. Raises as `put_in_force`, and UnknownVersion."""
        files = self.files(number)
        maker = Maker(VersionAct.ROLLED_BACK, actor, reason)
        return self.put_in_force(files, maker, seen=seen, restores=number)

    def note_refused(self, files: Files, maker: Maker, reasons: Sequence[str]) -> None:
        """Write down, for everyone to see, that files were not put in force; the same files once."""
        with self._storage.writing() as unit:
            _, newest = unit.rulebooks.numbers()
            there = unit.rulebooks.get(newest)
            if there is not None and there.refused and unit.rulebooks.files(newest) == dict(files):
                return
            record = VersionRecord(
                newest + 1,
                maker.act,
                f"refused@{hash_of(files)[:12]}",
                self._clock.now(),
                maker.actor,
                maker.reason,
                refused=tuple(reasons[:_MOST_REASONS]),
            )
            unit.rulebooks.add(record, files)
            unit.audit.add(AuditEntry(record.at, maker.actor, "rulebook refused", str(record.number)))

    def proven(self, files: Files) -> Rulebook:
        """Return the rulebook that the files tell. Raises RulebookError when it fails its own texts."""
        rulebook = self._read(files)
        failures = prove(rulebook)
        if failures:
            raise RulebookError("\n".join(map(told_failure, failures[:_MOST_REASONS])))
        return rulebook

    def _read(self, files: Files) -> Rulebook:
        if not files:
            return load_rulebook()
        with unpacked(files, self.copy.folder) as folder:
            return load_rulebook(folder, called=self.copy.folder.name)

    def _read_or_house(self, number: int) -> Rulebook:
        try:
            return self._read(self.files(number))
        except RulebookError:
            return load_rulebook()

    def _add(
        self,
        files: Files,
        maker: Maker,
        version: str,
        seen: int,
        rules: tuple[str, ...],
        restores: int | None,
    ) -> VersionRecord:
        with self._storage.writing() as unit:
            number, newest = unit.rulebooks.numbers()
            if number != seen:
                raise VersionMoved(seen, number)
            reason = " ".join(maker.reason.split())
            record = VersionRecord(
                newest + 1, maker.act, version, self._clock.now(), maker.actor, reason, restores, rules
            )
            unit.rulebooks.add(record, files)
            detail = f"{version}, {named(rules) or 'no rule changed'}: {reason}"
            unit.audit.add(
                AuditEntry(
                    record.at,
                    maker.actor,
                    f"rulebook in force: {maker.act.value}",
                    str(record.number),
                    detail,
                )
            )
        return record

    def _write_out(self, number: int, files: Files, before: Files) -> None:
        """Bring the working copy up to the version, unless somebody changed it by hand."""
        with self._storage.writing() as unit:  # one process at a time
            if unit.rulebooks.numbers()[0] != number:
                return
            there = self.copy.read()
            if there == dict(files):
                self.copy.agree(number, files)
            elif files and not self.copy.changed_by_hand():
                self.copy.write(number, files, before)


def told_failure(failure: ProofFailure) -> str:
    """Return in words which text of which rule goes wrong."""
    asked = {"fail": "should be found", "pass": "should pass"}.get(failure.expected, failure.expected)
    return f"rule {failure.rule}: {failure.text[:80]!r} {asked}"
