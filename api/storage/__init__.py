"""The database: the only package that knows SQLAlchemy."""

from api.storage.columns import UnstorableText
from api.storage.engine import WrongDatabase
from api.storage.schema import DatabaseTooNew
from api.storage.unit import SqlStorage, SqlUnit, open_storage

__all__ = ["DatabaseTooNew", "SqlStorage", "SqlUnit", "UnstorableText", "WrongDatabase", "open_storage"]
