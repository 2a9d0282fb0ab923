"""The editor: a rule written as a form or in YAML, tried while one types, saved as a draft, put in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.rule_drafts import DraftMoved, RuleMoved, UnknownDraft
from api.rulebook_changes import DiffLine, text_lines
from api.rulebook_versions import VersionMoved
from api.storage.rulebook_book import RuleDraft
from api.web.access import may_do
from api.web.service import wellput
from api.web.voice.problems import problems_of
from api.web.voice.rule_form import KindHelp, RuleForm, new_form
from api.web.voice.trying import live
from api.web.wording import CHANNEL_NAMES
from brand_voice.drafted_rule import LONGEST_DRAFT
from brand_voice.finding import Severity
from brand_voice.rulebook import RulebookError

_YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Edited:
    """What stands in the editor, and which draft or rule it belongs to. `revision` 0: not saved yet."""

    text: str
    rule_id: str = ""
    base: str = ""
    draft_id: str = ""
    revision: int = 0
    as_yaml: bool = False

    @classmethod
    def read(cls) -> Edited:
        """Read the editor's form."""
        form = request.form
        revision = form.get("revision", "0")
        as_yaml = form.get("as") == _YAML
        text = form.get("yaml", "").replace("\r\n", "\n").replace("\x00", "")[: LONGEST_DRAFT + 1]
        return cls(
            text=text if as_yaml else RuleForm.read(form).text,
            rule_id=form.get("rule_id", "")[:200],
            base=form.get("base", "")[:64],
            draft_id=form.get("draft_id", "")[:100],
            revision=int(revision)
            if revision.isascii() and revision.isdecimal() and len(revision) < 9
            else 0,
            as_yaml=as_yaml,
        )

    @classmethod
    def of(cls, draft: RuleDraft) -> Edited:
        return cls(draft.text, draft.rule_id, draft.base, draft.id, draft.revision)


def edit() -> ResponseReturnValue:
    """Open the editor on a draft (`draft`), a rule in force (`id`) or a new rule of a `kind`."""
    drafts = wellput().brand_desk.drafts
    asked_yaml = request.args.get("as") == _YAML
    if draft_id := request.args.get("draft", ""):
        try:
            edited = Edited.of(drafts.get(draft_id))
        except UnknownDraft:
            abort(404)
        return _page(replace(edited, as_yaml=asked_yaml))
    if rule_id := request.args.get("id", ""):
        text = drafts.begin(rule_id)
        if not text:
            abort(404)
        return _page(Edited(text, rule_id, drafts.mark(rule_id), as_yaml=asked_yaml))
    kind = request.args.get("kind", "forbidden")
    known = {one.name for one in KindHelp.all()}
    return _page(Edited(new_form(kind if kind in known else "forbidden").text, as_yaml=asked_yaml))


def try_draft() -> str:
    """Show what is wrong with the rule as it stands in the editor, and what its texts do; nothing is kept."""
    edited = Edited.read()
    return render_template("voice/_live.html", live=live(edited.text, request.form.get("text", "")))


def save() -> ResponseReturnValue:
    """Save what stands in the editor as a draft; `anew` makes one of one's own."""
    edited = Edited.read()
    drafts = wellput().brand_desk.drafts
    try:
        if edited.draft_id and "anew" not in request.form:
            draft = drafts.save_over(edited.draft_id, edited.revision, edited.text, g.user.username)
        else:
            draft = drafts.save(edited.text, g.user.username, rule_id=edited.rule_id, base=edited.base)
    except DraftMoved as moved:
        said = f"Not saved: {moved} Their version stands beside yours; yours is kept below."
        lines = text_lines(moved.theirs.text, edited.text)
        return _page(edited, alert=said, theirs=lines), HTTPStatus.CONFLICT
    except UnknownDraft:
        said = "Not saved: this draft is in force by now, or was thrown away. Save it as a draft of your own."
        return _page(replace(edited, draft_id="", revision=0), alert=said), HTTPStatus.CONFLICT
    except ValueError as fault:
        return _page(edited, alert=f"Not saved: {fault}"), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("Saved as a draft. Nothing is in force by it yet.")
    return redirect(_address(draft, edited))


