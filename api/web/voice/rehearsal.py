"""The page on which a rule is rehearsed over the replies that left last."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from api.rehearsing import MOST_REPLIES, Rehearsal
from api.rule_drafts import UnknownDraft
from api.storage.rulebook_book import RuleDraft
from api.web.service import wellput
from api.web.voice.marking import excerpt
from api.web.voice.rules import rule_named
from brand_voice.finding import Verdict
from brand_voice.rulebook import RulebookError
from brand_voice.rules import Rule

_USUAL = 100
_SHOWN = 100


def rehearse() -> ResponseReturnValue:
    """Show what a rule in force (`id`), or a draft of one, would have said of the last replies."""
    rule_id = request.values.get("id", "")
    given = request.form.get("draft")
    kept = _kept(request.values.get("draft_id", ""))
    begun = _start(rule_id) if kept is None else kept.text
    draft = begun if given is None else given.replace("\r\n", "\n")
    written = request.values.get("last", str(_USUAL)).strip()[:20]
    if request.method == "GET":
        return _page(rule_id, draft, written, kept=kept)
    try:
        last = _count(written)
        rule = _meant(rule_id, draft)
    except (RulebookError, ValueError) as fault:
        return _page(rule_id, draft, written, problems=tuple(str(fault).splitlines()), kept=kept), 422
    found = wellput().brand_desk.rehearsing.rehearse(rule, last)
    if kept is not None and kept.text.strip() == draft.strip():
        wellput().brand_desk.drafts.note_rehearsal(kept, _in_words(found))
    return _page(rule_id, draft, written, rule=rule, found=found, kept=kept)


def _kept(draft_id: str) -> RuleDraft | None:
    if not draft_id:
        return None
    try:
        return wellput().brand_desk.drafts.get(draft_id)
    except UnknownDraft:
        abort(404)


def _in_words(found: Rehearsal) -> str:
    stopped, warned, advised = map(found.count, (Verdict.BLOCKED, Verdict.WARN, Verdict.PASS))
    return f"of the last {found.read} replies, stopped {stopped}, warned of {warned}, advised on {advised}"


def _start(rule_id: str) -> str:
    return wellput().brand_desk.book.draft(rule_named(rule_id).id) if rule_id else ""


def _meant(rule_id: str, draft: str) -> Rule:
    if draft.strip():
        return wellput().brand_desk.book.read_draft(draft)
    if not rule_id:
        raise ValueError("Write a rule, or choose one from the list of rules.")
    return rule_named(rule_id)


def _count(written: str) -> int:
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= MOST_REPLIES:
        raise ValueError(f"The number of replies is a whole number from 1 to {MOST_REPLIES}.")
    return int(written)


def _page(
    rule_id: str,
    draft: str,
    last: str,
    *,
    problems: tuple[str, ...] = (),
    rule: Rule | None = None,
    found: Rehearsal | None = None,
    kept: RuleDraft | None = None,
) -> str:
    struck = () if found is None else found.struck[:_SHOWN]
    return render_template(
        "voice/rehearsal.html",
        rule_id=rule_id,
        kept=kept,
        draft=draft,
        last=last,
        most=MOST_REPLIES,
        problems=problems,
        rule=rule,
        found=found,
        struck=[(one, excerpt(one.reply.text, one.findings)) for one in struck],
    )
