"""The JSON documents of offers: what is offered, where to buy it, and why it stands in its place."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from recommender.catalogue import BuyingRoute, StoreStock
from recommender.money import Money
from recommender.offers import Displaced, Offer, Reason, Receipt, Recommendation, RelationKind


class Document(BaseModel):
    """A document that leaves; its fields are the contract."""

    model_config = ConfigDict(frozen=True)


class MoneyDocument(Document):
    amount: str = Field(description="decimal text", examples=["12.50"])
    currency: str = Field(description="ISO 4217", examples=["GBP"])

    @classmethod
    def of(cls, money: Money | None) -> MoneyDocument | None:
        return None if money is None else cls(amount=money.decimal_text, currency=money.currency)


class BuyingRouteDocument(Document):
    channel: str
    place: str
    note: str
    checked_at: datetime | None

    @classmethod
    def of(cls, route: BuyingRoute) -> BuyingRouteDocument:
        return cls(channel=route.channel, place=route.place, note=route.note, checked_at=route.checked_at)


class StoreStockDocument(Document):
    store_id: str
    name: str
    address: str
    opening_hours: str
    nearness: str = Field(description="how far from the customer's postcode, as far as that can be said")
    quantity: int
    checked_at: datetime | None

    @classmethod
    def of(cls, stock: StoreStock) -> StoreStockDocument:
        return cls(
            store_id=stock.store.store_id,
            name=stock.store.name,
            address=stock.store.address,
            opening_hours=stock.store.opening_hours,
            nearness=stock.nearness,
            quantity=stock.quantity,
            checked_at=stock.checked_at,
        )


class OfferDocument(Document):
    id: str
    sku: str
    title: str
    score: float
    reasons: list[str]
    price: MoneyDocument | None
    stock: int | None
    buy_at: list[BuyingRouteDocument]
    store_stock: list[StoreStockDocument]
    model_version: str
    relation: RelationKind = Field(
        description="complement, service, … or, for an alternative, how it stands in"
    )
    instead_of: str | None = Field(description="the SKU that an alternative stands in for")
    differences: list[str] = Field(description="how an alternative differs from it, the price first")

    @classmethod
    def of(cls, offer: Offer) -> OfferDocument:
        return cls(
            id=offer.id,
            sku=offer.sku,
            title=offer.title,
            score=round(offer.score, 6),
            reasons=[reason.text for reason in offer.reasons],
            price=MoneyDocument.of(offer.price),
            stock=offer.stock,
            buy_at=[BuyingRouteDocument.of(route) for route in offer.buy_at],
            store_stock=[StoreStockDocument.of(stock) for stock in offer.store_stock],
            model_version=offer.model_version,
            relation=offer.relation,
            instead_of=offer.instead_of,
            differences=list(offer.differences),
        )


class EvidenceDocument(Document):
    text: str
    anchor_sku: str | None = Field(description="the product whose orders are counted in `of`")
    together: int | None = Field(description="how many of these orders hold the product offered too")
    of: int | None
    counted_sku: str | None = Field(
        description="what they hold in place of the product offered, which is new and reads like it"
    )
    stands_for: str | None = Field(description="what is asked about, new, and reads like `anchor_sku`")

    @classmethod
    def of_reason(cls, reason: Reason) -> EvidenceDocument:
        return cls(
            text=reason.text,
            anchor_sku=reason.anchor_sku,
            together=reason.together,
            of=reason.of,
            counted_sku=reason.counted_sku,
            stands_for=reason.stands_for,
        )


class DisplacedDocument(Document):
    sku: str
    title: str
    score: float
    why: str

    @classmethod
    def of(cls, displaced: Displaced) -> DisplacedDocument:
        return cls(sku=displaced.sku, title=displaced.title, score=displaced.score, why=displaced.why)


class ReceiptDocument(Document):
    sku: str
    place: int = Field(description="counted from 1")
    asked_about: list[str]
    relation: RelationKind
    score: float
    probability: float | None
    propensity: float = Field(
        description="the chance with which it came to this place; 1 without exploration"
    )
    evidence: list[EvidenceDocument]
    features: dict[str, float]
    passed: list[str] = Field(description="the rules that it passed, in the order in which they were asked")
    displaced: list[DisplacedDocument]
    considered: int
    model_version: str

    @classmethod
    def of(cls, offer: Offer, receipt: Receipt) -> ReceiptDocument:
        return cls(
            sku=offer.sku,
            place=receipt.place,
            asked_about=list(receipt.asked_about),
            relation=offer.relation,
            score=offer.score,
            probability=receipt.probability,
            propensity=receipt.propensity,
            evidence=[EvidenceDocument.of_reason(reason) for reason in receipt.evidence],
            features={feature.name: feature.value for feature in receipt.features},
            passed=list(receipt.passed),
            displaced=[DisplacedDocument.of(one) for one in receipt.displaced],
            considered=receipt.considered,
            model_version=receipt.model_version,
        )


class RecommendationDocument(Document):
    offers: list[OfferDocument]
    no_offer_reason: str | None
    alternatives: list[OfferDocument] = Field(description="in place of what is asked for")
    receipts: list[ReceiptDocument] | None = Field(default=None, description="when asked for, one an offer")

    @classmethod
    def of(cls, made: Recommendation, *, with_receipts: bool = False) -> RecommendationDocument:
        receipts = [
            ReceiptDocument.of(offer, offer.receipt) for offer in made.offers if offer.receipt is not None
        ]
        return cls(
            offers=[OfferDocument.of(offer) for offer in made.offers],
            no_offer_reason=made.no_offer_reason,
            alternatives=[OfferDocument.of(offer) for offer in made.alternatives],
            receipts=receipts if with_receipts else None,
        )
