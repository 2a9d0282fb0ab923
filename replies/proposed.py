"""What was proposed in a contact, by its id; ids of another contact are unknown in it."""

from __future__ import annotations

from recommender.offers import Offer
from replies.ports import Unit, UnknownOffer, UnknownSuggestion
from replies.proposals import Suggestion


def suggestion_of(contact_id: str, suggestion_id: str, unit: Unit) -> Suggestion:
    """Return the suggestion. Raises UnknownSuggestion when there is none in this contact."""
    made, suggestion = unit.assists.suggestion(suggestion_id)
    if made.contact_id != contact_id:
        raise UnknownSuggestion(f"suggestion {suggestion_id!r} was not made for contact {contact_id!r}")
    return suggestion


def offer_of(contact_id: str, offer_id: str, unit: Unit) -> Offer:
    """Return the offer. Raises UnknownOffer when there is none in this contact."""
    made = unit.assists.assist_of_offer(offer_id)
    offer = next((offer for offer in made.all_offers if offer.id == offer_id), None)
    if made.contact_id != contact_id or offer is None:
        raise UnknownOffer(f"offer {offer_id!r} was not made for contact {contact_id!r}")
    return offer
