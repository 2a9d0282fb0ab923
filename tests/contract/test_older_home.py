"""A home whose search an older Wellput wrote: it says what to do, and learns anew."""

from __future__ import annotations

import shutil

import pytest

from api.learned import FORMAT_SETTING, FORMATS, SEARCH
from api.lookups import NotLearned
from api.wiring import Wellput
from tests.fakes.values import NOON


@pytest.fixture
def older(wellput: Wellput) -> Wellput:
    """The sample shop, its search written in the format before this one."""
    now = wellput.artefacts.current(SEARCH)
    assert now is not None
    stated = now.manifest
    with wellput.artefacts.write(
        SEARCH,
        data_fingerprint=stated.data_fingerprint,
        encoder=stated.encoder,
        dimension=stated.dimension,
        metrics=stated.metrics,
        settings={**stated.settings, FORMAT_SETTING: FORMATS[SEARCH] - 1},
        clock_now=NOON,
    ) as draft:
        shutil.copytree(now.folder / "knowledge", draft / "knowledge")
        (draft / "products").mkdir()
        (draft / "products" / "products.json").write_text("[]", encoding="utf-8")
    wellput.artefacts.promote(SEARCH, draft.version, at=NOON)
    return wellput


def test_an_older_search_is_left_aside_in_words_and_learned_anew(older: Wellput) -> None:
    for where in ("articles", "products"):
        with pytest.raises(NotLearned, match="wellput learn"):
            older.lookups.search(where, "teapot", 3)
    assert any("written by another Wellput; run 'wellput learn'" in note for note in older.learned.notes)
    assert older.learn(only="search")[-1].decision == "promoted"
    assert older.lookups.search("products", "teapot", 3)
