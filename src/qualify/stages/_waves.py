"""Columns of events through a chart with deadlines: all lanes' first events, then all second ones.

What belongs here: the waves, in which each lane carries the entry instants of its subject's states. What
does not: charts without deadlines, which `_lanes` steps faster.

A lane is a piece of the sorted rows that begins where a subject begins. When few lanes are left, as where
one subject has most of the rows, they are stepped one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from qualify.stages import _algorithm, _lanes
from qualify.stages._machine import MAX_TIMEOUTS, restless

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._columns import Ints, Rows
    from qualify.stages._compile import Compiled
    from qualify.stages._parts import Transition
    from qualify.stages._steps import Move, Place
    from qualify.stages._tree import Edge

_LANES = 32_768  # more do not pay: what a wave works on shall stay in near memory
_FEW = 64  # lanes that are stepped one by one at the price of a wave
_BLOCK = 64  # rows of a lane that are fetched together
_TILE = 256  # lanes that are turned together
_FAR = 1 << 62  # microseconds that never pass
_NEVER = np.iinfo(np.int64).max
_YEAR_10000 = 253_402_300_800_000_000  # microseconds since 1970: what lies beyond, no datetime can tell


class _Deadline:
    """A deadline that runs in a configuration: from which clock on, how long, and whether it holds there."""

    __slots__ = ("clock", "edge", "holds", "micros")

    def __init__(self, clock: int, edge: Edge, place: Place) -> None:
        assert edge.after is not None  # noqa: S101 - for the type checker: these are deadlines
        self.clock: int = clock
        self.edge: Edge = edge
        self.micros: int = edge.after // timedelta(microseconds=1)
        self.holds: bool = _algorithm.inside(edge, place.bits)


class Waves:
    """What the waves left: the configuration after each sorted row and at the end, deadlines fired.

    `jumps` are rows, and where deadlines had led before their events; `shifted` is the time that they took
    from one configuration to another, in microseconds.
    """

    def __init__(self, rows: Rows, table: NDArray[np.uint16], until: int | None) -> None:
        self.rows: Rows = rows
        self.compiled: Compiled = rows.compiled
        self.until: int | None = until
        self.after: NDArray[np.uint16] = np.zeros(rows.size, np.uint16)
        self.final: NDArray[np.uint16] = np.zeros(len(rows.begins), np.uint16)
        self.jumps: list[NDArray[np.intp]] = []
        self.shifted: NDArray[np.float64] = np.zeros(len(self.compiled))
        self.fired: dict[tuple[int, tuple[int, ...]], tuple[int, int]] = {}
        self._time()
        self._tell(table)
        self._cut()

    def _tell(self, table: NDArray[np.uint16]) -> None:
        """Lay out what events do: a code that begins a subject forgets all, and starts each clock."""
        codes, coded = _lanes.encoded(self.rows, table)
        found, keys = self.compiled._found, self.compiled._keys
        starts = np.ones((max(self.clock_of.values(), default=0) + 1, *coded.shape), bool)
        starts[:, : len(keys)] = False
        for state, moves in enumerate(found.moves):
            for symbol, key in enumerate(keys):
                starts[self._started(moves[key]), symbol, state] = True
        self.codes: NDArray[Any] = codes
        self.begun: int = len(keys)  # the first code that begins a subject
        self.table: NDArray[np.intp] = coded.ravel().astype(np.intp)
        self.starts: NDArray[np.bool_] = starts.reshape(len(starts), coded.size)

    def _started(self, move: Move) -> list[int]:
        """Give the clocks that a move starts."""
        return [self.clock_of[number] for number in move.place.timed if move.entered_bits >> number & 1]

    def _time(self) -> None:
        """Lay out the deadlines: in each configuration its first one, its second ..."""
        deadlines = self.compiled.chart._tree.deadlines
        places = self.compiled._found.places
        self.clock_of: dict[int, int] = _shared(deadlines, [place.timed for place in places])
        self.running: list[list[_Deadline]] = [
            [
                _Deadline(self.clock_of[number], edge, place)
                for number in place.timed
                for edge in deadlines[number]
            ]
            for place in places
        ]
        shape = max(map(len, self.running)), len(self.compiled)
        self.clocks: NDArray[np.intp] = np.zeros(shape, np.intp)
        self.lasts: Ints = np.full(shape, _FAR)
        self.holds: NDArray[np.bool_] = np.zeros(shape, bool)
        self.ticks: NDArray[np.bool_] = np.array([bool(running) for running in self.running])
        for state, running in enumerate(self.running):
            for slot, deadline in enumerate(running):
                self.clocks[slot, state] = deadline.clock
                self.lasts[slot, state] = deadline.micros
                self.holds[slot, state] = deadline.holds

    def _cut(self) -> None:
        """Cut the rows into lanes, the highest first."""
        begins, size = self.rows.begins, self.rows.size
        ideal = np.arange(lanes := min(_LANES, len(begins))) * size // max(lanes, 1)
        first = np.unique(np.searchsorted(begins, ideal, side="right") - 1)
        heights = np.diff(np.append(begins[first], size))
        highest_first = np.argsort(-heights, kind="stable")
        self.subject: NDArray[np.intp] = first[highest_first]  # the number of each lane's
        self.cuts: NDArray[np.intp] = begins[self.subject]
        self.heights: NDArray[np.intp] = heights[highest_first]
        self.lanes: NDArray[np.intp] = np.arange(len(first))
        self.state: NDArray[np.intp] = np.zeros(len(first), np.intp)
        self.now: Ints = np.zeros(len(first), np.int64)
        self.since: Ints = np.zeros((len(self.starts), len(first)), np.int64)

    def roll(self, few: int) -> None:
        """Step all lanes, one event each a wave, and the last few one by one."""
        tallest = int(self.heights.max(initial=0))
        going = len(self.lanes)
        for begin in range(0, tallest, _BLOCK):
            going = self._going(begin, going)
            if going <= few:
                for lane in range(going):
                    self.alone(lane, begin)
                break
            cuts = self.cuts[:going] + begin
            at, codes = _turned(self.rows.at, cuts), _turned(self.codes, cuts)
            after = np.empty((_BLOCK, going), np.uint16)
            for rank in range(min(_BLOCK, tallest - begin)):
                going = self._going(begin + rank, going)
                self.wave(begin + rank, at[rank, :going], codes[rank, :going], after[rank, :going])
            _lay(self.after, cuts, np.minimum(self.heights[: len(cuts)] - begin, _BLOCK), after)
        self.end(self.lanes[:going])

    def _going(self, rank: int, before: int) -> int:
        """Give how many lanes have so many events, and end those of some that have no more."""
        going = int(np.searchsorted(-self.heights, -rank, side="left"))
        self.end(self.lanes[going:before])
        return going

    def wave(self, rank: int, at: Ints, codes: NDArray[Any], after: NDArray[np.uint16]) -> None:
        """Tell each of the first so many lanes one event."""
        lanes = self.lanes[: len(at)]
        state, now, since = self.state[: len(at)], self.now[: len(at)], self.since[:, : len(at)]
        goes_on = codes < self.begun
        if rank and self.until is not None:
            begun = np.flatnonzero(~goes_on)
            self.end(begun)
            self.subject[begun] += 1
        due = np.zeros(len(at), bool)
        for instant in self._instants(lanes, state):
            due |= (instant > now) & (instant <= at)
        due &= goes_on
        who = np.flatnonzero(due)
        if who.size:
            self.fire(who, at[who])
            self.jumps.append(np.stack((self.cuts[who] + rank, state[who])))
        now[:] = at
        place = codes.astype(np.intp)
        place *= len(self.compiled)
        place += state
        self.table.take(place, out=state, mode="clip")
        after[:] = state
        for clock, starts in zip(since, self.starts, strict=True):
            np.putmask(clock, starts.take(place, mode="clip"), at)

    def end(self, lanes: NDArray[np.intp]) -> None:
        """Let time go on to the end for the subjects of some lanes, and keep where they are then."""
        if self.until is not None:
            self.fire(lanes, np.maximum(self.now[lanes], self.until))
            self.final[self.subject[lanes]] = self.state[lanes]

    def fire(self, who: NDArray[np.intp], limit: Ints) -> None:
        """Let deadlines of some lanes go off, up to and including an instant for each."""
        rounds, states = 0, len(self.compiled)
        while who.size:
            state = self.state[who]
            instants = self._instants(who, state)
            np.putmask(instants, (instants <= self.now[who]) | (instants >= _YEAR_10000), _NEVER)
            soonest = instants.min(axis=0, initial=_NEVER)
            going = soonest <= np.minimum(limit, _YEAR_10000)
            if not going.all():
                who, limit, state, soonest = who[going], limit[going], state[going], soonest[going]
                instants = instants[:, going]
            self.now[who] = soonest
            reached = (instants == soonest) & self.holds.take(state, axis=1)
            self._reach(who, state, reached)
            rest = limit - soonest
            goal = self.state[who]
            self.shifted += np.bincount(goal, rest, states) - np.bincount(state, rest, states)
            rounds += 1
            if rounds > MAX_TIMEOUTS and who.size:
                hits = zip(*np.nonzero(reached), strict=True)
                taken = (self.running[state[lane]][slot].edge.written for slot, lane in hits)
                raise restless(self.compiled.chart._tree, taken)
            ticks = self.ticks.take(goal)
            who, limit = who[ticks], limit[ticks]

    def _instants(self, lanes: NDArray[np.intp], state: NDArray[np.intp]) -> Ints:
        """Give when the deadlines of each lane run out: [which one, lane]."""
        instants: Ints = self.lasts.take(state, axis=1, mode="clip")
        if len(self.since) == 1:
            instants += self.since[0].take(lanes)
        else:
            place = self.clocks.take(state, axis=1, mode="clip")
            place *= len(self.lanes)
            place += lanes
            instants += self.since.ravel().take(place, mode="clip")
        return instants

    def _reach(self, who: NDArray[np.intp], state: NDArray[np.intp], reached: NDArray[np.bool_]) -> None:
        """Move those whose deadlines are due, by the set of deadlines that are due together."""
        code = state.copy()
        for row in reached:
            code *= 2
            code += row
        rest = np.arange(len(who))
        while rest.size:  # a set after the other: there are few
            same = code[rest] == code[rest[0]]
            here, rest = rest[same], rest[~same]
            move = self._move(int(state[here[0]]), reached[:, here[0]].tolist(), len(here))
            if move is None:
                continue
            goal, clocks = move
            lanes = who[here]
            self.state[lanes] = goal
            for clock in clocks:
                self.since[clock, lanes] = self.now[lanes]

    def _move(self, state: int, hits: list[bool], many: int) -> tuple[int, list[int]] | None:
        """Give where deadlines lead that are due together, and the clocks that start; count them."""
        reached = zip(self.running[state], hits, strict=False)
        due = tuple(sorted(deadline.edge.order for deadline, hit in reached if hit))
        found = self.compiled._found
        move = found.timeouts[state].get(due)
        if move is None:
            return None  # nothing is due but conditions that do not hold
        goal = found.target(move)
        self.fired[state, due] = goal, self.fired.get((state, due), (goal, 0))[1] + many
        return goal, self._started(move)

    @cached_property
    def started(self) -> list[list[int]]:
        """The clocks that start by each code in each configuration."""
        return [[clock for clock, hit in enumerate(hits) if hit] for hits in self.starts.T.tolist()]

    def alone(self, lane: int, rank: int) -> None:
        """Step the rest of a lane row by row."""
        cut = int(self.cuts[lane])
        rows = slice(cut + rank, cut + int(self.heights[lane]))
        state, now, since = int(self.state[lane]), int(self.now[lane]), self.since[:, lane].tolist()
        table, started, states = self.table.tolist(), self.started, len(self.compiled)
        after: list[int] = []
        jumps: list[tuple[int, int]] = []
        due = now  # before it nothing goes off
        told = zip(self.rows.at[rows].tolist(), self.codes[rows].tolist(), strict=True)
        for row, (at, code) in enumerate(told, rows.start):
            if code < self.begun:
                if due <= at:
                    before = state
                    state, due = self._elapse(state, now, since, at)
                    if state != before:
                        jumps.append((row, state))
            elif self.until is not None and row > cut:
                self.state[lane], self.now[lane], self.since[:, lane] = state, now, since
                self.end(self.lanes[lane : lane + 1])
                self.subject[lane] += 1
            now = at
            place = code * states + state
            goal = table[place]
            after.append(goal)
            for clock in started[place]:
                since[clock] = at
            if goal != state or started[place]:
                state, due = goal, at
        self.after[rows] = after
        self.jumps.append(np.array(jumps, np.intp).reshape(-1, 2).T)
        self.state[lane], self.now[lane], self.since[:, lane] = state, now, since

    def _elapse(self, state: int, now: int, since: list[int], limit: int) -> tuple[int, int]:
        """Let deadlines of one subject go off, up to an instant; give where it is then, and the next one."""
        taken: list[Transition] = []
        for _ in range(MAX_TIMEOUTS + 1):
            running = self.running[state]
            instants = [since[deadline.clock] + deadline.micros for deadline in running]
            soonest = min((instant for instant in instants if instant > now), default=_NEVER)
            if soonest > limit or soonest >= _YEAR_10000:
                return state, soonest
            now = soonest
            hits = [
                instant == now and deadline.holds for instant, deadline in zip(instants, running, strict=True)
            ]
            move = self._move(state, hits, 1)
            if move is not None:
                self.shifted[state] -= limit - now
                state, clocks = move
                self.shifted[state] += limit - now
                for clock in clocks:
                    since[clock] = now
            taken = [deadline.edge.written for deadline, hit in zip(running, hits, strict=True) if hit]
        raise restless(self.compiled.chart._tree, taken)


def roll(rows: Rows, table: NDArray[np.uint16], until: int | None, *, few: int = _FEW) -> Waves:
    """Step all subjects; at the end time goes on up to `until`."""
    waves = Waves(rows, table, until)
    waves.roll(few)
    return waves


def _shared(timed: Iterable[int], together: list[tuple[int, ...]]) -> dict[int, int]:
    """Give each timed state a clock; states that are never active together share one."""
    clocks: dict[int, int] = {}
    for number in timed:
        taken = {clocks.get(other) for active in together if number in active for other in active}
        clocks[number] = next(clock for clock in count() if clock not in taken)
    return clocks


def _turned(column: NDArray[Any], cuts: NDArray[np.intp]) -> NDArray[Any]:
    """Give the next rows of lanes: [row, lane]. What a lane lacks at its end is anything."""
    windows = sliding_window_view(column, min(_BLOCK, len(column)))
    turned = np.empty((windows.shape[1], len(cuts)), column.dtype)
    begins = np.minimum(cuts, len(windows) - 1)
    for tile in _tiles(len(cuts)):
        turned[:, tile] = windows[begins[tile]].T
    for lane in np.flatnonzero(cuts >= len(windows)).tolist():
        rest = column[cuts[lane] :]
        turned[: len(rest), lane] = rest
    return turned


def _lay(
    column: NDArray[Any], cuts: NDArray[np.intp], heights: NDArray[np.intp], turned: NDArray[Any]
) -> None:
    """Put the rows of lanes back, so many of each, the higher lanes first."""
    full = int(np.searchsorted(-heights, -_BLOCK, side="right"))
    if full:
        windows = sliding_window_view(column, _BLOCK, writeable=True)
        for tile in _tiles(full):
            windows[cuts[tile]] = np.ascontiguousarray(turned[:, tile].T)
    lanes = zip(cuts[full:].tolist(), heights[full:].tolist(), turned.T[full:], strict=True)
    for cut, height, rows in lanes:
        column[cut : cut + height] = rows[:height]


def _tiles(lanes: int) -> Iterator[slice]:
    """Cut lanes into tiles that are turned in near memory."""
    return (slice(begin, min(begin + _TILE, lanes)) for begin in range(0, lanes, _TILE))
