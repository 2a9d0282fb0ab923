"""The product's own version, as installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed_version() -> str:
    try:
        return version("wellput")
    except PackageNotFoundError:
        return "0+unknown"


VERSION = _installed_version()
