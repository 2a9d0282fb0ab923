"""`wellput check` for writers and pipelines: files, folders, standard input; each output; exit codes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from api.cli import main

Run = Callable[..., tuple[int, str, str]]
SARIF = Path(__file__).with_name("sarif-2.1.0-rtm.5.json")
"""The schema of SARIF 2.1.0, as it comes with @microsoft/jest-sarif 1.0.0-beta.0 (MIT)."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in the folder of the test; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def called(*args: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wellput", "--home", str(tmp_path / "home"), "check", *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return called


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    style = tmp_path / "styles" / "Ours"
    style.mkdir(parents=True)
    (style / "Swap.yml").write_text(
        "extends: substitution\nmessage: \"Use '%s', not '%s'.\"\nlevel: error\n"
        "link: https://ours.example/a b\naction:\n  name: replace\nswap:\n  utilize: use\n"
    )
    (style / "Very.yml").write_text(
        "extends: existence\nmessage: \"No '%s'.\"\nlevel: suggestion\ntokens: [very]\n"
    )
    folder = tmp_path / "docs"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "a.md").write_text("very")
    (folder / "a.md").write_text("# Title\n\nWe `very` much *utilize* it.\n")
    (folder / "b.html").write_text("<p class='very'>A very good &amp; bad day</p>\n")
    (folder / "c.txt").write_text("Fine.\n")
    (folder / "d.py").write_text("very = 1\n")
    return folder


def test_a_folder_in_lines(run: Run, docs: Path) -> None:
    code, out, _ = run("--vale", "styles/Ours", "docs", "--output", "line")
    assert out.splitlines() == [
        "docs/a.md:3:17:Ours.Swap:Use 'use', not 'utilize'.",
        "docs/b.html:1:19:Ours.Very:No 'very'.",
    ]
    assert code == 1


def test_alerts_as_vale_tells_them(run: Run, docs: Path) -> None:
    code, out, _ = run("--vale", "styles", "docs", "--output", "vale")
    assert json.loads(out) == {
        "docs/a.md": [
            {
                "Action": {"Name": "replace", "Params": ["use"]},
                "Span": [17, 23],
                "Check": "Ours.Swap",
                "Description": "",
                "Link": "https://ours.example/a b",
                "Message": "Use 'use', not 'utilize'.",
                "Severity": "error",
                "Match": "utilize",
                "Line": 3,
            }
        ],
        "docs/b.html": [
            {
                "Action": {"Name": "", "Params": None},
                "Span": [19, 22],
                "Check": "Ours.Very",
                "Description": "",
                "Link": "",
                "Message": "No 'very'.",
                "Severity": "suggestion",
                "Match": "very",
                "Line": 1,
            }
        ],
    }
    assert code == 1


