"""What a stranger says of something computed is held against itself: each lie is an InputError."""

from __future__ import annotations

import contextlib
import importlib.util
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as reproduce

from qualify import wire
from qualify.cohort import Cohort
from qualify.decisions import Candidates, Choice
from qualify.errors import InputError, InvalidType, InvalidValue
from qualify.metrics import Concordance, LifeTable, close_curve, nps
from qualify.metrics._counts import whole_numbers
from qualify.models import Action
from qualify.scorecard import Scorecard, Target
from qualify.stages import SAAS, Chart, Event, History, Journey, Position, State, Transition
from qualify.testing import strategy_of
from qualify.truth import NO, YES, Truth
from qualify.wire._registry import class_of

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
_spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)
VALUES = make.values()
USING = [make.chart(), make.regulated, make.results.broken]
ALLOCATION = json.loads(wire.dumps(VALUES["allocation"]))
DESK = Chart(
    "d",
    State("one", State("a"), State("both", State("p", State("p1"), State("p2")), State("q"), parallel=True),
          History("flat"), History("deep", deep=True)),
    State("two"),
    transitions=(Transition("one", on="go", to="two"), Transition("two", on="back", to="deep"),
                 Transition("two", on="flat", to="flat"), Transition("a", on="in", to="both"),
                 Transition("p1", on="next", to="p2"), Transition("two", after=timedelta(days=1), to="one")),
)  # fmt: skip


def document(name):
    """Give the document of a golden value."""
    return json.loads(wire.dumps(VALUES[name]))


def refused(document, **options):
    """Give the first error with which a document is refused."""
    with pytest.raises(InputError) as caught:
        wire.loads(json.dumps(document), object, using=[*USING, DESK], **options)
    return caught.value


