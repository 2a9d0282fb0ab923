"""A brand's first rules of its own: proposed from approved replies, accepted one by one into its rulebook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from api.own_rulebook import as_yaml, begun
from api.rulebook_files import Files
from api.rulebook_versions import Maker, RulebookVersions
from api.storage import SqlStorage
from api.storage.rulebook_book import VersionAct, VersionRecord
from brand_voice.general_support import general_replies
from brand_voice.rulebook import RulebookError
from brand_voice.starter import Proposal, propose
from replies.contacts import Role
from replies.ports import Clock
from replies.records import AuditEntry

ACCEPTED_FILE = "house_style.yaml"
_MOST_REPLIES = 5_000


class HouseRules:
    """The starter over one home's rulebook."""

    def __init__(self, storage: SqlStorage, versions: RulebookVersions, shop_name: str, clock: Clock) -> None:
        self._storage = storage
        self._versions = versions
        folder = versions.copy.folder
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

    def accept(self, proposals: Iterable[Proposal], actor: str, reason: str = "") -> VersionRecord:
        """Put proposals in force, beside the house rulebook; return the version they came with.

        The whole rulebook is read and proven with them first: raises RulebookError, and changes nothing, when
        it would not hold. Raises VersionMoved when somebody puts another version in force meanwhile.
        """
        chosen = list(proposals)
        names = ", ".join(one.id for one in chosen)
        seen = self._versions.number()
        files = begun(self._versions.files(seen), self._shop_name)
        rules = [*_rules_in(files), *(dict(one.rule) for one in chosen)]
        told = {"owner": "Brand owner", "about": "Habits of our approved replies.", "rules": rules}
        maker = Maker(VersionAct.STARTER, actor, reason or f"Our approved replies speak for {names}."[:400])
        try:
            return self._versions.put_in_force({**files, ACCEPTED_FILE: as_yaml(told)}, maker, seen=seen)
        except RulebookError as fault:
            raise RulebookError(f"nothing was accepted: {fault}") from fault

    def _accepted_ids(self) -> set[str]:
        files = self._versions.files(self._versions.number())
        return {str(rule["id"]) for rule in _rules_in(files)}


def _rules_in(files: Files) -> list[dict[str, Any]]:
    content = files.get(ACCEPTED_FILE)
    if content is None:
        return []
    try:
        found: Any = yaml.safe_load(content.decode("utf-8"))
        return list(found["rules"])
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{ACCEPTED_FILE} cannot be read as a rulebook file: {error}") from error
