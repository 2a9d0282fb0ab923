"""The whole home in one file, and back."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path

from api.settings import Home, Settings
from api.storage.copying import copy_database
from api.version import VERSION

_MARK = "wellput-backup.txt"
_FILES = ("shop.toml", "secret.key", "rulebook-written.json", "rulebook-dismissed.json")
_FOLDERS = ("artefacts", "outbox", "rulebook", "rulebook-last-good")
_DATABASE = "wellput.db"


class BackupError(Exception):
    """A backup cannot be written or brought back; the message says why and what to do."""


def back_up(settings: Settings, file: Path) -> None:
    """Write the home into `file` (.tar.gz) while it is in use; the file appears whole or not at all.

    Raises BackupError when there is no home, or the database is not the home's own.
    """
    home = Home(settings.home)
    if settings.database_url is not None:
        raise BackupError(
            "The database is not in the home (WELLPUT_DATABASE_URL); back it up with its own tool (pg_dump)."
        )
    if not (home.root / _DATABASE).is_file():
        raise BackupError(f"There is no home at {home.root}; nothing to back up.")
    if not file.resolve().parent.is_dir():
        raise BackupError(f"There is no folder {file.resolve().parent} to write the backup into.")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as aside:
        whole = Path(aside) / "backup.tar.gz"
        copy = Path(aside) / _DATABASE
        copy_database(home.database_url, copy)
        mark = Path(aside) / _MARK
        mark.write_text(f"wellput {VERSION}\n", encoding="ascii")
        with tarfile.open(whole, "w:gz", compresslevel=3) as archive:
            archive.add(mark, _MARK)
            archive.add(copy, _DATABASE)
            for name in (*_FILES, *_FOLDERS):
                if (home.root / name).exists():
                    archive.add(home.root / name, name, filter=_without_unfinished)
        whole.chmod(0o600)
        whole.replace(file)


def _without_unfinished(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if any(part.startswith(".") for part in Path(entry.name).parts) else entry


def bring_back(settings: Settings, file: Path) -> None:
    """Unpack a backup into a home that is empty or not there. Raises BackupError; then nothing is changed."""
    home = Home(settings.home)
    if home.root.exists() and any(home.root.iterdir()):
        raise BackupError(
            f"{home.root} is not empty; a backup is brought back into an empty home (--home DIR)."
        )
    home.root.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=home.root.parent, prefix=".restoring-"))
    try:
        try:
            with tarfile.open(file, "r:gz") as archive:
                if archive.next() is None or archive.getnames()[0] != _MARK:
                    raise BackupError(f"{file} is not a backup that 'wellput backup' wrote.")
                archive.extractall(aside, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise BackupError(f"{file} is not a whole backup: {error}. The home was not touched.") from error
        (aside / _MARK).unlink()
        aside.chmod(0o700)
        if home.root.exists():
            home.root.rmdir()
        aside.replace(home.root)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
