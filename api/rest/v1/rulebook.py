"""The rulebook in force over REST, to read."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.rest.caller import service
from api.rulebook_documents import RulebookDocument


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/rulebook")
    @blueprint.output(RulebookDocument)
    def rulebook_in_force() -> RulebookDocument:
        """Return the rulebook in force: its number, version and rules, and what was refused."""
        return RulebookDocument.of(service().rulebooks.now())
