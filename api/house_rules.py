"""A brand's first rules of its own: proposed from approved replies, accepted one by one into its rulebook."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from api.storage import SqlStorage
from brand_voice.general_support import general_replies
from brand_voice.proof import prove
from brand_voice.rulebook import RulebookError, load_rulebook
from brand_voice.starter import Proposal, propose
from replies.contacts import Role
from replies.ports import Clock
from replies.records import AuditEntry

ACCEPTED_FILE = "house_style.yaml"
_COVER_FILE = "rulebook.yaml"
_MOST_REPLIES = 5_000


class HouseRules:
    """The starter over one home's rulebook folder."""

    def __init__(self, storage: SqlStorage, folder: Path, shop_name: str, clock: Clock) -> None:
        self._storage = storage
        self._folder = folder
        self._dismissed_file = folder.with_name(f"{folder.name}-dismissed.json")
        self._shop_name = shop_name
        self._clock = clock

    def approved_replies(self) -> list[str]:
        """Return canned replies in force and what agents wrote, newest kinds first, 5,000 at most."""
        today = self._clock.now().date()
        with self._storage.reading() as unit:
            canned = [reply.text for reply in unit.knowledge.all_canned_replies() if reply.in_force(today)]
            said = [
                message.text
                for contact in unit.frames.contacts()
                for message in contact.messages
                if message.role is Role.AGENT
            ]
        return list(dict.fromkeys((*said, *canned)))[:_MOST_REPLIES]

    def proposals(self, replies: Sequence[str] | None = None) -> tuple[Proposal, ...]:
        """Return the rules that the replies speak for (None: the stored ones), without those accepted or
        dismissed before.

        Raises ValueError, in words, for too few replies.
        """
        given = self.approved_replies() if replies is None else replies
        decided = self._accepted_ids() | self.dismissed()
        return tuple(one for one in propose(given, general_replies()) if one.id not in decided)

    def dismissed(self) -> frozenset[str]:
        """Return the ids of the proposals that nobody wants to see again."""
        try:
            found: object = json.loads(self._dismissed_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return frozenset()
        return frozenset(map(str, found)) if isinstance(found, list) else frozenset()

    def dismiss(self, rule_id: str, actor: str) -> None:
        """Propose a rule no more."""
        self._keep_dismissed(self.dismissed() | {rule_id}, rule_id, "rule dismissed", actor)

    def propose_again(self, rule_id: str, actor: str) -> None:
        """Let a dismissed rule be proposed again."""
        self._keep_dismissed(self.dismissed() - {rule_id}, rule_id, "rule proposed again", actor)

    def _keep_dismissed(self, ids: frozenset[str], rule_id: str, act: str, actor: str) -> None:
        aside = self._dismissed_file.with_suffix(".new")
        aside.write_text(json.dumps(sorted(ids)), encoding="utf-8")
        aside.replace(self._dismissed_file)
        with self._storage.writing() as unit:
            unit.audit.add(AuditEntry(self._clock.now(), actor, act, rule_id))

    def accept(self, proposals: Iterable[Proposal], actor: str) -> Path:
        """Put proposals into the rulebook folder, beside the house rulebook; return the file they stand in.

        The whole rulebook is read and proven with them first: raises RulebookError, and changes nothing, when
        it would not hold.
        """
        chosen = list(proposals)
        with tempfile.TemporaryDirectory() as aside:
            trial = Path(aside) / "rulebook"
            if self._folder.is_dir():
                shutil.copytree(self._folder, trial)
            trial.mkdir(exist_ok=True)
            self._write(trial, chosen)
            failures = prove(load_rulebook(trial))
            if failures:
                told = "; ".join(f"{one.rule}: {one.text!r} should {one.expected}" for one in failures[:3])
                raise RulebookError(f"nothing was accepted: {told}")
        self._folder.mkdir(exist_ok=True)
        self._write(self._folder, chosen)
        names = ", ".join(one.id for one in chosen)
        with self._storage.writing() as unit:
            unit.audit.add(AuditEntry(self._clock.now(), actor, "rules accepted", ACCEPTED_FILE, names))
        return self._folder / ACCEPTED_FILE

    def _write(self, folder: Path, chosen: Sequence[Proposal]) -> None:
        if not any(folder.iterdir()):
            cover = {"name": _slug(self._shop_name), "about": "Our own rules.", "include": ["house"]}
            _replace(folder / _COVER_FILE, cover)
        rules = [*_rules_in(folder / ACCEPTED_FILE), *(dict(one.rule) for one in chosen)]
        _replace(
            folder / ACCEPTED_FILE,
            {"owner": "Brand owner", "about": "Habits of our approved replies.", "rules": rules},
        )

    def _accepted_ids(self) -> set[str]:
        return {str(rule["id"]) for rule in _rules_in(self._folder / ACCEPTED_FILE)}


def _rules_in(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    try:
        found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return list(found["rules"])
    except (yaml.YAMLError, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{file} cannot be read as a rulebook file: {error}") from error


def _replace(file: Path, document: dict[str, Any]) -> None:
    """Write a YAML file whole or not at all."""
    aside = file.with_suffix(".new")
    aside.write_text(
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8"
    )
    aside.replace(file)


def _slug(name: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split()) or "own"
