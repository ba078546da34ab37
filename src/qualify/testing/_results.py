"""Strategies for what is worked out from columns: cohorts, curves, plans, scorecards.

Reached by `strategy_of`, and by `st.from_type` once one of them was asked for. Loads numpy.
"""

from __future__ import annotations

from datetime import time
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify._maps import plain
from qualify.cohort import BadRow, Binding, Cohort, Field, Imported
from qualify.decisions import Allocation, Candidates, Capacity, Economics, allocate
from qualify.metrics import (
    Bin,
    Calibration,
    Concordance,
    Curve,
    LifeTable,
    Payback,
    RetentionFit,
    Shortfall,
    Streaks,
    Transitions,
    agreement,
    calibration,
    csat,
    cumulative_incidence,
    fit_retention,
    payback,
    rejection_streaks,
    transition_matrix,
    waste,
)
from qualify.playbook import Decisions, Diff, Plan
from qualify.playbooks import saas
from qualify.scorecard import Scorecard, Sign, Summary, Target
from qualify.stages import SAAS
from qualify.testing._arrays import estimates
from qualify.testing._charts import journeys
from qualify.testing._values import instants, leads, names, plain_values, texts, truths
from qualify.truth import NO, YES

_ROWS = 6
_CODES = st.lists(st.sampled_from((1, 0, -1)), min_size=_ROWS, max_size=_ROWS)
_TRUTHS = st.lists(truths(), min_size=_ROWS, max_size=_ROWS)
_WEEKS = st.lists(st.sampled_from((1, 2, 2.5, 3, 8)), min_size=_ROWS, max_size=_ROWS)
_MONEY = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")


def _maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


# -- metrics ----------------------------------------------------------------------------------------------


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    weeks, ends = draw(_WEEKS), draw(_TRUTHS)
    causes = [{1: "won", -1: "lost", 0: "open"}[end.value] for end in ends]
    entry = draw(_maybe(st.just([0.5, 0, 0, 0.5, 0, 0])))
    unit = draw(st.sampled_from(("", "days")))
    return cumulative_incidence(weeks, causes, censored="open", entry=entry, unit=unit)


def life_tables() -> SearchStrategy[LifeTable]:
    weighted = st.builds(
        lambda weeks, codes: LifeTable.of(weeks, [abs(c) for c in codes], ("won",), weights=[0.5] * _ROWS),
        _WEEKS,
        _CODES,
    )
    return weighted | curves().map(lambda curve: curve.counts)


def calibrations() -> SearchStrategy[Calibration]:
    likely = st.lists(st.sampled_from((0.0, 0.2, 0.8, 1.0)), min_size=_ROWS, max_size=_ROWS)
    won = st.lists(st.booleans(), min_size=_ROWS, max_size=_ROWS)
    return st.builds(calibration, likely, won, bins=_maybe(st.just(4))) | st.just(calibration([], []))


def bins() -> SearchStrategy[Bin]:
    return calibrations().filter(lambda one: bool(one.bins)).flatmap(lambda one: st.sampled_from(one.bins))


def concordances() -> SearchStrategy[Concordance]:
    judged = st.lists(st.sampled_from(("yes", "no", None)), min_size=_ROWS, max_size=_ROWS)
    codes = _CODES.map(lambda listed: np.array(listed, np.int8))
    both = st.builds(lambda a, b: agreement(a, b, criteria={"need": (a, b)}), codes, codes)
    return st.builds(agreement, judged, judged) | both


def paybacks() -> SearchStrategy[Payback]:
    churn = _maybe(st.sampled_from((0.0, 0.02, 0.5)))
    return st.builds(
        lambda cost, churn: payback(
            acquisition_cost=cost, monthly_revenue=800, gross_margin=0.8, monthly_churn=churn
        ),
        st.sampled_from((0.0, 6_000.0, 1e6)),
        churn,
    )


def fits() -> SearchStrategy[RetentionFit]:
    alive = st.lists(st.integers(0, 50), max_size=6).map(lambda lost: sorted(lost, reverse=True))
    return alive.map(fit_retention)


def shortfalls() -> SearchStrategy[Shortfall]:
    hours = _maybe(st.just([1.5] * _ROWS))
    return st.builds(lambda sold, won, hours: waste(sold, won, hours=hours), _TRUTHS, _TRUTHS, hours)


