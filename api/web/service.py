"""The one place where pages reach the service that the application was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from api.wiring import Wellput


def wellput() -> Wellput:
    """Return the service of the application that answers this request."""
    return cast("Wellput", current_app.extensions["wellput"])
