"""Bringing a database to the shape this version needs, once, however many workers open it at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from api.storage.engine import WrongDatabase, writing

NEWEST = "0011"  # the newest revision of migrations/versions; looked at before Alembic is even imported
_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseTooNew(WrongDatabase):
    """A newer Wellput made this database."""


def ensure_schema(engine: sa.Engine) -> None:
    """Create or migrate the tables. Raises DatabaseTooNew, or WrongDatabase for somebody else's database."""
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == NEWEST:
            return
    with writing(engine) as connection:
        revision = _revision(connection)
        if revision == NEWEST:
            return
        _refuse_strangers(connection, revision)
        _migrate(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_strangers(connection: sa.Connection, revision: str | None) -> None:
    place = connection.engine.url.render_as_string(hide_password=True)
    if revision is None:
        if strangers := sa.inspect(connection).get_table_names():
            raise WrongDatabase(
                f"{place} holds tables that are not Wellput's ({', '.join(sorted(strangers)[:3])}); "
                "name an empty database"
            )
        return
    known = {file.name.split("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
    if revision not in known:
        raise DatabaseTooNew(
            f"{place} was made by a newer Wellput (schema {revision}; this one knows {NEWEST}); "
            "install that version again, or restore a backup made with this one"
        )


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