def streaks() -> SearchStrategy[Streaks]:
    by = _maybe(st.just(["ana", "bo", None] * 2))
    rate = _maybe(st.just(0.5))
    return st.builds(lambda won, by, rate: rejection_streaks(won, by=by, rate=rate), _TRUTHS, by, rate)


def flows() -> SearchStrategy[Transitions]:
    state = st.lists(st.sampled_from(("new", "talk", "sold")), min_size=_ROWS, max_size=_ROWS)
    order = st.sampled_from((None, ("new", "talk", "sold")))
    return st.builds(
        lambda seen, order: transition_matrix([1, 1, 1, 2, 2, 3], seen, order=order), state, order
    )


# -- the scorecard -----------------------------------------------------------------------------------------


def targets() -> SearchStrategy[Target]:
    return st.builds(Target, st.floats(-100, 100), lower_is_better=st.booleans())


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    now, then = (
        Scorecard.of({"nps": draw(targets())}, nps=draw(estimates()), csat=csat([5, 4, 2])) for _ in range(2)
    )
    named = {"nps": draw(targets())}
    return draw(st.sampled_from((now, Scorecard.of(named, previous=then, nps=draw(estimates())))))


def signs() -> SearchStrategy[Sign]:
    return (
        scorecards().filter(lambda card: bool(card.signs)).flatmap(lambda card: st.sampled_from(card.signs))
    )


def summaries() -> SearchStrategy[Summary]:
    name = st.sampled_from(("accepted", "won", "lost", "cancelled"))
    told = st.lists(st.tuples(st.sampled_from(("ana", "bo")), name, instants(), _maybe(st.integers(0, 10))))

    def of(rows: list[tuple[Any, ...]]) -> Summary:
        listed = sorted(rows, key=lambda row: row[2])
        columns = zip(*listed, strict=True) if listed else ((), (), (), ())
        batch = dict(zip(("subject", "event", "at", "nps"), map(list, columns), strict=True))
        return Summary.of(batch, SAAS)

    return told.map(of)


# -- cohorts, and what is decided about them -------------------------------------------------------------


def bad_rows() -> SearchStrategy[BadRow]:
    return st.builds(BadRow, st.integers(0, 10**6), _maybe(texts()), texts(), texts(), texts())


def fields() -> SearchStrategy[Field]:
    words = st.lists(st.sampled_from(("yes", "no", "?", 1, True)), max_size=2)
    return st.builds(
        Field,
        names(),
        missing=words,
        zone=st.sampled_from((None, "+02:00")),
        hour=_maybe(st.just(time(17, 30))),
    )


