"""The rules in force: the list with its search, one rule, and a text tried on it."""

from __future__ import annotations

from flask import abort, render_template, request

from api.brand_book import RuleQuery
from api.web.service import wellput
from api.web.voice.marking import marked
from api.web.wording import CHANNEL_NAMES, plain_name
from brand_voice.finding import Severity
from brand_voice.rules import Rule

_LONGEST_TEXT = 20_000


def overview() -> str:
    """Show the rules looked for, the version in force, and a newer one that was refused."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in RuleQuery.__dataclass_fields__}
    query = RuleQuery(**asked)
    book = wellput().brand_desk.book
    choices = book.choices
    return render_template(
        "voice/rules.html",
        rules=book.find(query),
        total=len(book.rulebook.rules),
        query=query,
        kinds=[(kind, plain_name(kind)) for kind in choices.kinds],
        severities=[(one.value, plain_name(one.value)) for one in Severity],
        owners=[(owner, owner) for owner in choices.owners],
        files=[(file, file) for file in choices.files],
        channels=CHANNEL_NAMES,
    )


def rule() -> str:
    """Show one rule, named by `id`, with its texts and what becomes of them."""
    found = rule_named(request.args.get("id", ""))
    book = wellput().brand_desk.book
    proof = book.proof(found)
    return render_template(
        "voice/rule.html",
        rule=found,
        proof=proof,
        wrong=sum(1 for one in proof if one.wrong),
        channels=_channels_of(found),
        can_edit=bool(wellput().brand_desk.drafts.begin(found.id)),
    )


def try_text() -> str:
    """Show what one rule, by itself, finds in a text; nothing is kept."""
    found = rule_named(request.form.get("id", ""))
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > _LONGEST_TEXT:
        return render_template("voice/_tried.html", too_long=_LONGEST_TEXT)
    result = wellput().brand_desk.book.try_text(found, text, request.form.get("channel", ""))
    pieces = marked(text, result.findings) if text.strip() else ()
    return render_template("voice/_tried.html", result=result, pieces=pieces, text=text)


def rule_named(rule_id: str) -> Rule:
    """Return the rule in force of that id, or answer that there is none."""
    try:
        return wellput().brand_desk.book.rule(rule_id)
    except KeyError:
        abort(404)


def _channels_of(found: Rule) -> dict[str, str]:
    return {code: name for code, name in CHANNEL_NAMES.items() if code in found.channels}
