"""Files of a rulebook, written by hand, on their way to be a version."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from api.rulebook_files import Files, read_files, write_files
from api.rulebook_versions import Maker, RulebookVersions, VersionMoved
from api.storage.rulebook_book import VersionAct, VersionRecord
from brand_voice.rulebook import RulebookError

FOUND = "The files in the home's rulebook folder had changed."
_KEPT_UNPACKED = 3
_FROM_BEFORE = "The last good rulebook from before versions were kept."


class NothingNew(ValueError):
    """The files are those of the version in force already."""


def apply_folder(
    versions: RulebookVersions, folder: Path | None, actor: str, reason: str, *, based_on: int | None = None
) -> VersionRecord:
    """Put the files of a folder (None: the home's own) in force as the next version.

    `based_on` is the version they were written from; None: as remembered for the home's own folder, and the
    one in force for another folder. Raises NothingNew, RulebookError (then written down as refused),
    VersionMoved, ValueError for a bad reason.
    """
    own = folder is None or folder.resolve() == versions.copy.folder.resolve()
    files = versions.copy.read() if own else read_files(Path(folder or ""))
    if not files:
        raise RulebookError(
            f"{folder or versions.copy.folder} holds no files; a rulebook is a folder of them"
        )
    maker = Maker(VersionAct.FILES, actor, reason)
    number = versions.number()
    if files == versions.files(number):
        raise NothingNew(f"version {number} is in force and holds just these files")
    seen = based_on if based_on is not None else versions.copy.written_from.number if own else number
    try:
        return versions.put_in_force(files, maker, seen=seen)
    except RulebookError as fault:
        versions.note_refused(files, maker, str(fault).splitlines())
        raise


def take_in(versions: RulebookVersions, actor: str) -> None:
    """Put the home's own files in force where somebody changed them by hand; bring them up to date where not.

    Files that are refused, or were changed beside a newer version, are written down as refused and stay as
    they are. Raises RulebookError only where no good version was ever in force.
    """
    files, mark, number = versions.copy.read(), versions.copy.written_from, versions.number()
    if not mark.whole and number:
        versions.copy.write(number, versions.files(number), {})
        return
    if not files:
        return
    in_force = versions.files(number)
    if files == in_force:
        if mark.number != number:
            versions.copy.agree(number, files)
        return
    if not versions.copy.changed_by_hand():
        if mark.number != number and in_force:
            versions.copy.write(number, in_force, files)
        return
    if _refused_already(versions, files):
        return
    _take(versions, files, mark.number, actor)


def _refused_already(versions: RulebookVersions, files: Files) -> bool:
    newest = next(iter(versions.history(1)), None)
    return newest is not None and bool(newest.refused) and versions.files(newest.number) == dict(files)


def _take(versions: RulebookVersions, files: Files, base: int, actor: str) -> None:
    maker = Maker(VersionAct.FILES, actor, FOUND)
    try:
        versions.put_in_force(files, maker, seen=base)
    except VersionMoved as moved:
        if versions.files(versions.number()) == dict(files):
            return  # another process of this home was faster
        said = (
            f"the files in {versions.copy.folder.name}/ were written from version {base}, and version "
            f"{moved.number} came in force since: 'wellput rulebook diff {base} {moved.number}' shows what "
            f"changed, 'wellput rulebook apply --based-on {moved.number}' puts your files in its place"
        )
        versions.note_refused(files, maker, [said])
    except RulebookError as fault:
        if versions.number() == 0 and not _rescued(versions, actor):
            raise
        versions.note_refused(files, maker, str(fault).splitlines())


def _rescued(versions: RulebookVersions, actor: str) -> bool:
    """Put in force what an older Wellput kept aside as the last good one, where there is such a folder."""
    kept = versions.copy.folder.with_name(f"{versions.copy.folder.name}-last-good")
    if not kept.is_dir():
        return False
    files = read_files(kept)
    versions.put_in_force(files, Maker(VersionAct.FILES, actor, _FROM_BEFORE), seen=0)
    return True


def unpack(versions: RulebookVersions, number: int) -> Path | None:
    """Return a folder with the files of a version, made where it is not there; None for one without files.

    It stands beside the home's own, so that what the files name outside is found.
    """
    files = versions.files(number)
    if not files:
        return None
    own = versions.copy.folder
    folder = own.with_name(f"{own.name}-v{number}")
    if folder.is_dir() and read_files(folder) == files:
        return folder
    aside = own.with_name(f"{folder.name}-{secrets.token_hex(4)}")
    write_files(files, aside)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        aside.rename(folder)
    except OSError:  # another process was faster; its files are the same
        shutil.rmtree(aside, ignore_errors=True)
    for older in own.parent.glob(f"{own.name}-v*"):
        told = older.name.removeprefix(f"{own.name}-v")
        if told.isdecimal() and int(told) < number - _KEPT_UNPACKED:
            shutil.rmtree(older, ignore_errors=True)
    return folder