def test_sarif_holds_rules_places_and_fixes(run: Run, docs: Path) -> None:
    _code, out, _ = run("--vale", "styles", "docs", "--output", "sarif")
    log = json.loads(out)
    (ran,) = log["runs"]
    assert (log["version"], ran["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in ran["tool"]["driver"]["rules"]] == ["Ours.Swap", "Ours.Very"]
    assert ran["tool"]["driver"]["rules"][0]["helpUri"] == "https://ours.example/a%20b"
    first, second = ran["results"]
    assert (first["level"], second["level"]) == ("error", "note")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/a.md"}
    assert place["region"] == {
        "startLine": 3, "startColumn": 17, "endLine": 3, "endColumn": 24, "charOffset": 25, "charLength": 7,
    }  # fmt: skip
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {"deletedRegion": {"charOffset": 25, "charLength": 7}, "insertedContent": {"text": "use"}}
    ]


@pytest.mark.parametrize("asked", [("--vale", "styles", "docs"), ("--vale", "styles", "docs/c.txt")])
def test_sarif_holds_to_the_official_schema(run: Run, docs: Path, asked: tuple[str, ...]) -> None:
    (docs / "odd name \u2014 50%.md").write_text("We very much utilize \U0001f600 it!!!\n\n\tVERY very\n")
    valid = Draft4Validator(json.loads(SARIF.read_text(encoding="utf-8")))
    log = json.loads(run(*asked, "--output", "sarif")[1])
    assert [f"{list(fault.path)}: {fault.message}" for fault in valid.iter_errors(log)] == []
    assert not valid.is_valid({**log, "version": "2.0.0"})


def test_spans_of_json_are_code_points_of_the_file(run: Run, docs: Path) -> None:
    code, out, _ = run("--vale", "styles/Ours", "docs/b.html", "--json")
    (finding,) = json.loads(out)["findings"]
    text = (docs / "b.html").read_text()
    assert text[finding["span"]["start"] : finding["span"]["end"]] == "very"
    assert (finding["severity"], code) == ("advise", 0)
    _code, out, _ = run("--vale", "styles/Ours", "docs", "--json")
    assert [one["file"] for one in json.loads(out)] == ["docs/a.md", "docs/b.html", "docs/c.txt"]


def test_standard_input_in_a_stated_format(run: Run, docs: Path) -> None:
    code, out, _ = run(
        "--vale", "styles", "--format", "markdown", "--output", "line", "-", stdin="`very` very"
    )
    assert (code, out) == (0, "stdin.md:1:8:Ours.Very:No 'very'.\n")


@pytest.mark.parametrize(("fail_on", "code"), [("block", 0), ("warn", 0), ("advise", 1), ("never", 0)])
def test_how_grave_a_finding_fails_is_told(run: Run, docs: Path, fail_on: str, code: int) -> None:
    assert run("--vale", "styles/Ours", "docs/b.html", "--fail-on", fail_on)[0] == code


def test_a_broken_style_is_told_in_words(run: Run, docs: Path) -> None:
    (docs.parent / "styles" / "Ours" / "Bad.yml").write_text(
        "extends: existence\nmessage: x\ntokens: ['(']\n"
    )
    code, out, err = run("--vale", "styles/Ours", "docs")
    assert (code, out) == (2, "")
    assert "Ours/Bad.yml: rule Ours.Bad" in err.replace("\n", " ")
    assert "Traceback" not in err


def test_a_script_is_refused_and_the_rest_runs(run: Run, docs: Path) -> None:
    (docs.parent / "styles" / "Ours" / "Run.yml").write_text("extends: script\nmessage: x\nscript: y\n")
    _code, out, err = run("--vale", "styles/Ours", "docs", "--output", "line")
    assert len(out.splitlines()) == 2
    assert "Ours.Run" in err


def test_wrong_use_is_told(run: Run, docs: Path) -> None:
    assert run("--vale", "styles")[0] == 2
    assert run("--vale", "styles", "nowhere.md")[0] == 2
    (docs / "bad.md").write_bytes(b"\xff\xfe")
    code, _out, err = run("--vale", "styles/Ours", "docs/bad.md")
    assert (code, "UTF-8" in err) == (2, True)
    assert run("docs/a.md")[0] == 2  # a reply has a channel


def test_house_rules_pass_over_code_and_quotes_in_markdown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rulebook").mkdir()
    (tmp_path / "rulebook" / "words.yaml").write_text(
        "owner: us\nrules:\n- id: words.cheap\n  kind: forbidden\n  phrases: [cheap]\n  severity: block\n"
        "  message: Not cheap.\n  why: Because.\n  fails: [It is cheap.]\n  passes: [It is good value.]\n"
    )
    page = "# Cheap\n\nA `cheap` one, [cheap](https://cheap.example), <b class='cheap'>x</b>\n\n> cheap\n"
    (tmp_path / "a.md").write_text(page)
    code, out, err = run("--channel", "email", "--rulebook", "rulebook", "--output", "line", "a.md")
    assert out.splitlines() == ["a.md:1:3:words.cheap:Not cheap.", "a.md:3:17:words.cheap:Not cheap."], err
    assert code == 1