def put_in_force() -> ResponseReturnValue:
    """Put a saved draft in force, or say why not; the draft is kept then."""
    form = request.form
    drafts = wellput().brand_desk.drafts
    try:
        draft = drafts.get(form.get("draft_id", ""))
    except UnknownDraft:
        flash("That draft is in force by now, or was thrown away.")
        return redirect(url_for("voice.drafts"))
    try:
        record = drafts.put_in_force(
            draft.id,
            Edited.read().revision,
            g.user.username,
            form.get("reason", ""),
            over=form.get("over") or None,
        )
    except ValueError as fault:
        return _not_in_force(draft, fault)
    flash(f"Version {record.number} of the rulebook is in force, for everybody and from now on.")
    return redirect(url_for("voice.history"))


def _not_in_force(draft: RuleDraft, fault: ValueError) -> ResponseReturnValue:
    """Show the draft again, and why it is not in force."""
    edited = Edited.of(draft)
    match fault:
        case DraftMoved():
            said = f"Not in force: {fault} Look at it as it is now."
            return _page(edited, alert=said), HTTPStatus.CONFLICT
        case RuleMoved():
            said = f"Not in force: {fault} Yours is kept. Compare, and put it in its place if you mean to."
            over = wellput().brand_desk.drafts.mark(draft.rule_id)
            theirs = text_lines(fault.now, draft.text)
            return _page(edited, alert=said, theirs=theirs, over=over), HTTPStatus.CONFLICT
        case VersionMoved():
            return _page(edited, alert=f"Not in force: {fault}"), HTTPStatus.CONFLICT
        case RulebookError():
            said = "Not in force: the version in force stays. This must change first."
            problems = problems_of(str(fault))
            return _page(edited, alert=said, problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY
        case _:
            return _page(edited, alert=f"Not in force: {fault}"), HTTPStatus.UNPROCESSABLE_ENTITY


def drop() -> ResponseReturnValue:
    """Throw a draft away."""
    try:
        wellput().brand_desk.drafts.drop(request.form.get("draft_id", ""), g.user.username)
        flash("The draft is thrown away.")
    except UnknownDraft:
        flash("That draft is gone already.")
    return redirect(url_for("voice.drafts"))


def drafts() -> str:
    """Show all drafts."""
    return render_template(
        "voice/drafts.html", drafts=wellput().brand_desk.drafts.all(), kinds=KindHelp.all()
    )


def _address(draft: RuleDraft, edited: Edited) -> str:
    address = url_for("voice.edit", draft=draft.id)
    return f"{address}&as={_YAML}" if edited.as_yaml else address


def _page(
    edited: Edited,
    *,
    alert: str = "",
    problems: tuple[tuple[str, str], ...] = (),
    theirs: tuple[DiffLine, ...] = (),
    over: str = "",
) -> str:
    form = None if edited.as_yaml else RuleForm.of(edited.text)
    draft = None
    if edited.draft_id:
        try:
            draft = wellput().brand_desk.drafts.get(edited.draft_id)
        except UnknownDraft:
            draft = None
    kinds = KindHelp.all()
    return render_template(
        "voice/editor.html",
        edited=edited,
        form=form,
        draft=draft,
        alert=alert,
        problems=problems,
        theirs=theirs,
        over=over,
        live=live(edited.text, ""),
        kinds=kinds,
        help=next((one for one in kinds if form is not None and one.name == form.words["kind"]), None),
        severities=[one.value for one in Severity],
        channels=CHANNEL_NAMES,
        may_force=may_do(g.user.role, "voice.put_in_force"),
    )
