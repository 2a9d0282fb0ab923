"""`wellput learn` once more: new orders are added, changed ones make it count all, and it can be ended."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from pathlib import Path

from tests.contract.command.ended import DONE, Run
from tests.contract.command.test_processes import begun, state_of

NEW = "order_id,sku,quantity,ordered_at\nNEW-1,{0},1,2026-11-20T10:00:00Z\nNEW-1,{1},2,2026-11-20T10:00:00Z\n"


def two_skus(home: Path) -> tuple[str, str]:
    """Two products bought in one order."""
    with sqlite3.connect(home / "wellput.db") as connection:
        rows = connection.execute(
            "SELECT a.sku, b.sku FROM order_lines a JOIN order_lines b USING (order_id) WHERE a.sku < b.sku"
        )
        one, other = rows.fetchone()
    connection.close()
    return one, other


def learned(run: Run, home: Path, *options: str) -> tuple[str, str]:
    """Why the cross-sell was promoted, and what was told on the way."""
    ended = run("learn", "--only", "cross-sell", "--json", *options, at=home)
    assert ended.code == DONE, ended.err
    outcome = json.loads(ended.out)[-1]
    assert outcome["decision"] == "promoted"
    return outcome["why"], ended.err


def test_new_orders_are_added_and_changed_ones_make_it_count_all(
    run: Run, home: Path, tmp_path: Path
) -> None:
    shop = shutil.copytree(home, tmp_path / "home")
    file = tmp_path / "new.csv"
    file.write_text(NEW.format(*two_skus(shop)), encoding="utf-8")
    assert run("import", "orders", str(file), at=shop).code == DONE
    why, told = learned(run, shop)
    assert why == "orders added: 1; settings and ranker stay"
    assert "anew" not in told
    with sqlite3.connect(shop / "wellput.db") as connection:
        connection.execute("UPDATE order_lines SET status = 'cancelled' WHERE order_id = 'NEW-1'")
    connection.close()
    why, told = learned(run, shop, "--no-evaluation")
    assert why == "not measured, as was wished"
    assert "anew: 1 orders that were counted have changed or are gone" in told.replace("\n", " ")


def test_learning_offers_can_be_ended_and_what_is_served_stays(run: Run, home: Path, tmp_path: Path) -> None:
    shop = shutil.copytree(home, tmp_path / "home")
    before = state_of(shop)
    process = begun(shop, "learn", "--only", "cross-sell", "--from-scratch", "--no-evaluation")
    assert process.stderr is not None
    line = ""
    while "choosing settings" not in line:  # it is at work
        line = process.stderr.readline()
        assert line
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 143
    assert "Interrupted; nothing half done was kept." in error
    assert "Traceback" not in error
    assert state_of(shop) == before
    assert run("recommend", "--skus", two_skus(shop)[0], at=shop).code == DONE
