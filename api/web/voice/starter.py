"""The starter: rules that the approved replies speak for, accepted or dismissed one by one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.access import may_do
from api.web.service import wellput
from brand_voice.rulebook import RulebookError
from brand_voice.starter import Proposal


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """A proposal as the page shows it."""

    id: str
    kind: str
    severity: str
    message: str
    why: str
    because: str
    fails: tuple[str, ...]
    passes: tuple[str, ...]

    @classmethod
    def of(cls, proposal: Proposal) -> ProposalSeen:
        rule = proposal.rule
        kind, severity, message, why = (
            str(rule.get(name, "")) for name in ("kind", "severity", "message", "why")
        )
        fails, passes = _texts(rule.get("fails")), _texts(rule.get("passes"))
        return cls(proposal.id, kind, severity, message, why, proposal.because, fails, passes)


def propose() -> str:
    """Show the proposal named by `at`, else the first, or say what is missing."""
    house_rules = wellput().house_rules
    try:
        found, lacking = house_rules.proposals(), ""
    except ValueError as error:
        found, lacking = (), str(error)
    wanted = request.args.get("at", "")
    place = next((number for number, one in enumerate(found) if one.id == wanted), 0)
    return render_template(
        "voice/starter.html",
        proposal=ProposalSeen.of(found[place]) if found else None,
        place=place,
        ids=[one.id for one in found],
        lacking=lacking,
        dismissed=sorted(house_rules.dismissed()),
        may_decide=may_do(g.user.role, "voice.accept"),
    )


def accept() -> ResponseReturnValue:
    """Put one proposal into the rulebook, or say why not."""
    rule_id = request.form.get("id", "")
    house_rules = wellput().house_rules
    try:
        chosen = [one for one in house_rules.proposals() if one.id == rule_id]
        if not chosen:
            flash("That rule is not proposed any more.")
        else:
            record = house_rules.accept(chosen, g.user.username)
            flash(f"{rule_id} is in force now, with version {record.number} of the rulebook.")
    except (RulebookError, ValueError) as fault:
        flash(f"{rule_id} was not accepted: {fault}")
    return redirect(url_for("voice.starter", at=request.form.get("next", "")))


def dismiss() -> ResponseReturnValue:
    """Propose a rule no more."""
    rule_id = request.form.get("id", "")
    house_rules = wellput().house_rules
    try:
        proposed = {one.id for one in house_rules.proposals()}
    except ValueError:
        proposed = set()
    if rule_id in proposed:
        house_rules.dismiss(rule_id, g.user.username)
        flash(f"{rule_id} is not proposed any more.")
    else:
        flash("That rule is not proposed any more.")
    return redirect(url_for("voice.starter", at=request.form.get("next", "")))


def again() -> ResponseReturnValue:
    """Let a dismissed rule be proposed again."""
    rule_id = request.form.get("id", "")
    if rule_id in wellput().house_rules.dismissed():
        wellput().house_rules.propose_again(rule_id, g.user.username)
        flash(f"{rule_id} is proposed again.")
    return redirect(url_for("voice.starter", at=rule_id))


def _texts(written: object) -> tuple[str, ...]:
    if not isinstance(written, list | tuple):
        return ()
    return tuple(str(one.get("text", "")) if isinstance(one, dict) else str(one) for one in written)
