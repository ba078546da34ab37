"""One chart with everything in it that a chart can hold."""

from __future__ import annotations

from datetime import timedelta

from qualify.stages import Chart, History, State, Transition
from qualify.truth import Truth

EVERYTHING = Chart(
    "all.in-1",
    State("idle"),
    State(
        "work",
        State("q", State("q1"), State("q2")),
        State("r", State("r1"), State("r2")),
        History("back"),
        parallel=True,
    ),
    State("rest", State("s1"), State("s2"), History("deep", deep=True, default="s2"), initial="s2"),
    State(
        "home",
        State(
            "in", State("u", State("u1"), State("u2")), State("v", State("v1"), State("v2")), parallel=True
        ),
        initial=("u2", "v2"),
    ),
    initial=("q2", "r2"),
    version='2 & "beta"',
    transitions=(
        Transition("idle", on=("go", "b.c"), to=("q2", "r1"), when={"x": Truth.YES}),
        Transition(
            "q1",
            on="go",
            to="q2",
            inside=("r1", "r2"),
            when={"x": (Truth.YES, Truth.UNKNOWN), "y": Truth.NO},
        ),
        Transition("q1", after=timedelta(hours=1, microseconds=50), to="q2"),
        Transition("q1", on="note"),
        Transition("q1", after=timedelta(days=2)),
        Transition("r2", to="r1", inside="q2"),
        Transition("work", on="stop", to="deep"),
        Transition("rest", on="stop", to="s1", internal=True),
        Transition("rest", on="back", to="back"),
    ),
)