def bindings() -> SearchStrategy[Binding]:
    topics = _maybe(st.dictionaries(names(), fields(), max_size=2))
    unknown = st.dictionaries(names(), st.just(("?",)), max_size=1)
    return st.builds(
        Binding, topics=topics, unknown=unknown, owner=_maybe(fields()), outcome=_maybe(fields())
    )


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Give cohorts of tables, of journeys, and of columns of many types."""
    match draw(st.sampled_from(("table", "journeys", "columns"))):
        case "table":
            words = saas().vocabulary
            known = {name: draw(_column(plain_texts())) for name in ("person", "timing")}
            table = {**known, "id": [f"l{i}" for i in range(_ROWS)], "owner": draw(_column(names()))}
            return Cohort.from_columns(table, id="id", owner="owner", vocabulary=words, at=draw(instants()))
        case "journeys":
            lives = draw(st.lists(journeys(), max_size=3, unique_by=lambda one: one.subject))
            people = [draw(leads(id=life.subject, max_size=3)) for life in lives[:1]]
            return Cohort.from_journeys(lives, leads=people)
    hidden = draw(st.sampled_from(([False] * _ROWS, [True] + [False] * (_ROWS - 1))))
    codes: Any = np.ma.MaskedArray(np.array(draw(_CODES), np.int8), mask=hidden)
    arrays: list[Any] = [
        np.array(draw(_WEEKS)),
        np.array(draw(_CODES), np.int32),
        np.array([np.nan, 1, 2, 3, 4, 5], np.float32),
        np.array(["a", "bc"] * 3),
        np.array([1, None] * 3, "datetime64[s]"),
        np.array([True, False] * 3),
        draw(_column(plain_values().map(lambda value: plain(value, "Cohort.topics")))),
    ]
    return Cohort(
        [f"l{i}" for i in range(_ROWS)],
        at=draw(_maybe(instants())),
        topics={"one": draw(st.sampled_from(arrays))},
        outcome=codes,
        closed=np.array(
            [at.replace(tzinfo=None) for at in draw(_column(instants(), missing=False))], "datetime64[us]"
        ),
        hours=np.array(draw(_WEEKS)),
        surveys={"nps": np.array([9, np.nan] * 3)},
        heard=_objects([((("demo", draw(instants())),) if i else ()) for i in range(_ROWS)]),
        bad=draw(st.lists(bad_rows(), max_size=1)),
    )


def _objects(entries: list[Any]) -> Any:
    made = np.empty(len(entries), object)
    made[:] = entries
    return made


def plain_texts() -> SearchStrategy[str]:
    return st.sampled_from(("ana", "this month", "not now"))


def _column(strategy: SearchStrategy[Any], *, missing: bool = True) -> SearchStrategy[list[Any]]:
    return st.lists(_maybe(strategy) if missing else strategy, min_size=_ROWS, max_size=_ROWS)


def imports() -> SearchStrategy[Imported]:
    told = st.lists(journeys(max_size=2), max_size=2).map(tuple)
    return st.builds(Imported, told, st.lists(bad_rows(), max_size=2).map(tuple))


def many() -> SearchStrategy[Candidates]:
    win, hours = st.lists(st.floats(0, 1), min_size=3, max_size=3), st.lists(_HOURS, min_size=3, max_size=3)
    ids = st.sampled_from((["ana", "bo", "cy"], [3, 1, 2]))
    asked = st.sampled_from((None, [True, False, False]))
    return st.builds(
        lambda ids, win, hours, asked: Candidates(
            ids, win=win, hours=hours, economics=_MONEY, asked=asked, minutes=10
        ),
        ids,
        win,
        hours,
        asked,
    )


_HOURS = st.sampled_from((0.0, 0.5, 1.0, 4.0))


def allocations() -> SearchStrategy[Allocation]:
    return st.builds(allocate, many(), st.builds(Capacity, st.sampled_from((0, 1, 4.5, 100))))


@st.composite
def decided(draw: st.DrawFn) -> Decisions:
    table = {
        "id": [f"l{i}" for i in range(_ROWS)],
        "state": draw(_column(st.sampled_from(("engaged", "healthy", "selling, contactable")))),
        "timing": draw(_column(plain_texts())),
    }
    leads_ = Cohort.from_columns(
        table, id="id", state="state", vocabulary=saas().vocabulary, chart=SAAS, at=draw(instants())
    )
    contact = draw(st.sampled_from((None, True, [YES, NO] * 3)))
    return saas().decisions(leads_, contact=contact)


def diffs() -> SearchStrategy[Diff]:
    other = saas().replace(version="9", criteria={"timely": saas().criteria["meaningful"]})
    return decided().map(lambda one: saas().diff(other, one.cohort))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    people = draw(st.lists(leads(max_size=4), max_size=3, unique_by=lambda lead: lead.id))
    by: Literal["owner"] | None = draw(st.sampled_from(("owner", None)))
    return saas().plan(people, Capacity(draw(_HOURS)), at=draw(instants()), by=by, win=0.3, economics=_MONEY)


STRATEGIES: dict[type, SearchStrategy[Any]] = {
    Allocation: allocations(),
    BadRow: bad_rows(),
    Bin: bins(),
    Binding: bindings(),
    Calibration: calibrations(),
    Candidates: many(),
    Cohort: cohorts(),
    Concordance: concordances(),
    Curve: curves(),
    Decisions: decided(),
    Diff: diffs(),
    Field: fields(),
    Imported: imports(),
    LifeTable: life_tables(),
    Payback: paybacks(),
    Plan: plans(),
    RetentionFit: fits(),
    Scorecard: scorecards(),
    Shortfall: shortfalls(),
    Sign: signs(),
    Streaks: streaks(),
    Summary: summaries(),
    Target: targets(),
    Transitions: flows(),
}

for _kind, _strategy in STRATEGIES.items():
    st.register_type_strategy(_kind, _strategy)
