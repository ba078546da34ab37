"""A journey is one fold of its events, whatever the order in which they became known."""

from __future__ import annotations

import copy
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import fingerprint, form
from qualify.errors import (
    ChartMismatch,
    Conflict,
    IdConflict,
    InvalidType,
    InvalidValue,
    QualifyError,
    TimeError,
    UnknownName,
)
from qualify.stages import SAAS, Chart, Event, Journey, Override, State, Transition
from qualify.truth import Truth
from reference.stages_scxml import fold
from strategies.stages import T0, charts, histories, journeys

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

TIMED = Chart(
    "timed",
    State("fresh"),
    State("stale"),
    State("done"),
    version="1",
    transitions=(
        Transition("fresh", after=3 * DAY, to="stale"),
        Transition(("fresh", "stale"), on="finish", to="done"),
        Transition("done", on="again", to="fresh"),
    ),
)


def walk(*names, at=T0, chart=SAAS, **start):
    """Give a journey with one event a day."""
    journey = Journey.start(chart, "ana", at=at, **start)
    for i, name in enumerate(names, start=1):
        journey = journey.record(name, at=at + i * DAY)
    return journey


@given(st.data())
def test_a_journey_agrees_with_the_slow_twin(data):
    """Steps, refusals and where she stands equal a fold of all events sorted by when they happened."""
    chart = data.draw(charts())
    told = data.draw(histories(chart))
    journey = Journey.start(chart, "ana", at=T0)
    for name, at, known_at, answers in told:
        journey = journey.record(name, at=at, known_at=known_at, answers=answers)
    twin, taken = fold(chart, T0, told)
    assert twin.active() == journey.position.active
    by_version = {step.version: not step.refused for step in journey.steps}
    assert taken == [by_version[i + 2] for i in range(len(told))]
    later = T0 + timedelta(days=30)
    twin.pass_time(later)
    assert twin.active() == journey.at(later).active


