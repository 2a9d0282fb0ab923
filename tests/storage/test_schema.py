"""Opening a database: made once, refused with words when it is not ours or too new, whole after a crash."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError, IntegrityError

import api.storage.schema as schema
from api.storage import DatabaseTooNew, SqlStorage, WrongDatabase, open_storage
from api.storage.columns import metadata
from api.storage.copying import copy_database
from api.storage.engine import make_engine
from replies.departures import GateAct, GateRecord
from replies.records import AuditEntry
from tests.fakes.values import a_contact, after

MIGRATIONS = Path(schema.__file__).parent / "migrations"


def test_the_migrations_make_the_tables_that_the_code_expects(storage: SqlStorage) -> None:
    with storage.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_newest_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.NEWEST


def test_many_connections_may_make_the_same_file_at_once(tmp_path: Path) -> None:
    def opened(at: int) -> None:
        engine = make_engine(f"sqlite:///{tmp_path / f'{at // 6}.db'}")
        with engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(opened, range(900)))) == 900


def test_many_may_open_a_new_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_storage(url), range(4)))
    for storage in opened:
        with storage.reading() as unit:
            assert unit.contacts.counts()
        storage.close()


def test_a_newer_database_is_refused_with_the_way_out(url: str) -> None:
    open_storage(url).close()
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    engine.dispose()
    with pytest.raises(DatabaseTooNew, match="newer Wellput") as refusal:
        open_storage(url)
    assert "9999" in str(refusal.value)


def test_somebody_elses_database_is_left_alone(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (n INTEGER)"))
        connection.commit()
    with pytest.raises(WrongDatabase, match="invoices"):
        open_storage(url)
    assert sa.inspect(engine).get_table_names() == ["invoices"]
    engine.dispose()


@pytest.mark.parametrize("url_text", ["nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be_used_is_explained(url_text: str) -> None:
    with pytest.raises(WrongDatabase, match=r"sqlite:///FILE|no such"):
        open_storage(url_text)


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(WrongDatabase, match="cannot be opened") as refusal:
        open_storage("postgresql://ann:s3cret@127.0.0.1:1/none?connect_timeout=1")
    assert "127.0.0.1" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "wellput.db"
    file.write_text("Dear diary, " * 1000)
    with pytest.raises(WrongDatabase, match="not a database"):
        open_storage(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 1000


CHANGES = {
    "sqlite": (
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT n, at, 'nobody', act, subject, detail FROM audit",
    ),
    "postgresql": (
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "INSERT INTO audit SELECT * FROM audit ON CONFLICT (n) DO UPDATE SET actor = 'nobody'",
    ),
}


def test_nobody_changes_the_audit(storage: SqlStorage) -> None:
    entry = AuditEntry(after(0), "ann", "sent", "contact:1", "")
    with storage.writing() as unit:
        unit.audit.add(entry)
    for statement in CHANGES[storage.engine.dialect.name]:
        with pytest.raises(DatabaseError, match="append-only"), storage.engine.connect() as connection:
            connection.execute(sa.text(statement))
            connection.commit()
    with storage.reading() as unit:
        assert list(unit.audit.recent()) == [entry]


def test_nobody_changes_what_the_gate_was_asked(storage: SqlStorage) -> None:
    line = GateRecord("D-1", GateAct.ASKED, "K-1", "ab", after(0), "ann", "agent", "a reason", ("x",))
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.gate.add(line)
    for statement in ("UPDATE gate_records SET actor = 'nobody'", "DELETE FROM gate_records"):
        with pytest.raises(DatabaseError, match="append-only"), storage.engine.connect() as connection:
            connection.execute(sa.text(statement))
            connection.commit()
    with storage.reading() as unit:
        assert list(unit.gate.of_contact("K-1")) == [line]


BROKEN_ROWS = (
    "INSERT INTO messages (contact_id, position, role, text, at) VALUES ('K', 0, 'agent', '', '2026-01-01')",
    "INSERT INTO contacts (id, channel, received_at, status) VALUES ('K', 'pigeon', '2026-01-01', 'open')",
    "INSERT INTO products (sku, title, description, category, brand, price_minor, url, image_url, attributes,"
    " kind, buy_at) VALUES ('A', 't', '', '', '', 5, '', '', '{}', 'product', '[]')",
)


@pytest.mark.parametrize("statement", BROKEN_ROWS)
def test_foreign_keys_and_checks_hold(storage: SqlStorage, statement: str) -> None:
    with pytest.raises(IntegrityError), storage.engine.connect() as connection:
        connection.execute(sa.text(statement))
        connection.commit()


def test_sqlite_writes_ahead_and_waits(tmp_path: Path) -> None:
    storage = open_storage(f"sqlite:///{tmp_path / 'a.db'}")
    with storage.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    storage.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_a_copy_holds_what_was_committed_while_others_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    storage = open_storage(url)
    with storage.writing() as unit:
        unit.contacts.add(a_contact("K-1"))
    with storage.writing() as unit:
        unit.contacts.add(a_contact("K-2"))
        copy_database(url, tmp_path / "copy.db")
    storage.close()
    copied = open_storage(f"sqlite:///{tmp_path / 'copy.db'}")
    with copied.reading() as unit:
        assert set(unit.contacts.known(["K-1", "K-2"])) == {"K-1"}
    copied.close()


_WRITER = """
import sys
from api.storage import open_storage
from tests.fakes.values import a_contact
storage = open_storage(sys.argv[1])
for number in range(100_000):
    with storage.writing() as unit:
        unit.contacts.add(a_contact(f"K-{number}"))
    print(number, flush=True)
"""


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    root = Path(__file__).resolve().parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, url], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(20)]
    writer.kill()
    acknowledged += [int(line) for line in writer.stdout.read().splitlines()]
    writer.wait()
    writer.stdout.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    storage = open_storage(url)
    with storage.reading() as unit:
        known = unit.contacts.known([f"K-{number}" for number in acknowledged])
    storage.close()
    assert len(known) == len(acknowledged) >= 20
    assert all(contact.version == 1 for contact in known.values())


def test_a_connection_does_not_cross_a_fork(tmp_path: Path) -> None:
    code = """
import os, sys
from api.storage import open_storage
from tests.fakes.values import a_contact
storage = open_storage(sys.argv[1])
with storage.writing() as unit:
    unit.contacts.add(a_contact("parent"))
child = os.fork()
with storage.writing() as unit:
    unit.contacts.add(a_contact("child" if child == 0 else "after"))
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
with storage.reading() as unit:
    assert len(unit.contacts.known(["parent", "child", "after"])) == 3
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, f"sqlite:///{tmp_path / 'a.db'}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
