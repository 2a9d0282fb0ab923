"""Rules as their owners write them: begun from a rule in force or anew, saved, rehearsed, put in force."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from api.brand_book import BrandBook
from api.identifiers import new_id
from api.own_rulebook import begun, told_in, with_rule_in
from api.rulebook_versions import Maker, RulebookVersions, VersionMoved
from api.storage import SqlStorage
from api.storage.columns import storable
from api.storage.rulebook_book import RuleDraft, VersionAct, VersionRecord
from brand_voice.drafted_rule import LONGEST_DRAFT
from brand_voice.rulebook import Rulebook, RulebookError
from brand_voice.rules import Rule
from replies.ports import Clock
from replies.records import AuditEntry

_MOST_TRIES = 3


class UnknownDraft(LookupError):
    """There is no such draft; it may be in force by now, or thrown away."""


class DraftMoved(ValueError):
    """Somebody saved the draft in the meantime; `theirs` is what stands there now. Nothing was changed."""

    def __init__(self, theirs: RuleDraft) -> None:
        super().__init__(f"{theirs.saved_by} saved this draft after you opened it.")
        self.theirs = theirs


class RuleMoved(ValueError):
    """The rule in force is no longer the one the draft was begun from; `now` is its YAML ("": it is gone)."""

    def __init__(self, rule_id: str, now: str) -> None:
        super().__init__(f"{rule_id} was changed by somebody else after this draft was begun.")
        self.now = now


class RuleDrafts:
    """The drafts of one home."""

    def __init__(
        self,
        storage: SqlStorage,
        versions: RulebookVersions,
        book: Callable[[], BrandBook],
        clock: Clock,
        shop_name: str,
    ) -> None:
        self._storage = storage
        self._versions = versions
        self._book = book
        self._clock = clock
        self._shop_name = shop_name

    def begin(self, rule_id: str) -> str:
        """Return the YAML of a rule in force to begin from; "" for one that no file of rules tells."""
        own = told_in(self._versions.files(self._versions.number()), rule_id)
        return own[1] if own is not None else self._book().whole_draft(rule_id)

    def all(self) -> Sequence[RuleDraft]:
        """Return all drafts, the last saved first."""
        with self._storage.reading() as unit:
            return unit.rulebooks.drafts()

    def get(self, draft_id: str) -> RuleDraft:
        """Return a draft. Raises UnknownDraft."""
        with self._storage.reading() as unit:
            found = unit.rulebooks.draft(draft_id)
        if found is None:
            raise UnknownDraft(f"there is no draft {draft_id!r}; it may be in force by now")
        return found

    def save(self, text: str, actor: str, *, rule_id: str = "", base: str | None = None) -> RuleDraft:
        """Keep a new draft; `rule_id` is the rule it was begun from, `base` what `mark` said of it then.

        Raises ValueError for a text too long or with what no row can hold.
        """
        given = self.mark(rule_id) if base is None else base
        draft = RuleDraft(
            new_id("rule"), rule_id, _fitting(text), given, 1, self._clock.now(), actor, rehearsal=""
        )
        self._keep(draft)
        return draft

    def save_over(self, draft_id: str, revision: int, text: str, actor: str) -> RuleDraft:
        """Keep the next revision of a draft. Raises UnknownDraft; DraftMoved when `revision` is not its last;
        ValueError as `save`."""
        there = self.get(draft_id)
        if there.revision != revision:
            raise DraftMoved(there)
        at = self._clock.now()
        draft = replace(
            there, text=_fitting(text), revision=revision + 1, saved_at=at, saved_by=actor, rehearsal=""
        )
        self._keep(draft)
        return draft

    def note_rehearsal(self, draft: RuleDraft, words: str) -> None:
        """Keep, in words, what came of rehearsing this revision."""
        with self._storage.writing() as unit:
            unit.rulebooks.note_rehearsal(draft.id, draft.revision, words)

    def drop(self, draft_id: str, actor: str) -> None:
        """Throw a draft away. Raises UnknownDraft."""
        draft = self.get(draft_id)
        with self._storage.writing() as unit:
            unit.rulebooks.drop_draft(draft_id)
            unit.audit.add(
                AuditEntry(self._clock.now(), actor, "rule draft thrown away", draft_id, draft.rule_id)
            )

    def put_in_force(
        self, draft_id: str, revision: int, actor: str, reason: str, *, over: str | None = None
    ) -> VersionRecord:
        """Put the rule of a draft in force and forget the draft.

        `over` is what `mark` says of the rule that its writer has seen and means to replace; None: the one
        the draft was begun from. Raises UnknownDraft, DraftMoved, RuleMoved, RulebookError (not read, or
        fails its texts), ValueError (no reason); then nothing is changed.
        """
        draft = self.get(draft_id)
        if draft.revision != revision:
            raise DraftMoved(draft)
        rule = self._book().read_draft(draft.text)
        maker = Maker(VersionAct.EDITED, actor, reason)
        for _ in range(_MOST_TRIES):  # another rule may come in force meanwhile; this one is put beside it
            seen = self._versions.number()
            if self.mark(draft.rule_id or rule.id) != (draft.base if over is None else over):
                raise RuleMoved(rule.id, self.begin(draft.rule_id or rule.id))
            try:
                return self._put(draft, rule, maker, seen)
            except VersionMoved:
                continue
        raise VersionMoved(0, self._versions.number())

    def mark(self, rule_id: str) -> str:
        """Return a mark of a rule as it is in force; it changes with every change of what a file tells."""
        told = self.begin(rule_id) if rule_id else ""
        return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""

    def _put(self, draft: RuleDraft, rule: Rule, maker: Maker, seen: int) -> VersionRecord:
        files = begun(self._versions.files(seen), self._shop_name)
        grown = with_rule_in(files, rule.id, draft.text)
        record = self._versions.put_in_force(
            grown, maker, seen=seen, holds=lambda rulebook: _as_written(rule, rulebook)
        )
        with self._storage.writing() as unit:
            unit.rulebooks.drop_draft(draft.id)
        return record

    def _keep(self, draft: RuleDraft) -> None:
        with self._storage.writing() as unit:
            kept = unit.rulebooks.keep_draft(draft)
            if kept:
                said = f"revision {draft.revision} {draft.rule_id}".strip()
                unit.audit.add(AuditEntry(draft.saved_at, draft.saved_by, "rule draft saved", draft.id, said))
        if not kept:
            raise DraftMoved(self.get(draft.id))


def _as_written(rule: Rule, rulebook: Rulebook) -> None:
    """Raises RulebookError where the rulebook's cover has another word on the rule."""
    try:
        there = rulebook.rule(rule.id)
    except KeyError:
        raise RulebookError(
            f"rule {rule.id}: switched off in rulebook.yaml; take it out of switch_off there first"
        ) from None
    if (there.version, there.severity) != (rule.version, rule.severity):
        raise RulebookError(
            f"rule {rule.id}: rulebook.yaml says that it is {there.severity.value}; take it out of "
            "severities there, or give it the same severity here"
        )


def _fitting(text: str) -> str:
    if len(text) > LONGEST_DRAFT:
        raise ValueError(f"A rule may have {LONGEST_DRAFT:,} characters; this one has {len(text):,}.")
    return storable(text)
