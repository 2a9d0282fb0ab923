"""The brand owner's screen: the rules in force, what they find, how they are changed and taken back."""

from __future__ import annotations

from flask import Blueprint

from api.web.voice import editor, figures, rehearsal, rules, starter, versions

blueprint = Blueprint("voice", __name__, url_prefix="/voice")

blueprint.add_url_rule("", "overview", rules.overview)
blueprint.add_url_rule("/rule", "rule", rules.rule)
blueprint.add_url_rule("/try", "try_text", rules.try_text, methods=["POST"])
blueprint.add_url_rule("/rehearse", "rehearse", rehearsal.rehearse, methods=["GET", "POST"])
blueprint.add_url_rule("/findings", "findings", figures.findings)
blueprint.add_url_rule("/starter", "starter", starter.propose)
blueprint.add_url_rule("/starter/accept", "accept", starter.accept, methods=["POST"])
blueprint.add_url_rule("/starter/dismiss", "dismiss", starter.dismiss, methods=["POST"])
blueprint.add_url_rule("/starter/again", "again", starter.again, methods=["POST"])
blueprint.add_url_rule("/drafts", "drafts", editor.drafts)
blueprint.add_url_rule("/edit", "edit", editor.edit)
blueprint.add_url_rule("/edit/try", "try_draft", editor.try_draft, methods=["POST"])
blueprint.add_url_rule("/edit", "save", editor.save, methods=["POST"])
blueprint.add_url_rule("/drafts/drop", "drop", editor.drop, methods=["POST"])
blueprint.add_url_rule("/drafts/force", "put_in_force", editor.put_in_force, methods=["POST"])
blueprint.add_url_rule("/history", "history", versions.history)
blueprint.add_url_rule("/version", "version", versions.version)
blueprint.add_url_rule("/rollback", "roll_back", versions.roll_back, methods=["POST"])
