"""Script and HTML in every field that reaches a page come out as harmless words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from brand_voice.finding import Span
from recommender.catalogue import BuyingRoute, Product, Store, StoreStock
from recommender.customers import Customer, OrderLine
from recommender.offers import Reason, Recommendation
from replies.contacts import Role
from replies.proposals import Assist, Fact, FactKind, Source, SourceKind
from replies.records import AuditEntry
from tests.fakes.values import NOON, a_contact, a_message, a_suggestion, an_assist, an_offer
from tests.pages.fake_service import FakeService

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea></title><iframe src=javascript:alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
)
BAD_TAGS = {"img", "iframe", "object", "embed", "base"}


class _Harm(HTMLParser):
    """Collects what a browser would act on: foreign tags, handlers, scripts and script addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BAD_TAGS or (tag == "script" and not dict(attrs).get("nonce")):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (
                name in ("href", "src", "action", "formaction") and (value or "").startswith("javascript:")
            ):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.rawdata and self.get_starttag_text() == "<script>":
            self.found.append(data)


def harm(page: str) -> list[str]:
    reader = _Harm()
    reader.feed(page)
    return reader.found + (["49"] if ">49" in page else [])


def _hostile_assist(evil: str, contact_id: str) -> Assist:
    made = an_assist("A-9", contact_id)
    source = Source(SourceKind.ARTICLE, evil, evil, evil, evil)
    suggestion = a_suggestion("S-9", text=evil, reasons=(evil,), sources=(source,))
    stock = StoreStock("KIT", Store("Y", evil), 3)
    offer = an_offer(
        "O-9",
        sku=evil,
        title=evil,
        reasons=(Reason(evil),),
        buy_at=(BuyingRoute(evil, evil, evil),),
        store_stock=(stock,),
    )
    facts = (
        Fact(FactKind.ORDER_NUMBER, evil, Span(0, 1)),
        Fact(FactKind.PRODUCT, "KIT", Span(0, 1), known=True),
    )
    understood = replace(made.understanding, facts=facts, cues=frozenset({evil}), topic=evil)
    return replace(made, suggestions=(suggestion,), offers=(offer,), question=evil, understanding=understood)


@pytest.fixture
def hostile(service: FakeService, request: pytest.FixtureRequest) -> str:
    evil: str = request.param
    service.make_assist = lambda contact: _hostile_assist(evil, contact.id)
    with service.storage.writing() as unit:
        unit.intake.put_customers([Customer("C-9", evil, evil, evil, evil, vulnerable=evil)])
        unit.intake.put_products([Product("KIT", evil)])
        unit.intake.add_order_lines([OrderLine("LR-9", "KIT", 1, 1, NOON, "C-9", status=evil)])
        unit.audit.add(AuditEntry(NOON, evil, evil, evil, evil))
    messages = (a_message(evil), replace(a_message(evil), role=Role.RECORD))
    service.contacts.receive(
        a_contact("K-9", customer_id="C-9", order_ids=("LR-9",), topic=evil, messages=messages), "import"
    )
    return evil


@pytest.mark.parametrize("hostile", EVIL, indirect=True)
def test_every_page_is_harmless(
    hostile: str, signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    client = signed_in("admin")
    tried = SimpleNamespace(
        recommendation=Recommendation(
            (an_offer("O-8", title=hostile, sku=hostile, reasons=(Reason(hostile),)),)
        ),
        ruled_out=(SimpleNamespace(sku=hostile, title=hostile, reason=hostile),),
    )
    service.lookups.try_basket = lambda skus, *, n=3: tried
    composed = {"text": hostile, "key": hostile, "seen_version": "2"}
    pages = [
        client.get("/desk"),
        client.get("/desk/contacts/K-9"),
        client.get("/admin/audit"),
        client.get("/admin/audit", query_string={"subject": hostile}),
        client.get("/merchandising", query_string={"skus": hostile}),
        client.get("/insight", query_string={"days": hostile}),
        client.get("/desk", query_string={"channel": hostile, "show": hostile}),
        client.get("/signin", query_string={"next": hostile}),
        client.post("/desk/contacts/K-9/check", data={"text": f"{hostile} cheap", "revision": hostile}),
        client.post("/desk/contacts/K-9/send", data=composed | {"text": f"{hostile} cheap"}),
        client.post("/desk/contacts/K-9/refresh", data=composed | {"offer_ids": hostile}),
        client.post("/desk/new", data={"channel": hostile, "customer_id": hostile, "text": hostile}),
        client.post("/admin/users", data={"username": hostile, "display_name": hostile, "role": hostile}),
        client.get(f"/nowhere/{hostile}"),
    ]  # fmt: skip
    for page in pages:
        assert page.status_code < 500
        assert harm(page.text) == [], page.request.path


def test_the_reader_of_harm_sees_harm() -> None:
    for evil in EVIL[:4]:
        assert harm(evil)


def test_text_comes_back_to_the_composer_to_the_letter(agent: FlaskClient) -> None:
    text = '\n\nDear <b>you</b> & "yours" cheap {{ name }}\n'
    page = agent.post("/desk/contacts/K-1/send", data={"text": text, "key": "k", "seen_version": "1"}).text
    assert ">\n\n\nDear &lt;b&gt;you&lt;/b&gt; &amp; &#34;yours&#34; cheap {{ name }}\n</textarea>" in page