@given(st.data())
def test_replay_equals_the_incremental_fold_for_every_prefix(data):
    """Events read back give the same steps as recording them did, and so does every prefix."""
    chart = data.draw(charts())
    journey = data.draw(journeys(chart))
    for version in range(1, len(journey) + 1):
        prefix = journey.upto(version)
        again = Journey.replay(chart, "ana", journey.events[:version])
        assert prefix.steps == again.steps
        assert prefix == again
        assert prefix.last == again.last
        assert prefix.revised == again.revised
    rest = journey.events[len(journey) // 2 + 1 :]
    assert journey.upto(len(journey) // 2 + 1).add(*rest) == journey
    assert fingerprint(journey) == fingerprint(Journey.replay(chart, "ana", journey.events))


@given(st.data())
def test_what_was_known_is_the_journey_of_that_day(data):
    """`at(t, known_at=k)` is where the journey of instant k would have put her."""
    chart = data.draw(charts())
    journey = data.draw(journeys(chart))
    k = T0 + data.draw(st.integers(0, 30)) * HOUR
    t = T0 + data.draw(st.integers(0, 30)) * HOUR
    rows = [e for e in journey.events if e.known_at <= k]
    assert journey.known(k) == Journey.replay(chart, "ana", rows)
    assert journey.at(t, known_at=k).active == Journey.replay(chart, "ana", rows).at(t).active
    assert journey.known(k).at(t) == Journey.replay(chart, "ana", journey.events).at(t, known_at=k)


@given(st.data())
def test_revised_says_exactly_which_ends_a_late_event_turned(data):
    """Replaying without and with the event gives the same differences as `revised`."""
    chart = data.draw(charts())
    told = data.draw(histories(chart, size=8))
    journey = Journey.start(chart, "ana", at=T0)
    for name, at, known_at, answers in told:
        before = {s.version: s for s in journey.steps}
        journey = journey.record(name, at=at, known_at=known_at, answers=answers)
        now = {s.version: s for s in journey.steps}
        expected = {v: (s.end, now[v].end) for v, s in before.items() if s != now[v] or s.end != now[v].end}
        assert expected == {r.was.version: (r.was.end, r.now.end) for r in journey.revised}


def test_a_late_event_turns_a_step_into_a_refusal_and_record_says_so():
    """She cancelled in March, which we learned in May: the review of April meets nobody."""
    journey = walk("won", "reviewed").record("cancelled", at=T0 + 1.5 * DAY, known_at=T0 + 9 * DAY)
    assert not journey.last.refused
    (revision,) = journey.revised
    assert revision.withdrawn
    assert not revision.revived
    assert "reviewed refused in former" in str(revision)
    assert str(journey.position) == "former, not_asked"


def test_a_late_event_turns_a_refusal_into_a_step_and_record_says_so():
    """The renewal of a customer whose win we had not heard of was refused, and is taken in the end."""
    journey = walk("renewed")
    assert journey.last.refused
    journey = journey.record("won", at=T0 + HOUR, known_at=T0 + 2 * DAY)
    assert [r.revived for r in journey.revised] == [True]
    assert str(journey.revised[0].now) == "renewed stayed in onboarding, not_asked"


def test_events_of_one_instant_keep_their_order_of_arrival():
    """Of two events of one instant the one that arrived first happened first, late ones too."""
    journey = Journey.start(SAAS, "ana", at=T0).record("won", at=T0).record("cancelled", at=T0)
    assert str(journey.position) == "former, not_asked"
    late = walk("sell").record("won", at=T0 + DAY, known_at=T0 + 5 * DAY)
    assert [s.event.name for s in late.steps] == ["started", "sell", "won"]


def test_record_does_not_touch_the_journey_it_grows_from():
    """Two journeys that grow from one keep their own events."""
    base = walk("discover")
    one, two = base.record("sell", at=T0 + 2 * DAY), base.record("nurture", at=T0 + 2 * DAY)
    assert (3, 3, 2) == (len(one), len(two), len(base))
    assert one != two
    assert str(base.position) == "discovery, not_asked"


def test_a_repeated_event_with_its_id_is_the_same_journey():
    """A retry changes nothing, and is the very same value, even at an outdated version."""
    journey = walk("sell").record("won", at=T0 + 2 * DAY, id="w1")
    assert journey.record("won", at=T0 + 2 * DAY, id="w1", expect=2) is journey
    assert Journey.replay(SAAS, "ana", [*journey.events, journey.events[-1]]) == journey


def test_an_id_with_other_content_is_a_conflict():
    """The error names both contents by their fingerprints, and nothing is recorded."""
    journey = walk("sell").record("won", at=T0 + 2 * DAY, id="w1")
    with pytest.raises(IdConflict) as caught:
        journey.record("lost", at=T0 + 2 * DAY, id="w1")
    assert caught.value.stored == fingerprint(journey.events[-1])
    assert len(journey) == 3


def test_ids_are_found_however_many_there_are():
    """The first id of 5,000 is known as well as the last."""
    journey = Journey.start(SAAS, "ana", at=T0, id="e0")
    for i in range(1, 5_000):
        journey = journey.record("nurture", at=T0 + timedelta(minutes=i), id=f"e{i}")
    for i in (1, 17, 2_500, 4_999):
        assert journey.record("nurture", at=T0 + timedelta(minutes=i), known_at=None, id=f"e{i}") is journey
    assert 5_001 == len(journey.record("nurture", at=T0 + DAY * 9, id="new"))


def test_ids_whose_hashes_collide_are_told_apart(monkeypatch):
    """The index of ids does not lean on good hashes."""
    from qualify.stages import _ids

    monkeypatch.setattr(_ids, "hash", lambda _: 7, raising=False)
    ids = _ids.EMPTY
    event = Event("won", T0)
    for i in range(40):
        ids = _ids.add(ids, f"e{i}", event)
    assert all(_ids.find(ids, f"e{i}") is event for i in range(40))
    assert _ids.find(ids, "other") is None


def test_expect_is_the_optimistic_check():
    """A record at the expected version is taken, at any other version it is a conflict."""
    journey = walk("sell")
    assert 3 == len(journey.record("won", at=T0 + 2 * DAY, expect=2))
    for wrong in (0, 1, 3):
        with pytest.raises(Conflict) as caught:
            journey.record("won", at=T0 + 2 * DAY, expect=wrong)
        assert (wrong, 2) == (caught.value.expected, caught.value.actual)
    for odd in (-1, True, 1.0, "2"):
        with pytest.raises((InvalidType, InvalidValue)):
            journey.record("won", at=T0 + 2 * DAY, expect=odd)


def test_since_gives_the_rows_that_are_new():
    """What a store needs: the events after a version, and none beyond."""
    journey = walk("sell", "accepted", "won")
    assert ["accepted", "won"] == [e.name for e in journey.since(2)]
    assert () == journey.since(4)
    assert journey.events == journey.since(0)
    with pytest.raises(InvalidValue):
        journey.since(5)


def test_add_is_one_unit():
    """If one of several events fails, none is taken."""
    journey = walk("sell")
    with pytest.raises(UnknownName):
        journey.add(Event("won", T0 + 2 * DAY), Event("wonn", T0 + 3 * DAY))
    assert 2 == len(journey)
    with pytest.raises(InvalidType):
        journey.add("won")


def test_arrival_is_the_order_of_knowing():
    """An event known before the last one, or before it happens, is an error, in a replay too."""
    journey = walk("sell").record("nurture", at=T0 + DAY, known_at=T0 + 5 * DAY)
    with pytest.raises(TimeError, match="become known"):
        journey.record("won", at=T0 + 4 * DAY)
    with pytest.raises(TimeError, match="become known"):
        Journey.replay(SAAS, "ana", [*journey.events[:2], journey.events[2], journey.events[1]])
    with pytest.raises(TimeError, match="earliest when it happens"):
        journey.record("won", at=T0 + 9 * DAY, known_at=T0 + 8 * DAY)


def test_nothing_happens_before_the_beginning():
    """An instant before the start is an error wherever it is given."""
    journey = walk("sell")
    early = T0 - HOUR
    with pytest.raises(TimeError, match="beginning"):
        journey.record("won", at=early, known_at=T0 + 9 * DAY)
    with pytest.raises(TimeError, match="beginning"):
        journey.at(early)
    with pytest.raises(TimeError, match="beginning"):
        journey.known(early)
    rows = [*journey.events, Event("sell", early, known_at=T0 + 9 * DAY)]
    with pytest.raises(TimeError, match="beginning"):
        Journey.replay(SAAS, "ana", rows)


def test_unknown_events_and_answers_offer_the_nearest():
    """A slip of the pen is an error, not a refusal."""
    with pytest.raises(UnknownName, match="did you mean 'won'"):
        walk("wonn")
    with pytest.raises(UnknownName, match="did you mean 'healthy'"):
        walk().record("reviewed", at=T0, answers={"healty": Truth.YES})
    for wrong in (True, None, "YES", 1):
        with pytest.raises(InvalidType, match="an answer is a Truth"):
            walk().record("reviewed", at=T0, answers={"healthy": wrong})


def test_the_journeys_own_events_are_not_recorded_by_hand():
    """`started`, `restarted` and `merged` have their own ways in."""
    for name in ("started", "restarted", "merged"):
        with pytest.raises(InvalidValue, match="written by the journey itself"):
            walk().record(name, at=T0)
    for journey in (walk(), walk("sell")):
        with pytest.raises(InvalidValue, match="starts once"):
            journey.add(Event("started", T0, known_at=T0 + 9 * DAY, details=walk().events[0].details))
    late = walk("sell").record("nurture", at=T0, known_at=T0 + 5 * DAY)
    with pytest.raises(InvalidValue, match="starts once"):
        Journey.replay(
            SAAS, "ana", [*late.events, Event("started", T0 + 6 * DAY, details=late.events[0].details)]
        )


def test_a_replay_begins_with_started():
    """Rows that begin otherwise, or none at all, are an error."""
    for rows in ([], [Event("won", T0)]):
        with pytest.raises(InvalidValue, match="begins with 'started'"):
            Journey.replay(SAAS, "ana", rows)
    with pytest.raises(InvalidType, match="an Event is needed"):
        Journey.replay(SAAS, "ana", ["won"])
    with pytest.raises(InvalidValue, match="name, version and fingerprint"):
        Journey.replay(SAAS, "ana", [Event("started", T0)])
    with pytest.raises(InvalidType, match="a Chart is needed"):
        Journey.replay("saas", "ana", [])
    with pytest.raises(InvalidType, match=r"Journey\.start"):
        Journey()


def test_a_changed_chart_is_a_mismatch_that_says_what_changed():
    """Replaying under another chart names both, and what differs."""
    journey = walk(chart=Chart("c", State("a"), State("b"), version="1"))
    for other, change in (
        (Chart("c", State("b"), version="2"), "version '1' -> '2'; no state a"),
        (Chart("c", State("a"), version="1"), "a changed chart takes a new version"),
        (Chart("d", State("a"), State("b"), version="1"), "name 'c' -> 'd'"),
    ):
        with pytest.raises(ChartMismatch) as caught:
            Journey.replay(other, "ana", journey.events)
        assert change in str(caught.value)


def test_a_spell_says_what_opened_and_closed_it():
    """An event by its name, a deadline by the word `after`."""
    journey = walk("finish", at=T0, chart=TIMED).upto(1)
    later = journey.record("finish", at=T0 + 5 * DAY)
    (stale,) = later.spells("stale")
    assert ("after", "finish") == (stale.entered_by, stale.left_by)
    (fresh,) = later.spells("fresh")
    assert ("started", "after") == (fresh.entered_by, fresh.left_by)


def test_a_running_customer_is_taken_in():
    """Her spell is truncated, not zero long, and she goes on from where she is."""
    journey = walk("reviewed", active=("healthy", "contactable"))
    assert str(journey.position) == "healthy, contactable"
    (spell,) = journey.spells("healthy")
    assert spell.truncated
    assert spell.open
    assert not walk().spells("engaged")[0].truncated
    assert journey == Journey.replay(SAAS, "ana", journey.events)
    for wrong in (("healthy", "selling"), ("healthy", "at_risk")):
        with pytest.raises(InvalidValue, match="cannot be active together"):
            Journey.start(SAAS, "ana", at=T0, active=wrong)
    with pytest.raises(UnknownName):
        Journey.start(SAAS, "ana", at=T0, active="helthy")


V2 = Chart(
    "timed",
    State("new"),
    State("old"),
    State("done"),
    version="2",
    transitions=(
        Transition("new", after=5 * DAY, to="old"),
        Transition(("new", "old"), on="finish", to="done"),
        Transition("old", on="refresh", to="new"),
    ),
)


def test_a_journey_goes_on_under_a_new_chart():
    """`migrate` maps states by name, keeps running deadlines, and what happened before stays."""
    journey = Journey.start(TIMED, "ana", at=T0)
    moved = journey.migrate(V2, {"fresh": "new", "stale": "old"}, at=T0 + 2 * DAY)
    assert moved.chart is V2
    assert moved.at(T0 + DAY).leaves == ("fresh",)
    assert moved.at(T0 + 4.9 * DAY).leaves == ("new",)
    assert moved.at(T0 + 5 * DAY).leaves == ("old",)
    assert journey.migrate(V2, {"fresh": "new", "stale": "old"}, at=T0 + 3 * DAY).position.leaves == ("old",)
    assert pickle.loads(pickle.dumps(moved)) == moved
    assert moved.charts == (TIMED, V2)


def test_a_state_without_a_successor_is_an_error():
    """A migration never guesses where somebody goes."""
    journey = Journey.start(TIMED, "ana", at=T0)
    with pytest.raises(InvalidValue, match="no place for a state"):
        journey.migrate(V2, at=T0)
    with pytest.raises(UnknownName):
        journey.migrate(V2, {"frsh": "new"}, at=T0)
    with pytest.raises(UnknownName):
        journey.migrate(V2, {"fresh": "nwe"}, at=T0)
    with pytest.raises(TimeError, match="everything that has happened"):
        walk("finish", chart=TIMED).migrate(V2, {"done": "done"}, at=T0, known_at=T0 + 9 * DAY)


def test_a_region_that_is_gone_maps_to_none():
    """A parallel region can be dropped, and a new one begins as usual."""
    alone = Chart(
        "saas",
        State("customer", State("healthy")),
        State("plan", State("monthly")),
        parallel=True,
        version="2",
    )
    journey = walk(active="healthy").migrate(alone, {"not_asked": None}, at=T0)
    assert str(journey.position) == "healthy, monthly"


def test_replay_folds_on_from_the_last_restart():
    """With the new chart alone the steps begin at the restart; with the earlier one they are all there."""
    journey = (
        walk("finish", "again", chart=TIMED)
        .migrate(V2, {"fresh": "new"}, at=T0 + 2 * DAY)
        .record("finish", at=T0 + 3 * DAY)
    )
    alone = Journey.replay(V2, "ana", journey.events)
    assert alone.position == journey.position
    assert alone == journey
    assert ["restarted", "finish"] == [s.event.name for s in alone.steps]
    assert [2, 3, 4, 5] == [
        s.version for s in Journey.replay(V2, "ana", journey.events, earlier=[TIMED]).steps
    ][1:]
    with pytest.raises(ChartMismatch, match="earlier"):
        alone.at(T0 + DAY)
    with pytest.raises(ChartMismatch, match="earlier"):
        str(alone.upto(2).position)
    with pytest.raises(ChartMismatch):
        Journey.replay(TIMED, "ana", journey.events, earlier=[V2])
    assert alone.spells("new")[0].truncated
    assert alone.upto(4).position == journey.upto(4).position


def test_a_late_event_from_before_the_restart():
    """It is folded in under its own chart; without that chart it is refused and moves nothing."""
    moved = walk(chart=TIMED).migrate(V2, {"fresh": "new"}, at=T0 + 2 * DAY)
    row = Event("finish", T0 + DAY, known_at=T0 + 3 * DAY)
    told = moved.add(row)
    assert told.last.moved
    assert told.at(T0 + DAY).leaves == ("done",)
    assert told.position.leaves == ("new",)
    alone = Journey.replay(V2, "ana", moved.events).add(row)
    assert alone.last.refused
    assert "before the restart" in str(alone.last)
    assert alone == told
    assert Journey.replay(V2, "ana", told.events, earlier=[TIMED]).steps == told.steps
    assert Journey.replay(V2, "ana", told.events).steps == alone.steps
    assert alone.upto(3).last == told.upto(3).last or alone.upto(3).last.event == told.upto(3).last.event


def test_a_restart_is_never_late():
    """A restart, or a merger before one, would undo what is known to have happened since."""
    moved = walk(chart=TIMED).migrate(V2, {"fresh": "new"}, at=T0 + 2 * DAY)
    restart = moved.events[-1]
    late = Event("restarted", T0 + DAY, known_at=T0 + 9 * DAY, details=restart.details)
    told = moved.record("finish", at=T0 + 3 * DAY)
    with pytest.raises(TimeError, match="everything that has happened"):
        told.add(late)
    with pytest.raises(TimeError, match="everything that has happened"):
        Journey.replay(V2, "ana", [*told.events, late], earlier=[TIMED])
    with pytest.raises(TimeError, match="last restart"):
        told.merged("bo", at=T0 + DAY, known_at=T0 + 9 * DAY)
    row = Event("merged", T0 + DAY, known_at=T0 + 9 * DAY, details={"into": "bo"})
    with pytest.raises(TimeError, match="last restart"):
        Journey.replay(V2, "ana", [*told.events, row], earlier=[TIMED])
    assert told.merged("bo", at=T0 + 2.5 * DAY, known_at=T0 + 9 * DAY).merged_into == "bo"


def test_nothing_moves_after_a_merger():
    """Later events are refused with the survivor's id, and no deadline goes off."""
    journey = Journey.start(TIMED, "ana", at=T0).merged("bo", at=T0 + DAY)
    later = journey.record("finish", at=T0 + 2 * DAY)
    assert later.last.refused
    assert later.last.refusals[0].into == "bo"
    assert later.last.allowed == ()
    assert later.at(T0 + 9 * DAY).leaves == ("fresh",)
    assert later.merged_into == "bo"
    assert later.dwell(at=T0 + 9 * DAY)["fresh"] == 9 * DAY
    with pytest.raises(InvalidValue, match="does not go on"):
        later.migrate(V2, {"fresh": "new"}, at=T0 + 3 * DAY)
    with pytest.raises(InvalidValue, match="into itself"):
        walk().merged("ana", at=T0)


def test_a_late_event_about_the_time_before_the_merger_is_taken():
    """What happened before the merger still counts."""
    journey = Journey.start(TIMED, "ana", at=T0).merged("bo", at=T0 + DAY)
    told = journey.record("finish", at=T0 + HOUR, known_at=T0 + 5 * DAY)
    assert told.last.moved
    assert told.position.leaves == ("done",)
    assert told.merged_into == "bo"
    assert told == Journey.replay(TIMED, "ana", told.events)
    assert None is told.upto(1).merged_into
    late = walk("won").merged("bo", at=T0 + HOUR, known_at=T0 + 5 * DAY)
    assert late.steps[-1].refused
    assert late == Journey.replay(SAAS, "ana", late.events)
    assert late.steps == Journey.replay(SAAS, "ana", late.events).steps


def test_a_replay_of_late_rows_keeps_the_same_rules():
    """Repeated ids, the order of knowing, and mergers hold for sorted rows as for recorded ones."""
    late = walk("won").record("sell", at=T0 + HOUR, known_at=T0 + 5 * DAY, id="s1")
    rows = [*late.events, late.events[-1]]
    assert late == Journey.replay(SAAS, "ana", rows)
    with pytest.raises(TimeError, match="become known"):
        Journey.replay(SAAS, "ana", [*rows, Event("won", T0 + 3 * DAY)])
    merged = late.merged("bo", at=T0 + 6 * DAY)
    again = walk().migrate(SAAS, at=T0 + 7 * DAY).events[-1]
    for call in (lambda: merged.add(again), lambda: Journey.replay(SAAS, "ana", [*merged.events, again])):
        with pytest.raises(InvalidValue, match="merged into bo"):
            call()


def test_deadlines_go_off_before_an_event_of_their_instant():
    """At the very instant of a deadline the deadline comes first."""
    step = walk(chart=TIMED).record("finish", at=T0 + 3 * DAY).last
    assert str(step) == "after 3 days: moved fresh -> stale; finish moved stale -> done"
    (timeout,) = step.timeouts
    assert timeout.event is None
    assert timeout.at == T0 + 3 * DAY


@given(st.data())
def test_dwell_adds_up(data):
    """The times in the innermost states of one chart without regions add up to the whole time."""
    chart = data.draw(charts())
    journey = data.draw(journeys(chart))
    end = journey.position.at + 5 * HOUR
    dwell = journey.dwell(at=end)
    for state in chart.states:
        if hasattr(state, "parallel") and chart.parallel:
            assert dwell[state.name] == end - T0
    if not chart.parallel:
        assert end - T0 == sum((dwell.get(s.name, timedelta(0)) for s in chart.states), timedelta(0))
    for name in chart.state_names:
        spells = journey.spells(name, at=end)
        assert dwell.get(name, timedelta(0)) == sum((s.lasted(at=end) for s in spells), timedelta(0))
        assert journey.visits(name, at=end) == len(spells)
        assert [s.open for s in spells[-1:]] in ([], [name in journey.at(end).active])
        assert all(s.left is not None for s in spells[:-1])


SAAS_EVENTS = st.lists(st.sampled_from(SAAS.events), max_size=30)


@given(SAAS_EVENTS, st.sampled_from([None, "selling", "healthy", "sales_ready"]))
def test_won_attempts_equal_the_won_events_that_moved(names, active):
    """The law of attempts; every attempt but the last is closed, and they follow one another."""
    journey = walk(*names, active=active)
    attempts = journey.attempts()
    moved = [s for s in journey.steps if s.event.name == "won" and s.moved]
    assert len(moved) == sum(a.won is Truth.YES for a in attempts)
    assert all(a.won is not Truth.UNKNOWN for a in attempts[:-1])
    assert all((a.closed is None) == (a.won is Truth.UNKNOWN) for a in attempts)
    if attempts and attempts[-1].closed is None:
        assert "selling" in journey.position.active


def test_attempts_open_inside_are_truncated_and_a_restart_keeps_them_open():
    """Starting inside truncates; a restart inside does not close, one that leads out is a no."""
    journey = walk(active="selling")
    assert journey.attempts()[0].truncated
    again = Chart(
        "saas",
        State("selling"),
        State("onboarding"),
        State("former"),
        version="2",
        transitions=(
            Transition("selling", on="won", to="onboarding"),
            Transition("onboarding", on="back", to="selling"),
            Transition("onboarding", on="won", to="onboarding"),
        ),
    )
    kept = journey.migrate(again, {"not_asked": None}, at=T0 + DAY).record("won", at=T0 + 2 * DAY)
    (attempt,) = kept.attempts()
    assert (T0, T0 + 2 * DAY, Truth.YES) == (attempt.opened, attempt.closed, attempt.won)
    out = journey.migrate(again, {"selling": "former", "not_asked": None}, at=T0 + DAY)
    assert [Truth.NO] == [a.won for a in out.attempts()]
    assert "restarted" == out.attempts()[0].by
    twice = kept.record("won", at=T0 + 3 * DAY)
    assert [True, True] == [a.won is Truth.YES for a in twice.attempts()]
    assert twice.attempts()[1].opened == twice.attempts()[1].closed
    in_again = walk(active="healthy").migrate(again, {"healthy": "selling", "not_asked": None}, at=T0 + DAY)
    assert in_again.attempts()[0].truncated


def test_a_won_that_leads_back_inside_opens_the_next_attempt():
    """Where `won` re-enters the state, it closes one attempt and opens another."""
    chart = Chart("c", State("selling"), transitions=(Transition("selling", on="won", to="selling"),))
    journey = walk("won", "won", chart=chart)
    assert [Truth.YES, Truth.YES, Truth.UNKNOWN] == [a.won for a in journey.attempts()]


def test_attempts_and_spells_name_what_the_chart_has():
    """Unknown states and events are errors with the nearest names."""
    with pytest.raises(UnknownName, match="selling"):
        walk().attempts(state="sellin")
    with pytest.raises(UnknownName, match="won"):
        walk().attempts(won="wonn")
    with pytest.raises(UnknownName, match="engaged"):
        walk().spells("engagd")


def test_path_tells_where_she_stood_after_each_move():
    """Refusals and stays are not on the path, deadlines are."""
    journey = (
        Journey.start(TIMED, "ana", at=T0).record("again", at=T0 + DAY).record("finish", at=T0 + 4 * DAY)
    )
    assert ["fresh", "stale", "done"] == [str(p) for p in journey.path()]
    assert ["fresh"] == [str(p) for p in journey.path(at=T0 + DAY)]
    assert ["fresh", "stale"] == [str(p) for p in walk(chart=TIMED).path(at=T0 + 3 * DAY)]
    assert ["fresh", "stale"] == [str(p) for p in journey.path(at=T0 + 3.5 * DAY)]


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_an_override_gives_a_reason(reason):
    """A blank one is an error."""
    with pytest.raises(InvalidValue, match=r"Override\.reason: a reason is not blank"):
        Override("tom", reason)


def test_latest_gives_the_newest_step_that_was_not_refused():
    """What a turn asks: the last decision that held, and why it was taken."""
    word = Override("ana", "I know them")
    journey = (
        walk("discover").record("sell", at=T0 + 2 * DAY, because=word).record("renewed", at=T0 + 3 * DAY)
    )
    assert word is journey.latest("sell", "discover", "renewed").event.because
    assert None is journey.latest("won")


def test_a_journey_is_a_value():
    """Equal events under an equal chart are an equal journey; it pickles and copies; its repr is short."""
    journey = walk("sell", "won")
    assert journey == walk("sell", "won")
    assert hash(journey) == hash(walk("sell", "won"))
    assert journey != walk("sell", "lost")
    assert journey != "journey"
    assert journey != walk("sell")
    for other in (pickle.loads(pickle.dumps(journey)), copy.deepcopy(journey), copy.copy(journey)):
        assert other == journey
        assert other.steps == journey.steps
    assert repr(journey) == "<Journey 'ana' under saas 1: 3 events, in onboarding, not_asked>"
    with pytest.raises(AttributeError):
        journey.subject = "bo"


def test_a_long_journey_can_be_held_and_dropped():
    """30,000 events in one chain: no recursion limit is met, and its repr stays short."""
    journey = Journey.start(SAAS, "ana", at=T0)
    for i in range(30_000):
        journey = journey.record("nurture", at=T0 + timedelta(seconds=i))
    assert len(repr(journey)) < 200
    assert 30_001 == len(journey.events) == len(journey.steps)
    assert journey == Journey.replay(SAAS, "ana", journey.events)
    del journey


def test_threads_that_grow_one_journey_do_not_meet():
    """Sixteen threads append to values of one journey: all results equal the serial ones."""
    base = walk("sell")

    def grow(i):
        journey = base
        for k in range(50):
            journey = journey.record(
                "nurture" if (i + k) % 2 else "sell", at=T0 + timedelta(days=2, minutes=k), id=f"{i}-{k}"
            )
        return journey

    with ThreadPoolExecutor(16) as pool:
        assert [grow(i) for i in range(16)] == list(pool.map(grow, range(16)))


def test_record_does_not_grow_with_the_journey():
    """No line of Python runs for each event: as many calls at 2,000 events as at 20."""

    def calls(size):
        journey = Journey.start(SAAS, "ana", at=T0)
        for i in range(size):
            journey = journey.record("nurture", at=T0 + timedelta(minutes=i), id=f"e{i}")
        count = 0

        def trace(_frame, kind, _arg):
            nonlocal count
            count += kind == "line"
            return trace

        outer = sys.gettrace()
        sys.settrace(trace)
        try:
            journey.record("nurture", at=T0 + DAY * 30, id="new")
        finally:
            sys.settrace(outer)
        return count

    assert calls(2_000) <= calls(20) + 60


def test_a_fold_that_a_replay_left_unmade_is_made_once():
    """A prefix of a journey that was replayed with late rows folds when it is asked, and keeps it."""
    late = walk("won").record("sell", at=T0 + HOUR, known_at=T0 + 5 * DAY)
    prefix = Journey.replay(SAAS, "ana", late.events).upto(2)
    assert prefix.position == walk("won").position
    assert prefix.position == prefix.record("renewed", at=T0 + 9 * DAY).upto(2).position
    grown = Journey.replay(SAAS, "ana", late.events).upto(2).record("renewed", at=T0 + 9 * DAY)
    assert str(grown.last) == "renewed stayed in onboarding, not_asked"


def test_instants_are_kept_in_utc():
    """An event told in another zone is the same instant in UTC."""
    zone = datetime(2026, 5, 3, 9, tzinfo=UTC).astimezone().tzinfo
    journey = walk().record("sell", at=datetime(2026, 5, 3, 9, tzinfo=zone))
    assert journey.events[-1].at.tzinfo is not zone or zone is UTC
    with pytest.raises(TimeError, match="time zone"):
        walk().record("sell", at=datetime(2026, 5, 3))  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    ("call", "where", "found"),
    [
        (lambda: Journey.start("saas", "ana", at=T0), "Journey.start", "str"),
        (lambda: Journey.start(SAAS, " ", at=T0), "Journey.subject", "' '"),
        (lambda: Journey.replay("saas", "ana", []), "Journey.replay", "str"),
        (lambda: Journey.replay(SAAS, "ana", []), "Journey.replay", "no event"),
        (lambda: Journey.replay(SAAS, "ana", [Event("won", T0)]), "Journey.replay", "'won'"),
        (lambda: Journey.replay(SAAS, " ", walk().events), "Journey.subject", "' '"),
        (lambda: Journey.replay(SAAS, "ana", ["won"]), "Journey.replay.events[0]", "str"),
        (lambda: Journey.replay(SAAS, "ana", [], earlier=["saas"]), "Journey.replay.earlier", "str"),
        (lambda: walk().migrate("saas", at=T0), "Journey.migrate", "str"),
        (lambda: walk().migrate(SAAS, at=7), "Journey.migrate.at", "int"),
        (lambda: walk().merged(" ", at=T0), "Journey.merged.into", "' '"),
        (lambda: walk().merged("ana", at=T0), "Journey.merged", "ana"),
        (lambda: walk().add(Event("won", T0), "won"), "Journey.add.events[1]", "str"),
        (lambda: walk().known(7), "Journey.known.at", "int"),
        (lambda: walk().at(7), "Journey.at", "int"),
        (lambda: walk().spells("engaged", at=7), "at", "int"),
        (lambda: walk().dwell(at=7), "at", "int"),
        (lambda: walk().spells("engagd"), "Journey('ana')", "'engagd'"),
        (lambda: walk().attempts(won="wonn"), "Journey('ana')", "'wonn'"),
        (lambda: walk().spells("engaged")[0].lasted(at=7), "Spell.lasted.at", "int"),
    ],
)
def test_what_a_journey_cannot_take_names_the_argument(call, where, found):
    """Where it was given, and what was found there."""
    with pytest.raises(QualifyError) as caught:
        call()
    assert (where, found) == (caught.value.where, caught.value.found)


def test_what_was_known_counts_from_the_very_instant():
    """Known at an instant is known from then on; nothing newer is known: the same journey."""
    late = walk("won").record("sell", at=T0, known_at=T0 + 5 * DAY)
    assert [2, 3] == [
        len(late.known(T0 + 5 * DAY - timedelta(microseconds=1))),
        len(late.known(T0 + 5 * DAY)),
    ]
    assert late is late.known(T0 + 9 * DAY)
    assert late is late.upto(3)


def test_a_journey_is_written_by_its_events():
    """The chart stands in the first of them."""
    journey = walk("won")
    assert {"is": "Journey", "subject": "ana", "events": [form(row) for row in journey.events]} == form(
        journey
    )


def test_journeys_differ_by_subject_and_equality_is_a_truth_or_left_to_the_other():
    """The same events of another subject are another journey; what equals everything equals a journey."""
    journey = walk("sell")
    assert True is (journey == journey)  # noqa: PLR0124 - a value equals itself
    assert True is (journey == walk("sell"))
    assert False is (journey == Journey.start(SAAS, "bo", at=T0).record("sell", at=T0 + DAY))
    assert False is (journey == walk("won"))
    assert False is (journey == walk())
    assert journey == mock.ANY


def test_a_journey_under_three_charts_is_pickled_with_all_of_them():
    """Every step of every time is there again."""
    charts = [Chart("c", State("a"), State(f"x{n}"), version=str(n)) for n in range(3)]
    journey = Journey.start(charts[0], "ana", at=T0)
    for n, chart in enumerate(charts[1:], start=1):
        journey = journey.migrate(chart, at=T0 + n * DAY)
    again = pickle.loads(pickle.dumps(journey))
    assert again.steps == journey.steps
    assert tuple(charts) == again.charts
    assert "a" == str(again.at(T0))
