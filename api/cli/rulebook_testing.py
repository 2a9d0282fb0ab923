"""Test a rulebook: its rules on their texts, rules without proof, changes that no text would notice."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.frame import FAULTS_FOUND, Frame, emit
from api.cli.printing import print_table
from api.settings import Home
from brand_voice.entries.language import ToneEntry
from brand_voice.mutation import Mutant, mutants, share_noticed
from brand_voice.proof import ProofFailure, prove, unproven
from brand_voice.rulebook import load_rulebook, told_rules


def run_test(frame: Frame, folder: Path | None, as_json: bool, *, mutate: bool = True) -> None:
    """Test a rulebook (None: the home's own, else the house rulebook) and print what came of it.

    Exits 1 when a rule fails one of its texts.
    """
    own = Home(frame.settings.home).rulebook
    source = folder or (own if own.is_dir() else None)
    rulebook = load_rulebook(source)
    failures = prove(rulebook)
    told_here = told_rules(
        source
    )  # not Vale's rules, which bring no texts; a learned tone has figures instead
    provable = {told.entry.id for told in told_here if not isinstance(told.entry, ToneEntry)}
    without = tuple(rule_id for rule_id in unproven(rulebook) if rule_id in provable)
    found = [mutant for told in told_here for mutant in mutants(told)] if mutate and not failures else []
    if as_json:
        emit(_document(rulebook.version, len(rulebook.rules), failures, without, found))
    else:
        _print(rulebook.version, len(rulebook.rules), failures, without, found)
    if failures:
        raise SystemExit(FAULTS_FOUND)


def _document(
    version: str,
    rules: int,
    failures: tuple[ProofFailure, ...],
    without: tuple[str, ...],
    found: list[Mutant],
) -> dict[str, object]:
    return {
        "rulebook": version,
        "rules": rules,
        "failures": [{"rule": one.rule, "text": one.text, "expected": one.expected} for one in failures],
        "without_proof": list(without),
        "mutants": len(found),
        "noticed": round(share_noticed(found), 4) if found else None,
        "survivors": [{"rule": one.rule, "change": one.change} for one in found if not one.noticed],
    }


def _print(
    version: str,
    rules: int,
    failures: tuple[ProofFailure, ...],
    without: tuple[str, ...],
    found: list[Mutant],
) -> None:
    click.echo(f"{version}: {rules} rules, {len(failures)} texts go wrong.")
    if failures:
        rows = [(one.rule, one.expected, one.text[:90]) for one in failures]
        print_table("Texts that go wrong", ("rule", "should", "text"), rows)
    if without:
        click.echo(f"Without proof both ways: {', '.join(without)}.")
    if found:
        survivors = [(one.rule, one.change) for one in found if not one.noticed]
        click.echo(f"{share_noticed(found):.1%} of {len(found)} changed rules are noticed by their texts.")
        if survivors:
            print_table("Changes that no text notices", ("rule", "change"), survivors)
