"""Macros as their owners keep them: listed, tried on a real contact, proved, and only then saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from api.storage import SqlStorage, SqlUnit
from brand_voice.checker import Checker
from brand_voice.finding import CheckResult
from recommender.offers import Situation
from replies.articles import CannedReply
from replies.assist import Desk
from replies.case import Case, check_context, open_case
from replies.case_values import PLACEHOLDERS
from replies.composing import Composer, composer
from replies.macro_editing import GAP, MacroExample, MacroFault, macro_faults
from replies.macro_versions import MacroVersion, changes
from replies.macros import UnsafeMacro
from replies.meant import meant_numbers
from replies.ports import Clock
from replies.proposals import Assist, Source, SourceKind, Understanding
from replies.records import AuditEntry
from replies.shop import Shop
from replies.working_time import local_day

__all__ = [
    "PLACEHOLDERS",
    "MacroDesk",
    "MacroExample",
    "MacroPreview",
    "MacroRefused",
    "MacroVersion",
    "changes",
]

IMPORT = "import"
"""Who brought in words that no save recorded."""


class MacroRefused(ValueError):
    """A macro was not saved; `faults` say why, in words."""

    def __init__(self, faults: Sequence[MacroFault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class MacroPreview:
    """What a macro becomes in a real contact: the whole reply, what is left open, what the check says.

    `problem` is set, and the rest empty, when the template is refused.
    """

    text: str = ""
    gaps: tuple[str, ...] = ()
    check: CheckResult | None = None
    problem: str = ""


class MacroDesk:
    """Works on the canned replies of a home. `desk` gives what an assist works with, None before learning."""

    def __init__(
        self,
        storage: SqlStorage,
        shop: Shop,
        checker: Callable[[], Checker],
        clock: Clock,
        desk: Callable[[], Desk | None],
    ) -> None:
        self._storage = storage
        self._shop = shop
        self._checker_now = checker
        self._clock = clock
        self._desk = desk

    def all(self) -> Sequence[CannedReply]:
        """Return every canned reply, in order of id."""
        with self._storage.reading() as unit:
            return unit.knowledge.all_canned_replies()

    def one(self, reply_id: str) -> tuple[CannedReply, tuple[MacroExample, ...]] | None:
        """Return a canned reply with its examples, or None."""
        with self._storage.reading() as unit:
            found = unit.knowledge.canned_replies([reply_id]).get(reply_id)
            return None if found is None else (found, unit.drafting.examples(reply_id))

    def faults(self, reply: CannedReply, examples: Sequence[MacroExample]) -> tuple[MacroFault, ...]:
        """Return what keeps the macro from being saved: template, examples, voice."""
        today = local_day(self._clock.now(), self._shop)
        return macro_faults(reply, examples, self._shop, self._checker_now(), today)

    def save(
        self, reply: CannedReply, examples: Sequence[MacroExample], actor: str, *, act: str = "saved"
    ) -> None:
        """Save a macro without faults as its newest version, with its examples and an entry in the audit.

        Raises MacroRefused.
        """
        faults = self.faults(reply, examples)
        if faults:
            raise MacroRefused(faults)
        now = self._clock.now()
        with self._storage.writing() as unit:
            self._keep_unrecorded(reply.id, unit)
            unit.intake.put_canned_replies([reply])
            unit.drafting.put_examples(reply.id, examples, actor, now)
            unit.drafting.add_version(reply, examples, actor, now, act)
            detail = f"approved by {reply.approved_by or 'nobody yet'}, {len(examples)} examples"
            unit.audit.add(AuditEntry(now, actor, f"macro {act}", reply.id, detail))

    def versions(self, reply_id: str) -> Sequence[MacroVersion]:
        """Return every version of a canned reply, oldest first; the last is as it stands.

        A reply that came in or changed by import stands there without a time of its own: it is what was
        found at the next save, or is found now.
        """
        with self._storage.reading() as unit:
            kept = list(unit.drafting.versions(reply_id))
            found = unit.knowledge.canned_replies([reply_id]).get(reply_id)
            examples = unit.drafting.examples(reply_id)
        if found is not None and not _is_newest(found, examples, kept):
            kept.append(
                MacroVersion(len(kept) + 1, found, examples, IMPORT, self._clock.now(), "as imported")
            )
        return kept

    def bring_back(self, reply_id: str, number: int, approver: str, actor: str) -> None:
        """Save an earlier version anew, approved by `approver` where that version was approved.

        Raises MacroRefused when it would not be saved today, LookupError when there is no such version.
        """
        version = next((one for one in self.versions(reply_id) if one.number == number), None)
        if version is None:
            raise LookupError(f"{reply_id!r} has no version {number}")
        approved = approver if version.reply.approved_by else ""
        reply = replace(version.reply, approved_by=approved, stale=False)
        self.save(reply, version.examples, actor, act=f"brought back from version {number}")

    def _keep_unrecorded(self, reply_id: str, unit: SqlUnit) -> None:
        """Keep what an import left there as a version before it is written over."""
        found = unit.knowledge.canned_replies([reply_id]).get(reply_id)
        examples = unit.drafting.examples(reply_id)
        if found is not None and not _is_newest(found, examples, unit.drafting.versions(reply_id)):
            unit.drafting.add_version(found, examples, IMPORT, self._clock.now(), "as imported")

    def preview(self, reply: CannedReply, contact_id: str) -> MacroPreview:
        """Return what the macro becomes in that contact now. Writes nothing. Raises UnknownContact."""
        with self._storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
            case = open_case(contact, unit, self._shop, self._clock.now())
            understanding = self._understood(case, unit)
            products = unit.catalogue.products(understanding.situation.skus)
        writer: Composer = composer(case, understanding, products, self._shop, "")
        try:
            answer = writer.fill(reply.text)
            text = writer.compose(answer, actions=reply.actions)
        except UnsafeMacro as error:
            return MacroPreview(problem=str(error))
        context = check_context(
            case,
            self._shop,
            topic=understanding.topic,
            sources=[Source(SourceKind.CANNED_REPLY, reply.id, reply.title, answer)],
            named=meant_numbers(understanding.facts, understanding.record),
        )
        return MacroPreview(
            text, tuple(sorted(set(GAP.findall(text)))), self._checker_now().check(text, context)
        )

    def asking(self, assist: Assist) -> str:
        """Return the assist's question as a whole message in the form of its channel; "" when it has none."""
        if assist.question is None:
            return ""
        with self._storage.reading() as unit:
            contact = unit.contacts.get(assist.contact_id)
            case = open_case(contact, unit, self._shop, self._clock.now())
            products = unit.catalogue.products(assist.understanding.situation.skus)
        writer = composer(case, assist.understanding, products, self._shop, "")
        return writer.ask_for(assist.question)

    def _understood(self, case: Case, unit: SqlUnit) -> Understanding:
        """Return what the contact's latest assist understood, else what can be read without one."""
        latest = unit.assists.latest(case.contact.id)
        if latest is not None and latest.contact_version == case.contact.version:
            return latest.understanding
        desk = self._desk()
        if desk is not None and case.contact.question.strip():
            return desk.understander.understand(case, desk.read(case.contact), unit)
        nothing = Situation(channel=case.contact.channel.value)
        return Understanding(case.contact.question, case.contact.topic, 0.0, (), (), case.cues, nothing)


def _is_newest(
    found: CannedReply, examples: tuple[MacroExample, ...], versions: Sequence[MacroVersion]
) -> bool:
    """Whether the words in use are those of the newest version (stale or not)."""
    if not versions:
        return False
    return (replace(found, stale=False), examples) == (
        replace(versions[-1].reply, stale=False),
        versions[-1].examples,
    )