@pytest.mark.parametrize(
    ("name", "change", "path"),
    [
        ("position", {"leaves": ["new"]}, "$.leaves"),
        ("position", {"leaves": ["new", "waiting", "green"]}, "$.leaves"),
        ("position", {"leaves": ["work", "green"]}, "$.leaves"),
        ("position", {"leaves": ["nowhere", "green"]}, "$.leaves"),
        ("position", {"leaves": ["new", "work", "green"]}, "$.leaves"),
        ("position", {"leaves": ["before", "green"]}, "$.leaves"),
        ("position", {"remembered": [["before", ["new"]], ["before", ["new"]]]}, "$.remembered"),
        ("position", {"remembered": [["work", ["new"]]]}, "$.remembered"),
        ("position", {"remembered": [["before", ["green"]]]}, "$.remembered"),
        ("position", {"remembered": [["before", ["new", "waiting"]]]}, "$.remembered"),
        ("position", {"remembered": [["nowhere", ["new"]]]}, "$.remembered"),
        ("position", {"remembered": [["before", ["nowhere"]]]}, "$.remembered"),
        ("position", {"since": []}, "$.since"),
        ("position", {"since": [["nowhere", "2026-05-03T12:00:00+00:00"]]}, "$.since"),
        ("position", {"chart": {"name": "desk"}}, "$.chart"),
        ("position", {"chart": {"name": "x", "version": "1", "fingerprint": "x"}}, "$.chart.name"),
        ("position", {"chart": {"name": "desk", "version": "1", "fingerprint": "x"}}, "$.chart.fingerprint"),
        ("step", {"event": None}, "$.event"),
        ("life_table", {"times": [5, 3, 1]}, "$"),
        ("life_table", {"times": [10, 5, 1, 0, -1]}, "$.times"),
        ("life_table", {"censored": [-1, 0, 0, 0, 0]}, "$.censored"),
        ("life_table", {"events": [[1], [1, 2]]}, "$.events"),
        ("life_table", {"started": -1}, "$.started"),
        ("life_table", {"squares": [[1.0]]}, "$.squares"),
        ("life_table", {"started": {"$int": "9" * 30}}, "$.started"),
        ("transitions", {"moves": [[1]]}, "$.moves"),
        ("transitions", {"moves": [[1, 2], [3]]}, "$.moves"),
        ("transitions", {"moves": [[1, 2], [3, -1]]}, "$.moves"),
        ("transitions", {"moves": [[1, 2], [3, {"$int": "9223372036854775808"}]]}, "$.moves"),
        ("streaks", {"longest": [1]}, "$.longest"),
        ("concordance", {"table": [[1, 2]]}, "$.table"),
        ("candidates", {"subject": [1, 1]}, "$.subject"),
        ("candidates", {"gain": [1.0]}, "$.gain"),
        ("candidates", {"asked": [True]}, "$.asked"),
        ("allocation", {"chosen": ["ana", "nobody"]}, "$.chosen"),
        ("allocation", {"chosen": ["ana", "ana"]}, "$.chosen"),
        ("allocation", {"next": "nobody"}, "$.next"),
        ("allocation", {"price": {"$float": "Infinity"}}, "$.price"),
        ("plan", {"asked": [0]}, "$.asked"),
        ("plan", {"asked": [7, 7]}, "$.asked"),
        ("plan", {"free": [9]}, "$.free"),
        ("plan", {"asked": [-1, -1]}, "$.free"),
        ("plan", {"allocations": [["lea", {k: v for k, v in ALLOCATION.items() if k != "schema"}]]},
         "$.allocations[0]"),
        ("decisions", {"rows": [5, 0, 0]}, "$.rows"),
        ("decisions", {"rows": [1]}, "$.rows"),
        ("decisions", {"place": [7, 0, 0]}, "$.place"),
        ("decisions", {"regime": ["none", "none", "none"]}, "$.regime"),
        ("decisions", {"contact": [2, 0, 0]}, "$.contact"),
        ("diff", {"rows": [9]}, "$.rows"),
        ("cohort", {"outcome": [7, 1]}, "$.outcome"),
        ("cohort", {"dtypes": {"none": "float64"}}, "$.dtypes"),
        ("cohort", {"dtypes": {"budget": "object2"}}, "$.dtypes.budget"),
        ("cohort", {"dtypes": {"budget": "float64"}}, "$.topics.budget"),
        ("cohort", {"dtypes": {"budget": "bool"}}, "$.topics.budget"),
        ("cohort", {"topics": {"budget": [1.5, 2]}, "dtypes": {"budget": "int64"}}, "$.topics.budget"),
        ("cohort", {"facts": [None]}, "$.facts"),
        ("cohort", {"closed": ["2026-05-01", None]}, "$.closed[0]"),
        ("binding", {"closed": {"is": "Field", "column": "c", "hour": "25:00:00"}}, "$.closed.hour"),
        ("binding", {"closed": {"is": "Field", "column": "c", "hour": "noon"}}, "$.closed.hour"),
        ("summary", {"places": ["nowhere"]}, "$.places"),
        ("summary", {"subjects": ["bo", "ana"]}, "$.subjects"),
        ("summary", {"answers": {}}, "$.answers"),
        ("summary", {"first": [1]}, "$.first"),
        ("summary", {"first": [1, {"$int": "9223372036854775807"}]}, "$.first"),
        ("summary", {"selling": "nowhere"}, "$.selling"),
        ("counts", {"of": None}, "$.of"),
        ("estimate", {"value": {"$int": "9" * 400}}, "$.value"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_at_its_place(name, change, path):
    """Types are right, and the value would still be none."""
    error = refused({**document(name), **change})
    assert path == error.path, str(error)


def test_a_piece_ends_in_one_of_the_places():
    """A map of a summary names a configuration of the chart."""
    told = document("summary")
    told["maps"][0][0] = 60_000
    assert "$.maps" == refused(told).path


def test_a_summary_is_read_whatever_the_order_of_its_places():
    """Places are told in words, so another release may number them otherwise."""
    told = document("summary")
    order = list(range(len(told["places"])))[::-1]
    told["places"] = told["places"][::-1]
    for name in ("maps", "won", "lost"):
        told[name] = [[row[i] for i in order] for row in told[name]]
    told["maps"] = [[order[end] for end in row] for row in told["maps"]]
    assert VALUES["summary"] == wire.loads(json.dumps(told), object)


def test_a_summary_of_a_chart_with_deadlines_comes_back():
    """Its pieces do not compose, and stand in one place."""
    told = {"subject": ["x"], "event": ["go"], "at": ["2026-05-01T09:00Z"]}
    summary = class_of("Summary").of(told, DESK, selling="a", winning="go")
    assert summary == wire.loads(wire.dumps(summary), object, using=[DESK])


def test_an_owner_has_one_list():
    """Two allocations of one owner are no plan."""
    told = document("plan")
    told["allocations"] *= 2
    assert "$.allocations" == refused(told).path


def test_two_playbooks_decide_about_the_same_leads():
    """A comparison of unlike tables is none."""
    told, few = document("diff"), wire.loads(json.dumps(document("diff")), object).before
    leads = few.cohort[:2]
    told["after"] = json.loads(wire.dumps(few.playbook.decisions(leads)))
    told["after"].pop("schema")
    assert "$.after" == refused(told).path


def test_a_position_with_all_that_it_can_remember_comes_back():
    """Histories, shallow and deep, of nested and of parallel states."""
    journey = Journey.start(DESK, "x", at=NOON)
    for name in ("in", "next", "go"):
        journey = journey.record(name, at=NOON)
    position = journey.position
    read = wire.loads(wire.dumps(position), Position, using=[DESK])
    assert position == read
    assert DESK.step(position, "back", at=NOON).after == DESK.step(read, "back", at=NOON).after
    told = json.loads(wire.dumps(position))
    for remembered in (
        [["deep", ["both"]]], [["deep", ["p1"]]], [["flat", ["p1"]]], [["flat", ["one"]]], [["deep", []]],
    ):  # fmt: skip
        assert "$.remembered" == refused({**told, "remembered": remembered}).path


def test_a_step_without_an_event_takes_a_deadline():
    """What has no event and no deadline is no step of a chart."""
    told = json.loads(wire.dumps(DESK.step(DESK.start(at=NOON), "go", at=NOON)))
    del told["event"]
    assert "$.taken" == refused(told).path
    late = DESK.step(DESK.start(at=NOON, active="two"), "go", at=NOON + timedelta(days=2))
    assert late == wire.loads(wire.dumps(late), object, using=[DESK])
    told = json.loads(wire.dumps(late))
    told["timeouts"][0].pop("taken")
    assert "$.timeouts[0]" == refused(told).path


def test_a_deadline_may_be_followed_by_what_needs_no_event():
    """Only the first transition of a step without an event has to be a deadline."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("end"),
        transitions=(
            Transition("a", after=timedelta(days=1), to="b"),
            Transition("b", to="end"),
            Transition("end", on="go"),
        ),
    )
    step = chart.step(chart.start(at=NOON), "go", at=NOON + timedelta(days=2))
    assert ["a", "b"] == [one.source[0] for one in step.timeouts[0].taken]
    assert step == wire.loads(wire.dumps(step), object, using=[chart])


def test_steps_differ_by_what_the_chart_made_of_the_event():
    """The same event from and to the same place may have been taken, or refused."""
    chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go"),), version="1")
    taken = chart.step(chart.start(at=NOON), "go", at=NOON)
    told = json.loads(wire.dumps(taken))
    told.pop("taken")
    told["refusals"] = [{"is": "Refusal", "into": "bo"}]
    other = wire.loads(json.dumps(told), object, using=[chart])
    assert (taken.before, taken.after, taken.event) == (other.before, other.after, other.event)
    assert taken != other
    assert taken._move != "a move"
    assert hash(taken) == hash(chart.step(chart.start(at=NOON), "go", at=NOON))


def test_a_row_of_the_decisions_is_read_by_name():
    """Codes are places in tables that may change; what is stored are names."""
    told = document("decisions")
    assert {"SELL", "DISCOVER", "NURTURE", "DISQUALIFY", "SERVE"} >= set(told["actions"])
    assert {"prospect"} == set(told["regime"])
    assert VALUES["decisions"] != "decisions"


def test_a_column_that_json_cannot_say_is_not_written():
    """Complex numbers are no plain values."""
    with pytest.raises(InvalidType, match="plain values"):
        wire.dumps(Cohort(["a"], topics={"z": np.array([1j])}))


@pytest.mark.parametrize(
    "column",
    [
        np.ma.MaskedArray([1.0, 2.0], mask=[True, False]),
        (float("nan"), 1),
        np.array([{"a": 1}, None], object)[::-1][:0].tolist() or (None, "x"),
        np.array(["a", "bcd"]),
        np.array([1, 2], "timedelta64[h]"),
        np.array(["x", None], object),
    ],
    ids=["masked", "nan", "none", "text", "times", "objects"],
)
def test_topics_of_every_kind_come_back(column):
    """A masked entry, NaN and None are not known; arrays keep their type."""
    leads = Cohort(["a", "b"], topics={"one": column}, owner=np.array(["lea", "bo"]))
    read = wire.loads(wire.dumps(leads), Cohort)
    assert leads == read
    assert wire.dumps(leads) == wire.dumps(read)
    assert leads != Cohort(["a", "b"], topics={"one": (7, 8)}, owner=np.array(["lea", "bo"]))


def test_a_life_table_of_lists_has_rows_of_one_length():
    """What comes as lists is checked; what this library has counted is not looked at again."""
    table = LifeTable.of([2, 3, 3, 5], [1, 0, 1, 0], ("cancelled",))
    assert table == LifeTable(**table.to_dict())
    with pytest.raises(InvalidValue, match="one length"):
        LifeTable(**{**table.to_dict(), "events": [[1], [1, 2]]})


def test_a_curve_made_again_of_its_own_fields_says_its_reason_once():
    """The reason that the counts give is in what was stored already."""
    curve = close_curve([], [])
    read = wire.loads(wire.dumps(curve), object)
    assert (curve, curve.reason) == (read, read.reason)


@pytest.mark.parametrize("values", [[[1, 2], [3]], [["a"]], [[1.5]], [[-1]], np.array([[-1]])])
def test_whole_numbers_are_whole_and_of_one_shape(values):
    """Ragged rows, text, parts and negative numbers are none."""
    with pytest.raises(InvalidValue, match="1 x 1"):
        whole_numbers(values, (1, 1), "here")
    assert (0, 0) == whole_numbers([], (0, 0), "here").shape


def test_labels_keep_their_types():
    """Groups named by truths, instants or dates are named so again; what is no plain value stands as text."""
    both = Concordance(labels=(NO, YES), table=[[1, 0], [0, 1]], n_missing=0, confidence_level=0.95)
    assert both == wire.loads(wire.dumps(both), Concordance)
    grouped = nps([10, 3], by=np.array(["2026-05-03"] * 2, "datetime64[D]"))
    assert grouped == wire.loads(wire.dumps(grouped), object)
    assert '"labels":["(1+0j)"]' in wire.dumps(class_of("Counts")("x", labels=[1 + 0j], n=[1]))
    endless = class_of("Counts")("x", labels=[float("inf")], n=[1])
    assert endless == wire.loads(wire.dumps(endless), object)


def test_numbers_of_a_choice_are_floats():
    """Equal choices have equal fingerprints, also where hours are whole."""
    assert wire.dumps(Choice("a", Action.SELL, 1, 2)) == wire.dumps(Choice("a", Action.SELL, 1.0, 2.0))


def test_candidates_are_equal_by_their_columns():
    """And allocations whatever order the candidates came in."""
    columns = {"gain": [1.0, 2.0], "now": [1.0, 2.0], "currency": "EUR"}
    one, other = Candidates.of_columns(["a", "b"], **columns), Candidates.of_columns(["a", "c"], **columns)
    assert one == Candidates.of_columns(["a", "b"], **columns, later=[0.0, 0.0], asked=[False, False])
    assert one != other
    assert one != "candidates"
    assert VALUES["allocation"] != "an allocation"


def test_a_target_within_rounding_of_the_value_needs_no_number_of_answers():
    """A gap so small that its square is none is too close for any number to tell."""
    answers = nps([10, 9, 8, 0])
    card = Scorecard.of({"nps": Target(float(np.nextafter(answers.value, 100)))}, nps=answers)
    assert "too close" in card.signs[0].reason
    assert Truth.UNKNOWN is card.truth


def test_an_event_of_a_step_says_what_it_is():
    """A step's event is an event."""
    told = document("step")
    assert "$.event.is" == refused({**told, "event": {"is": "Lead"}}).path
    assert Event("x", NOON) == wire.loads(wire.dumps(Event("x", NOON)), Event)
    assert SAAS.fingerprint in wire.dumps(SAAS.start(at=NOON))


def test_a_journey_that_names_no_chart_is_refused_at_its_events():
    """Its first event says under which chart it was told; the default chart cannot be meant."""
    told = json.loads(wire.dumps(Journey.start(SAAS, "ana", at=NOON)))
    del told["events"][0]["details"]["fingerprint"]
    assert refused(told).path.startswith("$.events")


@pytest.mark.parametrize("seed", range(8))
def test_cohorts_of_every_make_come_back(seed):
    """Of tables, of journeys, and of columns of many types."""

    @reproduce(seed)
    @settings(max_examples=3, database=None, suppress_health_check=list(HealthCheck), derandomize=False)
    @given(strategy_of(Cohort))
    def comes_back(leads):
        assert leads == wire.loads(wire.dumps(leads), Cohort)

    comes_back()


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_field_that_is_left_out_never_ends_in_another_error(name):
    """Each field of each kind of value is left out once: the rest is a value, or an InputError."""
    written = json.loads(wire.dumps(VALUES[name]))
    for field in written:
        rest = {key: part for key, part in written.items() if key != field}
        with contextlib.suppress(InputError):
            wire.loads(json.dumps(rest), object, using=USING)


def test_a_label_is_one_plain_value():
    """A list names no group."""
    counts = {"is": "Counts", "of": "outcomes", "labels": [["a", "b"]], "yes": [1], "no": [2]}
    written = json.dumps({**counts, "schema": 1})
    with pytest.raises(InputError, match="one plain value"):
        wire.loads(written, object)
