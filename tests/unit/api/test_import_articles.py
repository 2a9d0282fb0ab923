"""Importing approved texts: Markdown files and folders, JSON lines, canned replies."""

from __future__ import annotations

import json
from datetime import date

from replies.articles import Article, Audience, CannedReply
from tests.fakes.bringing_in import BringingIn

DELIVERY = """---
id: delivery
title: "Delivery: how long?"
audience: agent
topics: [delivery_status, late_delivery]
channels: [email, chat]
owner: Ann
valid_from: 2026-01-01
review_by: "2027-01-01"
source_url: https://shop.example/delivery
mood: sunny
---

## How long?

3 to 5 working days.
"""


def articles(bring_in: BringingIn, *ids: str) -> dict[str, Article]:
    with bring_in.storage.reading() as unit:
        return dict(unit.knowledge.articles(ids))


def test_a_folder_of_markdown(bring_in: BringingIn) -> None:
    folder = bring_in.folder / "articles"
    (folder / "more").mkdir(parents=True)
    (folder / "delivery.md").write_text(DELIVERY, encoding="utf-8")
    (folder / "more" / "returns.md").write_bytes(b"\xef\xbb\xbf# Returns\r\n\r\nWithin 35 days.\r\n")
    (folder / "bad.md").write_text("---\ntitle: [\n---\nx", encoding="utf-8")
    (folder / "latin.md").write_bytes(b"# Caf\xe9\n")
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "notes.txt").write_text("not an article", encoding="utf-8")
    report = bring_in.file("articles", folder)
    assert (report.rows, report.added, report.rejected) == (5, 2, 3)
    assert sorted(row["file"] for row in bring_in.rejects(report)) == ["bad.md", "empty.md", "latin.md"]
    assert articles(bring_in, "delivery", "returns") == {
        "delivery": Article(
            "delivery",
            "Delivery: how long?",
            "## How long?\n\n3 to 5 working days.",
            Audience.AGENT,
            ("delivery_status", "late_delivery"),
            ("email", "chat"),
            "Ann",
            date(2026, 1, 1),
            date(2027, 1, 1),
            "https://shop.example/delivery",
        ),
        "returns": Article("returns", "Returns", "# Returns\n\nWithin 35 days."),
    }
    assert bring_in.file("articles", folder).unchanged == 2


def test_one_markdown_file(bring_in: BringingIn) -> None:
    assert bring_in("articles", DELIVERY, name="delivery.md").added == 1
    assert bring_in("articles", DELIVERY.replace("3 to 5", "4 to 6"), name="delivery.md").changed == 1


def test_articles_and_replies_as_json_lines(bring_in: BringingIn) -> None:
    row = {"id": "a", "title": "T", "body": "B", "topics": "one; two", "valid_from": None}
    bring_in("articles", json.dumps(row), name="a.jsonl")
    assert articles(bring_in, "a") == {"a": Article("a", "T", "B", topics=("one", "two"))}
    text = "Dear {{ customer.name }},\n\nthank you."
    rows = [
        {
            "id": "r",
            "text": text,
            "topics": ["t"],
            "actions": ["tag:x"],
            "approved_by": "Ann",
            "review_by": "2027-01-01",
        },
        {"id": "s", "text": "x", "channels": ["sms"]},
    ]
    report = bring_in("replies", "\n".join(map(json.dumps, rows)), name="r.jsonl")
    assert "'sms' is none of email" in bring_in.rejects(report)[0]["reason"]
    with bring_in.storage.reading() as unit:
        (reply,) = unit.knowledge.all_canned_replies()
    expected = CannedReply(
        "r", text, topics=("t",), actions=("tag:x",), approved_by="Ann", review_by=date(2027, 1, 1)
    )
    assert reply == expected
