"""Homes learned from other people's data, made once a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import Wellput, open_wellput
from tests.converters import abcd, online_retail, stackfaq, star
from tests.converters.jsonl import write_lines
from tests.real.shares import ORDER_LINES, STAR_SHARE

MakeHome = Callable[[str], Path]


@pytest.fixture(scope="session")
def make_home(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeHome:
    """Makes an empty home with the encoder in it, which takes half a minute to export."""

    def made(name: str) -> Path:
        home = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(learned_template / "artefacts" / "encoder", home / "artefacts" / "encoder")
        return home

    return made


@pytest.fixture(scope="session")
def shop_home(data_folder: Path, make_home: MakeHome) -> Path:
    """A part of Online Retail, the ABCD guidelines and a part of STAR, learned. Do not change it.

    Beside it stands start.csv, the order lines it knows.
    """
    home = make_home("shop")
    guidelines = abcd.write_articles(data_folder / "abcd" / "guidelines.json", home.parent / "abcd.jsonl")
    contacts = home.parent / "star.jsonl"
    write_lines(contacts, star.contacts(data_folder / "star" / "contacts.jsonl.gz", every=STAR_SHARE))
    retail = online_retail.write_start(data_folder, home.parent / "start.csv", ORDER_LINES)
    with open_wellput(Settings(home=home)) as wellput:
        wellput.import_file("orders", retail, map_file=online_retail.ORDERS_MAP)
        wellput.import_file("catalogue", retail, map_file=online_retail.CATALOGUE_MAP)
        wellput.import_file("articles", guidelines)
        wellput.import_file("contacts", contacts)
        wellput.learn()
    return home


@pytest.fixture(scope="session")
def shop(shop_home: Path) -> Iterator[Wellput]:
    """The product over `shop_home`."""
    with open_wellput(Settings(home=shop_home)) as wellput:
        yield wellput


@pytest.fixture(scope="session")
def faq_home(data_folder: Path, make_home: MakeHome) -> Path:
    """The StackFAQ threads as public articles, searchable, with the labelled queries in queries.jsonl."""
    home = make_home("faq")
    threads = data_folder / "stackfaq" / "stackExchange-FAQ.json.gz"
    write_lines(home.parent / "faq.jsonl", stackfaq.articles(threads))
    write_lines(home.parent / "queries.jsonl", stackfaq.queries(threads))
    with open_wellput(Settings(home=home)) as wellput:
        wellput.import_file("articles", home.parent / "faq.jsonl")
        wellput.learn(only="search")
    return home


@pytest.fixture
def growing_home(shop_home: Path, tmp_path: Path) -> Path:
    """A copy of `shop_home` to change."""
    return shutil.copytree(shop_home, tmp_path / "home")
