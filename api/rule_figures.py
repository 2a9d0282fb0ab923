"""How often each rule strikes, week by week, and how often its word is overridden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from api.storage import SqlStorage
from api.storage.mended_book import MendedCount
from api.storage.voice_reports import Allowance, HeldReply, SentCheck
from recommender.uncertainty import Interval, wilson_interval
from replies.ports import Clock

LONGEST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """What became of one rule's findings. A contact counts once a week, however often the rule struck in it.

    Of the `struck`, `held` were held back at the gate at least once; `mended` are replies whose writer mended
    the finding before they left (each counts); `overridden` left with the finding all the same: `ignored` (it
    only advised or warned), `released` (somebody let it through) or `set_aside`; one contact may count under
    several of these. `weeks` counts the struck, oldest week first.
    """

    rule: str
    struck: int
    held: int
    ignored: int
    released: int
    set_aside: int
    overridden: int
    weeks: tuple[int, ...]
    mended: int = 0

    @property
    def share(self) -> float:
        """The share overridden, 0 to 1."""
        return self.overridden / self.struck

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the share."""
        return wilson_interval(self.overridden, self.struck)


@dataclass(frozen=True, slots=True)
class VoiceFigures:
    """The figures of all rules that struck, the surely noisiest first; `weeks` are their Mondays."""

    weeks: tuple[date, ...]
    rules: tuple[RuleFigure, ...]


class RuleFigures:
    """Counts what the gate wrote down."""

    def __init__(self, storage: SqlStorage, clock: Clock, local_day: Callable[[datetime], date]) -> None:
        """`local_day` gives the shop's day of a moment."""
        self._storage = storage
        self._clock = clock
        self._local_day = local_day

    def over(self, weeks: int) -> VoiceFigures:
        """Return the figures of the last `weeks` weeks (1 to 52), this one with them."""
        if not 1 <= weeks <= LONGEST_WEEKS:
            raise ValueError(f"{weeks} weeks cannot be shown; 1 to {LONGEST_WEEKS} can")
        now = self._clock.now()
        this = _monday(self._local_day(now))
        mondays = tuple(this - timedelta(weeks=back) for back in reversed(range(weeks)))
        since = now - timedelta(weeks=weeks, days=1)
        with self._storage.reading() as unit:
            tally = _Tally(lambda at: _monday(self._local_day(at)), frozenset(mondays))
            tally.allow(unit.voice.allowances())
            tally.sent(unit.voice.sent_checks(since))
            tally.held_back(unit.voice.held_replies(since))
            tally.mended_ones(unit.mended.since(mondays[0]))
        figures = [_figure(rule, one, mondays) for rule, one in tally.rules.items()]
        figures.sort(key=lambda one: (-one.interval.low, -one.overridden, -one.struck, one.rule))
        return VoiceFigures(mondays, tuple(figures))


_Occasion = tuple[date, str]  # the week and the contact


@dataclass(slots=True)
class _Occasions:
    """Where one rule struck, and what became of it."""

    held: set[_Occasion] = field(default_factory=set[_Occasion])
    ignored: set[_Occasion] = field(default_factory=set[_Occasion])
    released: set[_Occasion] = field(default_factory=set[_Occasion])
    set_aside: set[_Occasion] = field(default_factory=set[_Occasion])
    mended: int = 0
    mended_by_week: Counter[date] = field(default_factory=Counter[date])  # without those held back before


@dataclass(slots=True)
class _Tally:
    week_of: Callable[[datetime], date]
    weeks: frozenset[date]
    rules: dict[str, _Occasions] = field(default_factory=dict[str, _Occasions])
    allowed: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])

    def allow(self, allowances: Iterable[Allowance]) -> None:
        self.allowed.update(
            (one.contact_id, one.text_sha256, rule) for one in allowances for rule in one.rules
        )

    def sent(self, checks: Iterable[SentCheck]) -> None:
        for one in checks:
            occasion = (self.week_of(one.at), one.contact_id)
            if occasion[0] not in self.weeks:
                continue
            for rule in {finding.rule for finding in one.check.findings}:
                by_word = (one.contact_id, one.check.text_sha256, rule) in self.allowed
                (self._of(rule).released if by_word else self._of(rule).ignored).add(occasion)
            for rule in {finding.rule for finding in one.check.suppressed}:
                self._of(rule).set_aside.add(occasion)

    def held_back(self, held: Iterable[HeldReply]) -> None:
        for one in held:
            occasion = (self.week_of(one.at), one.contact_id)
            if occasion[0] in self.weeks:
                for rule in one.rules:
                    self._of(rule).held.add(occasion)

    def mended_ones(self, counts: Iterable[MendedCount]) -> None:
        for one in counts:
            of = self._of(one.mended.rule)
            of.mended += one.replies
            if not one.mended.held:
                of.mended_by_week[_monday(one.mended.day)] += one.replies

    def _of(self, rule: str) -> _Occasions:
        return self.rules.setdefault(rule, _Occasions())


def _figure(rule: str, one: _Occasions, mondays: tuple[date, ...]) -> RuleFigure:
    overridden = one.ignored | one.released | one.set_aside
    struck = overridden | one.held
    weeks = tuple(
        sum(week == monday for week, _ in struck) + one.mended_by_week[monday] for monday in mondays
    )
    return RuleFigure(
        rule,
        struck=sum(weeks),
        held=len(one.held),
        ignored=len(one.ignored),
        released=len(one.released),
        set_aside=len(one.set_aside),
        overridden=len(overridden),
        weeks=weeks,
        mended=one.mended,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
