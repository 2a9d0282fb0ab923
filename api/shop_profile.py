"""Reads shop.toml, the file in which a retailer states the shop's own facts."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from recommender.catalogue import BuyingRoute
from recommender.offers import OfferPolicy
from replies.contacts import Channel
from replies.macros import require_safe
from replies.proposals import FactKind
from replies.shop import OpeningHours, PolicyOption, Shop, TopicPolicy

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ShopFileError(ValueError):
    """shop.toml cannot be used; the message says what is wrong where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ShopTable(_Strict):
    name: str = Field(min_length=1, max_length=200)
    country: str = Field(default="GB", pattern=r"^[A-Z]{2}$")
    nation: str = Field(default="ENG", pattern=r"^[A-Z]{2,3}$")
    zone: str = "Europe/London"
    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""
    team: str = "Customer Care"
    languages: tuple[str, ...] = ("en",)
    reoffer_after_days: int = Field(default=90, ge=0)
    uptake_window_days: int = Field(default=30, ge=1)
    hold_warnings: bool = False

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/London") from error
        return value


class _OptionTable(_Strict):
    title: str = Field(min_length=1, max_length=200)
    terms: str = Field(min_length=1, max_length=1000)
    article: str = ""
    statutory: bool = False
    within_days: int | None = Field(default=None, ge=0, le=3650)


class _TopicTable(_Strict):
    name: str = ""
    facts: tuple[str, ...] = ()
    question: str = ""
    acknowledgement: str = ""
    next_step: str = ""
    next_step_days: int = Field(default=2, ge=0, le=365)
    hold_reason: str | None = None
    matter: str = Field(default="", max_length=100)
    options: tuple[_OptionTable, ...] = ()
    questions: dict[FactKind, Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        default_factory=dict
    )

    next_steps: dict[Channel, Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        default_factory=dict
    )

    def policy(self, topic: str) -> TopicPolicy:
        """Return the policy that this table states for `topic`."""
        options = tuple(PolicyOption(**option.model_dump()) for option in self.options)
        steps = {channel.value: step for channel, step in self.next_steps.items()}
        questions = {kind.value: question for kind, question in self.questions.items()}
        stated = {"id": topic, "options": options, "questions": questions, "next_steps": steps}
        return TopicPolicy(**{**self.model_dump(), **stated})


class _CheckoutTable(_Strict):
    steps: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = ()

    @field_validator("steps")
    @classmethod
    def _templates(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for step in value:
            require_safe(step)
        return value


class _OffersTable(_Strict):
    price_step: float = Field(default=0.25, ge=0.0, le=10.0)
    per_contact: int = Field(default=3, ge=0, le=100)


class _ShopFile(_Strict):
    shop: _ShopTable
    offers: _OffersTable = Field(default_factory=_OffersTable)
    checkout: _CheckoutTable = Field(default_factory=_CheckoutTable)
    hours: dict[str, tuple[time, time]] = Field(default_factory=dict)
    reply_within_h: dict[Channel, Annotated[float, Field(ge=0, le=2000)]] = Field(default_factory=dict)
    topics: dict[str, _TopicTable] = Field(default_factory=dict)

    @field_validator("hours")
    @classmethod
    def _weekdays(cls, value: dict[str, tuple[time, time]]) -> dict[str, tuple[time, time]]:
        for day, (opens, closes) in value.items():
            if day not in _WEEKDAYS:
                raise ValueError(f"{day!r} is not a weekday; write one of {', '.join(_WEEKDAYS)}")
            if opens >= closes:
                raise ValueError(f"on {day} the contact centre opens at {opens} and closes at {closes}")
        return value


_USUAL_HOURS = {day: OpeningHours(time(9), time(17, 30)) for day in range(5)}
_USUAL_REPLY_H = {"email": 9.0, "chat": 0.05, "phone": 0.0, "fax": 9.0, "post": 45.0}


def default_shop() -> Shop:
    """Return the shop assumed while there is no shop.toml: office hours, England, pounds."""
    return Shop(hours=_USUAL_HOURS, reply_within_h=_USUAL_REPLY_H)


def read_shop(path: Path) -> Shop:
    """Return the shop that `path` describes. Raises ShopFileError naming the table and field at fault."""
    try:
        stated = _ShopFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ShopFileError(f"{path.name} is not readable TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ShopFileError(f"{path.name}, {place}: {first['msg']}") from error
    return _as_shop(stated)


def shop_routes(shop: Shop) -> tuple[BuyingRoute, ...]:
    """Return the ways to buy that hold for every product of the shop."""
    return (BuyingRoute("phone", shop.phone),) if shop.phone else ()


def _as_shop(stated: _ShopFile) -> Shop:
    hours = {_WEEKDAYS.index(day): OpeningHours(*span) for day, span in stated.hours.items()}
    topics = {id_: topic.policy(id_) for id_, topic in stated.topics.items()}
    facts = stated.shop.model_dump()
    facts["zone"] = ZoneInfo(stated.shop.zone)
    return Shop(
        **facts,
        hours=hours or _USUAL_HOURS,
        reply_within_h={**_USUAL_REPLY_H, **stated.reply_within_h},
        topics=topics,
        offers=OfferPolicy(**stated.offers.model_dump()),
        checkout_steps=stated.checkout.steps,
    )
