"""Only the export and training load torch or scikit-learn, and nothing reaches for the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "pyarrow")
_GUARD = """
import socket, sys
def refuse(self, address, *rest):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
        raise AssertionError(f"reached for {address}")
    return connect(self, address, *rest)
connect = socket.socket.connect
socket.socket.connect = refuse
socket.getaddrinfo = lambda host, *rest, **more: (_ for _ in ()).throw(AssertionError(f"looked up {host}"))
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _GUARD + code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def command(home: Path, *words: str) -> str:
    return run(
        f"from click.testing import CliRunner\nfrom api.cli import cli\n"
        f"made = CliRunner().invoke(cli, ['--home', {str(home)!r}, *{list(words)!r}])\n"
        f"assert made.exit_code == 0, made.output\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("assist", "--text", "How long do I have to return a mug?", "--json"),
        ("search", "--in", "products", "blue teapot"),
        ("recommend", "--skus", "TEA-0101"),
        ("report", "uptake"),
        ("doctor",),
        ("user", "list"),
    ],
)
def test_a_command_loads_nothing_heavy_and_stays_offline(
    learned_template: Path, words: tuple[str, ...]
) -> None:
    assert command(learned_template, *words).strip() == "[]"


def test_the_serving_process_loads_nothing_heavy(learned_home: Path) -> None:
    printed = run(
        f"from pathlib import Path\nfrom api.app import create_app\nfrom api.settings import Settings\n"
        f"from api.wiring import open_wellput\n"
        f"wellput = open_wellput(Settings(home=Path({str(learned_home)!r})))\nwellput.warm_up()\n"
        f"token = wellput.people.add_token('t', actor='t')\n"
        f"answer = create_app(wellput).test_client().post('/api/v1/assists',"
        f" json={{'channel': 'email', 'message': 'Where is my parcel?'}},"
        f" headers={{'Authorization': 'Bearer ' + token}})\n"
        f"assert answer.status_code == 201\n"
        f"print('heavy', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert printed.strip().endswith("heavy []")


def test_learning_stays_offline(tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text('{"id": "a", "title": "Returns", "body": "You have 35 days."}\n', encoding="utf-8")
    run(
        f"from pathlib import Path\nfrom api.settings import Settings\nfrom api.wiring import open_wellput\n"
        f"with open_wellput(Settings(home=Path({str(tmp_path / 'home')!r}))) as wellput:\n"
        f"    wellput.import_file('articles', Path({str(articles)!r}))\n"
        f"    wellput.learn()\n"
    )
