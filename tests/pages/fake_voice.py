"""The brand owner's part of the small service: a rulebook of a few rules, over a database of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from api.brand_desk import BrandDesk
from api.house_rules import HouseRules
from api.rulebook_store import InForce, RulebookState, RulebookStore
from api.rulebook_versions import RulebookVersions
from api.storage import SqlStorage, open_storage
from brand_voice.checker import Checker
from brand_voice.reading import Reading
from brand_voice.rulebook import load_rulebook
from brand_voice.tone_rules import OffBrand
from replies.gate import Gate
from tests.pages.fake_service import FakeService

RULES = """\
owner: Ann of the brand
rules:
  - id: words.cheap
    kind: forbidden
    severity: block
    message: '"{found}" sells us short.'
    why: Our goods are good value, which is not the same.
    better: Say good value.
    source: Voice guide, page 3
    phrases: [cheap]
    fails: [A cheap lamp.]
    passes: [A lamp.]
  - id: words.shipment
    kind: preferred
    severity: warn
    message: 'Say "delivery", not "{found}".'
    why: Customers await deliveries.
    channels: [email, chat]
    swaps:
      - {say: [shipment], use: delivery}
    fails: [Your shipment left.]
    passes: [Your delivery left., The shipment left.]
  - id: words.unproven
    kind: forbidden
    severity: advise
    message: '"{found}" is stiff.'
    why: We speak plainly.
    owner: Bea
    phrases: [henceforth]
"""


class _NoTone:
    def read(self, reading: Reading, channel: str, /) -> tuple[float, tuple[OffBrand, ...]]:
        return 0.0, ()


class VoicedService(FakeService):
    """`FakeService` with the brand owner's desk, opened when a page asks for it."""

    rules = RULES

    @cached_property
    def books(self) -> SqlStorage:
        """A real database: what the brand owner's figures count is read by its own queries."""
        return open_storage(f"sqlite:///{self.folder / 'voice.db'}")

    @cached_property
    def rulebook_folder(self) -> Path:
        folder = self.folder / "rules"
        folder.mkdir()
        (folder / "words.yaml").write_text(self.rules, encoding="utf-8")
        return folder

    @cached_property
    def versions(self) -> RulebookVersions:
        return RulebookVersions(self.books, self.folder / "rulebook", self.clock)

    @cached_property
    def store(self) -> RulebookStore:
        return RulebookStore(self.versions)

    @cached_property
    def first(self) -> InForce:
        """The rules as they are written above, their wrong texts and all."""
        rulebook = load_rulebook(self.rulebook_folder)
        state = RulebookState(rulebook.version, folder=self.rulebook_folder)
        return InForce(rulebook, state, Checker(rulebook), Checker(rulebook))

    def in_force(self) -> InForce:
        return self.store.now() if self.versions.number() else self.first

    def real_gate(self) -> Gate:
        return replace(self.gate, storage=self.books, checker=self.in_force().voiced)

    @cached_property
    def brand_desk(self) -> BrandDesk:
        return BrandDesk(
            self.books, self.shop, self.clock, self.real_gate, _NoTone(), self.in_force, self.versions
        )

    @cached_property
    def house_rules(self) -> HouseRules:
        return HouseRules(self.books, self.versions, self.shop.name, self.clock)
