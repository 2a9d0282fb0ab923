"""The brand owner's screen: the rules in force, what they find, and the first ones of one's own."""

from __future__ import annotations

from flask import Blueprint

from api.web.voice import figures, rehearsal, rules, starter

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
