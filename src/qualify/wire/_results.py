"""Where what was computed stands in JSON otherwise than its fields say: columns as lists, charts by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from qualify._canonical import TAG
from qualify._maps import Map
from qualify.wire import _readers
from qualify.wire._kinds import Column, Counted, Entry, Id, Known, Label, Measured
from qualify.wire._reading import BAD, Place, Reading
from qualify.wire._shapes import Shape, shape_of
from qualify.wire._special import Values, chart_named

Row = Measured | Column[Entry]
_WHOLE = Column[int]
_TABLE = Column[Column[int]]

# The types of fields that hold arrays, labels or numbers that may be undefined.
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "Calibration": dict.fromkeys(("reliability", "resolution", "uncertainty", "within", "skill"), Measured),
    "Choice": {"subject": Id},
    "Concordance": {"labels": Column[Label], "table": _TABLE},
    "LifeTable": {
        "times": Column[float],
        "events": Column[Column[Counted]],
        "censored": Column[Counted],
        "entered": Column[Counted],
        "started": Counted,
        "squares": Column[Column[float]] | None,
    },
    "RetentionFit": {
        **dict.fromkeys(("alpha", "beta", "churn", "log_likelihood"), Measured),
        "covariance": tuple[tuple[Measured, Measured], tuple[Measured, Measured]] | None,
        "n": Counted,
    },
    "Shortfall": {"most": Counted},
    "Streaks": {
        "labels": Column[Label],
        **dict.fromkeys(("n", "rejections", "longest", "current", "leading", "n_open", "n_missing"), _WHOLE),
    },
    "Transitions": {"states": Column[Label], "moves": _TABLE, "order": Column[Label]},
}


def columns(kind: type, values: Values) -> Shape:
    """A class whose fields are columns is read like any class."""
    return shape_of(kind, values, own=COLUMNS[kind.__name__])


class _CountsShape(Shape):
    """Counts name their numbers themselves: every other key is one."""

    __slots__ = ("number",)
    others = Row

    def read(self, node: dict[str, Any], place: Place, reading: Reading) -> Any:
        before = reading.found
        number = _readers.reader_of(Row, None)
        arguments: dict[str, Any] = {}
        for key, child in node.items():
            if key != TAG:
                read = self.fields.get(key, number)
                arguments[key] = read(child, (place, key), reading)
        if "of" not in arguments:
            reading.note((place, "of"), "missing_field", "Counts need this field", found="nothing")
        if reading.found != before:
            return BAD
        return self.made(arguments, place, reading)


def counts(kind: type, values: Values) -> Shape:
    """Counts are numbers by name, or rows of them by name and label."""

    def build(of: str, **numbers: Any) -> Any:
        return kind(of, **numbers)

    hints = {"of": str, "labels": Column[Label]}
    return shape_of(kind, values, hints=hints, shape=_CountsShape, build=build)


def estimate(kind: type, values: Values) -> Shape:
    """An estimate is numbers, or rows of numbers; null is what is undefined, with its reason."""
    from qualify.metrics import Counts

    hints = {
        **dict.fromkeys(("name", "unit", "method"), str),
        **dict.fromkeys(("value", "low", "high", "n", "n_missing", "n_effective"), Row),
        "confidence_level": float,
        "counts": Counts,
        "labels": Column[Label],
        "reason": str | Column[str | None],
    }
    return shape_of(kind, values, hints=hints)


# -- what criteria answer -------------------------------------------------------------------------


def verdict(kind: type, values: Values) -> Shape:
    """A verdict is its fields; the Facts that were judged are not among them."""
    from qualify.criteria import Fault, Part
    from qualify.truth import Truth

    names = dict.fromkeys(("missing", "evidence", "disputed"), tuple[str, ...])
    hints = {
        "truth": Truth,
        "reason": str,
        "because": tuple[Part, ...],
        **names,
        "score": tuple[float, float],
        "good_until": datetime,
        "faults": tuple[Fault, ...],
    }
    return shape_of(kind, values, hints=hints)


# -- where a subject stands --------------------------------------------------------------------------


class _ChartedShape(Shape):
    """What refers to a chart by name, version and fingerprint, and is held against it."""

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        named, at = arguments.pop("chart"), (place, "chart")
        if not {"name", "version", "fingerprint"} <= named.keys():
            asked = "a chart is named by name, version and fingerprint"
            return reading.note(at, "missing_field", asked, found="fewer")
        chart = chart_named(named, at, reading, f"the {self.tag} is of", key="name")
        return BAD if chart is BAD else super().made({"chart": chart, **arguments}, place, reading)


def position(kind: type, values: Values) -> Shape:
    """A position is its innermost states, by name, in a chart that is bound."""
    from qualify.stages._stored import position_of

    hints = {
        "chart": Map[str],
        "at": datetime,
        "leaves": tuple[str, ...],
        "remembered": tuple[tuple[str, tuple[str, ...]], ...],
        "since": tuple[tuple[str, datetime], ...],
    }
    return shape_of(kind, values, hints=hints, shape=_ChartedShape, build=position_of)


def step(kind: type, values: Values) -> Shape:
    """A step holds what the chart made of the event then, so that reading it steps nothing."""
    from qualify.stages import Event, Position, Refusal, Step, Transition
    from qualify.stages._stored import step_of

    hints = {
        "event": Event,
        "before": Position,
        "after": Position,
        "timeouts": tuple[Step, ...],
        "version": int,
        "taken": tuple[Transition, ...],
        "refusals": tuple[Refusal, ...],
        "left": tuple[str, ...],
        "entered": tuple[str, ...],
    }
    return shape_of(kind, values, hints=hints, build=step_of)


# -- who gets the hours -----------------------------------------------------------------------------


def candidates(kind: type, values: Values) -> Shape:
    """Candidates are columns: what each gains and takes."""
    hints = {
        "subject": Column[Id],
        **dict.fromkeys(("gain", "now", "later"), Column[float]),
        "asked": Column[bool],
        "currency": str,
    }
    return shape_of(kind, values, hints=hints, build=kind.of_columns)  # type: ignore[attr-defined]


def allocation(kind: type, values: Values) -> Shape:
    """An allocation holds who was chosen, so that reading it chooses nobody anew."""
    from qualify.decisions import Candidates, Capacity
    from qualify.decisions._allocation import allocation_of

    hints = {
        "capacity": Capacity,
        "candidates": Candidates,
        "chosen": Column[Id],
        **dict.fromkeys(("price", "value", "bound", "hours"), float),
        **dict.fromkeys(("next", "first"), Id),
    }
    return shape_of(kind, values, hints=hints, build=allocation_of)


def plan(kind: type, values: Values) -> Shape:
    """A plan is an allocation for each owner, and what there is to ask."""
    from qualify.decisions import Allocation
    from qualify.models import Question
    from qualify.playbook._plan import plan_of

    hints = {
        "allocations": tuple[tuple[str | None, Allocation], ...],
        "by": str | None,
        "currency": str,
        "unpriced": int,
        "ids": Column[str],
        "questions": tuple[Question, ...],
        "asked": _WHOLE,
        "free": _WHOLE,
    }
    return shape_of(kind, values, hints=hints, build=plan_of)


# -- many leads ----------------------------------------------------------------------------------------


def cohort(kind: type, values: Values) -> Shape:
    """A cohort is its columns, and the journeys and facts behind its rows."""
    from qualify.cohort import BadRow
    from qualify.cohort import _stored as stored
    from qualify.models import Facts, Vocabulary
    from qualify.stages import Journey

    hints = {
        "ids": Column[str],
        "at": datetime,
        "vocabulary": Vocabulary,
        "topics": Map[Column[Known]],
        "dtypes": Map[str],
        **dict.fromkeys(stored.CODES, Column[int | None]),
        **dict.fromkeys(stored.TEXTS, Column[str | None]),
        **dict.fromkeys(stored.INSTANTS, Column[datetime | None]),
        **dict.fromkeys(stored.NUMBERS, Column[Entry]),
        "heard": Column[tuple[tuple[str, datetime], ...]],
        "surveys": Map[Column[Entry]],
        "bad": Column[BadRow],
        "left_out": Map[int],
        "journeys": Column[Journey],
        "facts": Column[Facts | None],
    }
    made: Callable[..., Any] = kind.from_stored  # type: ignore[attr-defined]
    return shape_of(kind, values, hints=hints, build=made)


def decisions(kind: type, values: Values) -> Shape:
    """Decisions are columns beside the playbook and the cohort."""
    from qualify.cohort import Cohort
    from qualify.models import Action
    from qualify.playbook import Playbook
    from qualify.playbook._many import decisions_of

    hints = {
        "playbook": Playbook,
        "cohort": Cohort,
        "at": datetime,
        "actions": Column[Action],
        **dict.fromkeys(("rows", "columns", "place", "contact"), _WHOLE),
        "regime": Column[str],
        "positions": tuple[tuple[str, ...], ...],
        "quiet": Column[bool],
    }
    return shape_of(kind, values, hints=hints, build=decisions_of)


def diff(kind: type, values: Values) -> Shape:
    """A comparison of playbooks is two tables of decisions, and the rows on which they differ."""
    from qualify.playbook import Decisions
    from qualify.playbook._diff import diff_of

    rows = dict.fromkeys(("rows", "answers", "alike"), _WHOLE)
    return shape_of(kind, values, hints={"before": Decisions, "after": Decisions, **rows}, build=diff_of)


# -- the scorecard ---------------------------------------------------------------------------------------


def scorecard(kind: type, values: Values) -> Shape:
    """A scorecard is its signs; the whole follows from them."""
    from qualify.scorecard import Sign

    return shape_of(kind, values, hints={"signs": tuple[Sign, ...], "withheld": int})


def summary(kind: type, values: Values) -> Shape:
    """A summary is its columns, held against the chart, which is bound."""
    from qualify.metrics import Counts
    from qualify.scorecard._stored import summary_of

    def build(
        chart: Any, selling: str, winning: str, *, events: int, answers: Any,
        places: Any, subjects: Any, maps: Any, won: Any, lost: Any, first: Any, last: Any,
    ) -> Any:  # fmt: skip
        empty = kind.empty(chart, selling=selling, winning=winning)  # type: ignore[attr-defined]
        return summary_of(
            empty, events=events, answers=answers, places=places, subjects=subjects,
            maps=maps, won=won, lost=lost, first=first, last=last,
        )  # fmt: skip

    hints = {
        "chart": Map[str],
        **dict.fromkeys(("selling", "winning"), str),
        "events": int,
        **dict.fromkeys(("places", "subjects"), Column[str]),
        **dict.fromkeys(("maps", "won", "lost"), _TABLE),
        **dict.fromkeys(("first", "last"), _WHOLE),
        "answers": Map[Counts],
    }
    return shape_of(kind, values, hints=hints, shape=_ChartedShape, build=build)
