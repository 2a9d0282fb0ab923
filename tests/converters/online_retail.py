"""Online Retail (UCI, CC BY 4.0): where it is, its first lines, the maps that ship with the product."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

import api.importing

_MAPS = Path(api.importing.__file__).parent / "maps"
ORDERS_MAP = _MAPS / "uci-online-retail.toml"
CATALOGUE_MAP = _MAPS / "uci-online-retail-catalogue.toml"


def export(data_folder: Path) -> Path:
    """Return the export, one row an order line, for `orders` and for `catalogue`."""
    return data_folder / "online_retail" / "online_retail.csv.gz"


def write_start(data_folder: Path, target: Path, lines: int) -> Path:
    """Write the header and the first `lines` order lines as CSV and return the file."""
    with gzip.open(export(data_folder), "rt", encoding="utf-8") as source:
        target.write_text("".join(islice(source, lines + 1)), encoding="utf-8")
    return target
