"""The history of the rulebook: who changed what, when and why; two versions compared; the way back."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.rulebook_changes import named
from api.rulebook_versions import UnknownVersion, VersionMoved
from api.web.access import may_do
from api.web.service import wellput
from brand_voice.rulebook import RulebookError

_SHOWN = 50


def history() -> ResponseReturnValue:
    """Show the versions, newest first."""
    before = _number(request.args.get("before", ""))
    versions = wellput().brand_desk.versions
    found = versions.history(_SHOWN + 1, before)
    return render_template(
        "voice/history.html",
        records=[(one, named(one.rules)) for one in found[:_SHOWN]],
        more=found[_SHOWN - 1].number if len(found) > _SHOWN else None,
        number=versions.number(),
    )


def version() -> ResponseReturnValue:
    """Show what a version (`number`) changed against `before`, and the way back to it."""
    return _page()


def roll_back() -> ResponseReturnValue:
    """Put a version in force that equals an older one."""
    form = request.form
    number, seen = _number(form.get("number", "")), _number(form.get("seen", ""))
    if number is None or seen is None:
        abort(400)
    try:
        record = wellput().brand_desk.versions.roll_back(
            number, g.user.username, form.get("reason", ""), seen=seen
        )
    except UnknownVersion:
        abort(404)
    except RulebookError as fault:
        said = f"Not rolled back; the version in force stays: {str(fault).splitlines()[0]}"
        return _page(number, said), HTTPStatus.UNPROCESSABLE_ENTITY
    except VersionMoved as moved:
        return _page(number, f"Not rolled back: {moved}."), HTTPStatus.CONFLICT
    except ValueError as fault:
        return _page(number, f"Not rolled back: {fault}"), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"Version {record.number} is in force; it equals version {number}.")
    return redirect(url_for("voice.history"))


def _page(number: int | None = None, alert: str = "") -> str:
    wanted = number if number is not None else _number(request.values.get("number", ""))
    versions = wellput().brand_desk.versions
    if wanted is None:
        abort(404)
    try:
        record = versions.get(wanted) if wanted else None
        stated = _number(request.values.get("before", ""))
        before = stated if stated is not None else _before(wanted)
        difference = versions.difference(before, wanted)
    except UnknownVersion:
        abort(404)
    return render_template(
        "voice/version.html",
        number=wanted,
        record=record,
        difference=difference,
        before=before,
        in_force=versions.number(),
        alert=alert,
        may_roll_back=may_do(g.user.role, "voice.roll_back"),
    )


def _before(number: int) -> int:
    """Return the last version that was in force before this one; 0: the house rulebook."""
    earlier = wellput().brand_desk.versions.history(_SHOWN, number)
    return next((one.number for one in earlier if not one.refused), 0)


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else None
