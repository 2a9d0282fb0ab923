"""What became of suggestions and offers: recorded as it happens, counted when asked."""

from __future__ import annotations

from datetime import datetime

from api.storage import SqlStorage
from api.storage.reports import SuggestionOutcomes
from brand_voice.personal_data import mask_card_numbers
from recommender.uptake import Funnel, funnel
from replies.outcomes import record_offer_event, record_suggestion_event
from replies.ports import Clock
from replies.records import OfferAct, OfferEvent, SuggestionAct, SuggestionEvent


class Outcomes:
    """Events and their counts; card numbers in what people write are masked before it is stored."""

    def __init__(self, storage: SqlStorage, clock: Clock, *, uptake_window_days: int) -> None:
        self._storage = storage
        self._clock = clock
        self._window_days = uptake_window_days

    def suggestion_event(
        self,
        suggestion_id: str,
        act: SuggestionAct,
        actor: str,
        *,
        reason: str = "",
        final_text: str | None = None,
    ) -> SuggestionEvent:
        """Record what became of a suggestion. Raises UnknownSuggestion."""
        said, text = mask_card_numbers(reason), None if final_text is None else mask_card_numbers(final_text)
        return record_suggestion_event(
            suggestion_id, act, actor, self._storage, self._clock, reason=said, final_text=text
        )

    def offer_event(self, offer_id: str, act: OfferAct, actor: str, *, reason: str = "") -> OfferEvent:
        """Record what became of an offer. Raises UnknownOffer."""
        said = mask_card_numbers(reason)
        return record_offer_event(offer_id, act, actor, self._storage, self._clock, reason=said)

    def uptake(self, since: datetime | None = None) -> Funnel:
        """Return the funnel of offers from eligible to kept."""
        rows = self._storage.uptake_rows(since)
        return funnel(rows, window_days=self._window_days, now=self._clock.now())

    def of_suggestions(self, since: datetime | None = None) -> SuggestionOutcomes:
        """Return what became of suggestions."""
        with self._storage.reading() as unit:
            return unit.reports.suggestion_outcomes(since)
