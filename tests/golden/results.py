"""One value of each kind that is computed, as the files of a release hold them."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import attrs
import numpy as np

from qualify import _findings, wire
from qualify.cohort import BadRow, Binding, Cohort, Field, Imported
from qualify.criteria import ask, change, compare, criterion, frameworks, satisfiable, topic, weighted
from qualify.decisions import Candidate, Candidates, Capacity, Economics, allocate
from qualify.metrics import (
    agreement,
    calibration,
    close_curve,
    fit_retention,
    nps,
    payback,
    rejection_streaks,
    transition_matrix,
    waste,
    win_rate,
)
from qualify.models import Facts, Lead
from qualify.playbooks import saas, sample
from qualify.scorecard import Scorecard, Summary, Target
from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.truth import NO, UNKNOWN, YES

NOON = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)  # noqa: UP017 - the same object under every supported Python
DAY = timedelta(days=1)
RULE = (topic("fit") >= 3) & topic("need").exists()


@criterion(uses=("industry",), version="1")
def broken(facts):
    """Fails on purpose."""
    raise ValueError(facts["industry"])


def values(desk: Chart) -> dict[str, object]:
    """Give one value of each kind that is computed from others; `desk` is a chart with everything."""
    return {**_criteria(), **_stages(desk), **_decisions(), **_metrics(), **_playbook(), **_cohort()}


def _criteria() -> dict[str, object]:
    facts = Facts.of({"fit": 2, "industry": "health"}, at=NOON)
    verdict = weighted({RULE: 2, topic("fit").exists(): 0.5}, bar=1).judge(facts)
    faulty = broken.judge(facts)
    least = change(RULE, facts)
    return {
        "agreement": compare(topic("fit") >= 3, RULE),
        "change": least,
        "fault": faulty.faults[0],
        "finding": _findings.Finding("never-true", "meaningful", "no lead can pass", "compare otherwise"),
        "framework": frameworks.FRAMEWORKS["MEDDIC"],
        "move": least.learn[0],
        "next_question": ask(RULE, facts),
        "part": verdict.because[0],
        "proof": satisfiable(RULE),
        "sequence": frameworks.spin(),
        "verdict": verdict,
        "verdict_with_fault": faulty,
    }


def _stages(desk: Chart) -> dict[str, object]:
    journey = (
        Journey.start(desk, "T-2", at=NOON)
        .record("answer", at=NOON + timedelta(hours=1))
        .record("close", at=NOON + timedelta(hours=2), answers={"customer_agrees": YES})
        .record("reopen", at=NOON + DAY)
    )
    late = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON + 2 * DAY)
    told = late.record("accepted", at=NOON + DAY, known_at=NOON + 3 * DAY)
    other = Chart("desk", State("open"), State("closed"), version="4",
                  transitions=(Transition("open", on="close", to="closed"),))  # fmt: skip
    refused = SAAS.step(late.position, "sell", at=NOON + 3 * DAY)
    one_way = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
    return {
        "attempt": told.attempts()[0],
        "chart_finding": one_way.check()[0],
        "difference": desk.diff(other, [journey.position]),
        "explanation": desk.explain(journey.position),
        "position": journey.position,
        "refusal": SAAS.step(SAAS.start(at=NOON), "renewed", at=NOON).refusals[0],
        "refused_step": refused,
        "revision": told.revised[0],
        "spell": told.spells("selling")[0],
        "step": journey.last,
        "step_with_timeouts": desk.step(journey.position, "note", at=NOON + 9 * DAY),
    }


def _decisions() -> dict[str, object]:
    money = Economics(monthly_margin=100, monthly_churn=0.05, acquisition_cost=500, currency="EUR")
    desk = [Candidate(name, win=p, hours=h, economics=money)
            for name, p, h in [("ana", 0.5, 4), ("bo", 0.3, 1), ("cy", 0.2, 4), ("di", 0.01, 2)]]  # fmt: skip
    allocation = allocate(desk, Capacity(hours=6))
    return {
        "allocation": allocation,
        "candidate": desk[0],
        "candidates": Candidates([3, 1], win=[0.4, 0.1], economics=money, asked=[True, False], minutes=10),
        "capacity": Capacity(hours=6),
        "choice": allocation.chosen[0],
    }


def _metrics() -> dict[str, object]:
    outcomes, weeks = [YES, NO, UNKNOWN, YES, UNKNOWN, NO], [10, 20, 20, 30, 40, 5]
    curve = close_curve(weeks, outcomes, unit="days")
    probable = calibration([0.2, 0.2, 0.8, 0.8], [False, False, True, True], bins=None)
    judged = agreement([True, True, False], [True, False, False], criteria={"need": ([1, 1, 0], [1, 0, 0])})
    log = transition_matrix([1, 1, 1, 2, 2], ["new", "talk", "new", "new", "talk"], order=("new", "talk"))
    card = Scorecard.of({"nps": Target(30)}, nps=nps([10, 9, 9, 3, 8, 7]), win_rate=win_rate(outcomes))
    told = {"subject": ["ana", "ana", "bo"], "event": ["accepted", "won", "lost"],
            "at": ["2026-05-01T09:00Z", "2026-06-01T09:00Z", "2026-05-02T09:00Z"], "nps": [9, None, 3]}  # fmt: skip
    return {
        "bin": probable.bins[0],
        "calibration": probable,
        "concordance": judged,
        "curve": curve,
        "curve_with_weights": close_curve(weeks, outcomes, weights=[1, 0.5, 2, 1, 1, 1]),
        "grouped": nps([10, 3, 9, 8], by=["a", "a", "b", None]),
        "life_table": curve.counts,
        "payback": payback(acquisition_cost=6_000, monthly_revenue=800, gross_margin=0.8, monthly_churn=0.02),
        "retention_fit": fit_retention([1000, 869, 743, 653, 593, 551, 517, 491], unit="years"),
        "retention_without_fit": fit_retention([100, 100]),
        "scorecard": card,
        "shortfall": waste([True, True, True, False], [YES, NO, UNKNOWN, UNKNOWN], hours=[3, 5, 2, 0]),
        "sign": card.signs[0],
        "streaks": rejection_streaks([NO, NO, YES, NO, NO], by=["ana", "ana", "ana", "bo", "bo"]),
        "summary": Summary.of(told, SAAS),
        "target": Target(0.2, lower_is_better=True),
        "transitions": log,
    }


def _playbook() -> dict[str, object]:
    playbook = saas().replace(
        version="2", economics=Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
    )
    ana = Lead("ana", owner="lea")
    turn = playbook.turn(Journey.start(SAAS, "ana", at=NOON), ana, at=NOON)
    gone = Journey.start(SAAS, "an", at=NOON), Lead("an")
    leads = Cohort.from_columns(
        {"id": ["ana", "bo", "cy"], "person": ["a", "b", None], "timing": ["not now", None, "this month"]},
        id="id", at=NOON, vocabulary=saas().vocabulary,
    )  # fmt: skip
    patient = playbook.replace(version="3", criteria={"timely": topic("timing").exists()})
    return {
        "decisions": playbook.decisions(leads),
        "diff": playbook.diff(patient, leads),
        "merged": playbook.merge(gone, (turn.journey, ana), at=NOON + DAY),
        "plan": playbook.plan([ana, Lead("bo", owner="lea")], Capacity(hours=3), at=NOON, win=0.3),
        "recomputed": playbook.recompute(turn.journey, ana, version=2),
        "turn": turn,
    }


def _cohort() -> dict[str, object]:
    history = sample()
    binding = Binding(
        topics={"budget": Field("Budgt_alloc", yes="Yes", no="No", unknown="Unknown")},
        outcome=Field("Status", yes="Won", no="Lost", unknown="Open"),
        closed=Field("Closed", zone="+02:00", hour=time(17, 30)),
        owner="Seller",
    )
    table = {"Budgt_alloc": ["Yes", "Unknown"], "Status": ["Won", "Open"], "Closed": ["2026-05-01", None],
             "Seller": ["lea", None]}  # fmt: skip
    leads = history.journeys[:3]
    return {
        "bad_row": BadRow(17, "budget", "a number is needed", "'12k'"),
        "binding": binding,
        "cohort": Cohort.from_columns(table, binding),
        "cohort_of_journeys": Cohort.from_journeys(
            leads, leads=history.leads[:3], vocabulary=saas().vocabulary
        ),
        "cohort_of_arrays": Cohort(["a", "b"], topics={"n": np.array([1.0, np.nan]), "k": np.array([1, 2])}),
        "field": Field("Budget", missing=("", "?"), decimal=","),
        "imported": Imported(leads[:1], (BadRow(2, None, "a row needs 'at'"),)),
        "limits": wire.Limits(bytes=10_000),
        "sample": attrs.evolve(
            history, leads=history.leads[:2], journeys=leads[:2], surveys=history.surveys[:2]
        ),
    }
