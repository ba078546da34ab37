"""Columns of events through a chart with deadlines: all subjects' first events, then all second ones.

What belongs here: the waves, in which each subject carries the entry instants of its states. What does
not: charts without deadlines, which lanes step faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualify.stages._machine import MAX_TIMEOUTS, restless

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._columns import Rows
    from qualify.stages._compile import Compiled

_NEVER = np.iinfo(np.int64).max
_YEAR_10000 = 253_402_300_800_000_000  # microseconds since 1970: what lies beyond, no datetime can tell


class Waves:
    """What the waves left: configurations around each sorted row, final ones, time spent, deadlines fired."""

    def __init__(self, rows: Rows, table: NDArray[np.uint16]) -> None:
        compiled = rows.compiled
        self.compiled = compiled
        self.table = table
        tree = compiled.chart._tree
        self.timed = tuple(tree.deadlines)
        self.edges = tuple(edge for edges in tree.deadlines.values() for edge in edges)
        states = len(compiled)
        self.before = np.zeros(rows.size, np.uint16)
        self.after = np.zeros(rows.size, np.uint16)
        self.dwell = np.zeros(states)
        self.fired: dict[tuple[int, tuple[int, ...]], tuple[int, int]] = {}
        places = compiled._found.places
        # Whether a deadline runs in a configuration, and whether its condition holds there.
        self.runs = np.array([[p.bits >> e.source & 1 for p in places] for e in self.edges], bool)
        self.holds = np.array([[not e.inside or e.inside & p.bits != 0 for p in places] for e in self.edges])
        self.resets = _resets(compiled, self.timed)
        subjects = len(rows.begins)
        self.state = np.zeros(subjects, np.intp)
        self.state[:] = rows.starts
        self.now = rows.at[rows.begins].copy() if rows.size else np.zeros(0, np.int64)
        self.since = np.repeat(self.now[None, :], len(self.timed), axis=0)

    @property
    def final(self) -> NDArray[np.uint16]:
        """The configuration of each subject."""
        return self.state.astype(np.uint16)

    def fire(self, who: NDArray[np.intp], until: Any) -> None:  # noqa: ANN401 - one instant, or one for each
        """Let deadlines of some subjects go off, up to and including an instant, and time pass to it."""
        limit = np.broadcast_to(np.asarray(until, np.int64), who.shape)
        rounds = 0
        while who.size:
            state, now = self.state[who], self.now[who]
            due = np.full((len(self.edges), who.size), _NEVER)
            for n, edge in enumerate(self.edges):
                assert edge.after is not None  # noqa: S101 - for the type checker: these are deadlines
                micros = edge.after.days * 86_400_000_000 + edge.after.seconds * 1_000_000
                instant = self.since[self.timed.index(edge.source)][who] + (micros + edge.after.microseconds)
                pending = self.runs[n][state] & (instant > now) & (instant < _YEAR_10000)
                due[n] = np.where(pending, instant, _NEVER)
            soonest = due.min(axis=0)
            going = soonest <= limit
            self._pass(who, np.where(going, soonest, np.maximum(limit, now)))
            who, limit, state = who[going], limit[going], state[going]
            reached = (due[:, going] == soonest[going]) & self.holds[:, state]
            self._reach(who, state, reached)
            rounds += 1
            if rounds > MAX_TIMEOUTS and who.size:
                going_off = zip(self.edges, reached, strict=True)
                raise restless(
                    self.compiled.chart._tree, (edge.written for edge, hit in going_off if hit.any())
                )

    def _pass(self, who: NDArray[np.intp], instant: NDArray[np.int64]) -> None:
        lasted = (instant - self.now[who]).astype(np.float64)
        self.dwell += np.bincount(self.state[who], weights=lasted, minlength=len(self.dwell))
        self.now[who] = instant

    def _reach(self, who: NDArray[np.intp], state: NDArray[np.intp], reached: NDArray[np.bool_]) -> None:
        """Move those whose deadlines are due, by the set of deadlines that are due together."""
        code = state.astype(np.int64)
        for row in reached:
            code = code * 2 + row
        found = self.compiled._found
        for group in np.unique(code):
            here = np.flatnonzero(code == group)
            start = int(state[here[0]])
            due = tuple(
                sorted(e.order for e, hit in zip(self.edges, reached[:, here[0]], strict=True) if hit)
            )
            move = found.timeouts[start].get(due)
            if move is None:
                continue  # nothing is due but conditions that do not hold
            goal = found.target(move)
            self.state[who[here]] = goal
            for n, number in enumerate(self.timed):
                if move.entered_bits >> number & 1:
                    self.since[n][who[here]] = self.now[who[here]]
            count = self.fired.get((start, due), (goal, 0))[1]
            self.fired[start, due] = goal, count + len(here)

    def tell(self, who: NDArray[np.intp], row: NDArray[np.intp], symbol: NDArray[np.intp]) -> None:
        """Tell each of some subjects an event."""
        state = self.state[who]
        self.before[row] = state
        goal = self.table[symbol, state].astype(np.intp)
        self.state[who] = goal
        self.after[row] = goal
        resets = self.resets[symbol, state]
        for n in range(len(self.timed)):
            here = who[resets >> n & 1 == 1]
            self.since[n][here] = self.now[here]


def _resets(compiled: Compiled, timed: tuple[int, ...]) -> NDArray[np.int64]:
    """Give which timed states an event enters, as bits, by symbol and configuration."""
    found, keys = compiled._found, compiled._keys
    resets = np.zeros((len(keys), len(compiled)), np.int64)
    for state, moves in enumerate(found.moves):
        for symbol, key in enumerate(keys):
            bits = moves[key].entered_bits
            resets[symbol, state] = sum(1 << n for n, number in enumerate(timed) if bits >> number & 1)
    return resets


def roll(rows: Rows, table: NDArray[np.uint16], until: int | None) -> Waves:
    """Step all subjects together, one event each a wave; at the end time goes on up to `until`."""
    waves = Waves(rows, table)
    lengths = np.diff(np.append(rows.begins, rows.size))
    longest_first = np.argsort(-lengths, kind="stable")
    remaining = lengths[longest_first]
    for rank in range(int(lengths.max(initial=0))):
        who = longest_first[: int(np.searchsorted(-remaining, -rank, side="left"))]
        row = rows.begins[who] + rank
        waves.fire(who, rows.at[row])
        waves.tell(who, row, rows.symbols[row].astype(np.intp))
    if until is not None:
        everyone = np.arange(len(lengths))
        waves.fire(everyone, np.maximum(waves.now, until))
    return waves
