"""What became of suggestions and offers, recorded with distances the service computes itself."""

from __future__ import annotations

from replies.edit_distance import edit_distance
from replies.ports import Clock, Storage
from replies.records import OfferAct, OfferEvent, SuggestionAct, SuggestionEvent

_ONCE = frozenset({SuggestionAct.SHOWN, SuggestionAct.SENT})
_OFFER_ONCE = frozenset({OfferAct.IMPRESSION, OfferAct.PRESENTATION})
_MAX_REASON = 500


class OutcomeRefused(ValueError):
    """An event that cannot be true, or says too little."""


def record_suggestion_event(
    suggestion_id: str,
    act: SuggestionAct,
    actor: str,
    storage: Storage,
    clock: Clock,
    *,
    reason: str = "",
    final_text: str | None = None,
) -> SuggestionEvent:
    """Store what became of a suggestion and return the event; repeats of shown and sent are kept once.

    The edit distance comes from `final_text`. Raises UnknownSuggestion; OutcomeRefused for an edit without
    its text, a dismissal without a reason, a reason that is too long.
    """
    _require_reason(reason)
    if act is SuggestionAct.EDITED and final_text is None:
        raise OutcomeRefused("an edit needs the final text, so that the distance can be computed")
    if act is SuggestionAct.DISMISSED and not reason.strip():
        raise OutcomeRefused("a dismissal needs its reason: it feeds the list of knowledge gaps")
    with storage.writing() as unit:
        made, suggestion = unit.assists.suggestion(suggestion_id)
        for earlier in unit.assists.suggestion_events(made.contact_id):
            if act in _ONCE and earlier.suggestion_id == suggestion_id and earlier.act is act:
                return earlier
        distance = edit_distance(suggestion.text, final_text) if final_text is not None else None
        event = SuggestionEvent(suggestion_id, act, clock.now(), actor, reason.strip(), final_text, distance)
        unit.assists.add_suggestion_event(event)
    return event


def record_offer_event(
    offer_id: str,
    act: OfferAct,
    actor: str,
    storage: Storage,
    clock: Clock,
    *,
    reason: str = "",
) -> OfferEvent:
    """Store what became of an offer and return the event; an impression or a presentation counts once.

    Raises UnknownOffer; OutcomeRefused for a reason that is too long.
    """
    _require_reason(reason)
    with storage.writing() as unit:
        made = unit.assists.assist_of_offer(offer_id)
        for earlier in unit.assists.offer_events(made.contact_id):
            if act in _OFFER_ONCE and earlier.offer_id == offer_id and earlier.act is act:
                return earlier
        event = OfferEvent(offer_id, act, clock.now(), actor, reason.strip())
        unit.assists.add_offer_event(event)
    return event


def _require_reason(reason: str) -> None:
    if len(reason) > _MAX_REASON:
        raise OutcomeRefused(f"a reason has at most {_MAX_REASON} characters, this one has {len(reason)}")
