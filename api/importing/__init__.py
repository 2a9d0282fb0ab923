"""Bringing in files of what the shop knows: catalogue, orders, customers, approved texts, contacts."""

from api.importing.file import FORMATS, KINDS, import_file
from api.importing.report import ImportReport, NotImported, RowRefused

__all__ = ["FORMATS", "KINDS", "ImportReport", "NotImported", "RowRefused", "import_file"]
