"""Online Retail (UCI, CC BY 4.0): where it is, and the maps that ship with the product for it."""

from __future__ import annotations

from pathlib import Path

import api.importing

_MAPS = Path(api.importing.__file__).parent / "maps"
ORDERS_MAP = _MAPS / "uci-online-retail.toml"
CATALOGUE_MAP = _MAPS / "uci-online-retail-catalogue.toml"


def export(data_folder: Path) -> Path:
    """Return the export, one row an order line, for `orders` and for `catalogue`."""
    return data_folder / "online_retail" / "online_retail.csv.gz"
