"""What hosts get for their own tests: contracts that hold, and that find what breaks them."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify.testing as kit
from qualify.criteria import criterion, topic
from qualify.errors import Conflict, ContractError, IdConflict, InputError, InvalidType
from qualify.metrics import Counts, Estimate, nps
from qualify.models import Facts, Lead, Topic, Vocabulary
from qualify.playbooks import saas
from qualify.stages import Chart, Event, Journey, State, Transition
from qualify.testing import (
    CATALOGUE,
    LAWS,
    JourneyMachine,
    MemoryStore,
    assert_deterministic,
    broken_charts,
    broken_json_of,
    charts,
    check_criterion,
    check_playbook,
    check_store,
    criteria,
    journeys,
    replay_diff,
    strategy_of,
    survey_arrays,
)
from qualify.truth import Truth
from qualify.wire import loads

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def run(code: str) -> str:
    """Give what a program prints, warnings being errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout.strip()


# -- the face ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", kit.__all__)
def test_each_public_name_is_there(name):
    """Every name of the face is imported when it is first used."""
    assert getattr(kit, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    """As of any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        kit.no_such_name  # noqa: B018 - looking is the test


def test_without_hypothesis_the_extra_is_named():
    """What needs hypothesis says which extra installs it; the rest works."""
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from qualify.testing import CATALOGUE, MemoryStore, check_store\n"
        "check_store(lambda store=MemoryStore(): store)\n"
        "try: from qualify.testing import leads\n"
        "except ImportError as error: print(type(error).__name__, error)\n"
    )
    assert run(code).startswith("MissingExtra qualify.testing.leads: needs hypothesis")


def test_another_missing_module_is_told_as_it_is(monkeypatch):
    """Only hypothesis is the extra's."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.delitem(sys.modules, "qualify.testing._arrays", raising=False)
    monkeypatch.delitem(kit.__dict__, "counts", raising=False)
    with pytest.raises(ModuleNotFoundError, match="numpy"):
        kit.counts  # noqa: B018 - looking is the test


@pytest.mark.parametrize(
    "first",
    [
        "import hypothesis, qualify.models",
        "import qualify.models, hypothesis",
        "import qualify.testing, hypothesis",
        "from qualify.testing import leads",
    ],
)
def test_from_type_gives_our_values_in_either_order(first):
    """Whoever is imported first; no numpy is loaded for it."""
    code = (
        f"{first}\nimport sys\nfrom hypothesis import strategies as st, find\n"
        "from qualify.models import Lead\n"
        "print(type(find(st.from_type(Lead), lambda _: True)).__name__, 'numpy' in sys.modules)"
    )
    assert "Lead False" == run(code)


def test_a_class_without_a_strategy_is_refused():
    """The classes that have one are named."""
    with pytest.raises(InvalidType, match="Lead"):
        strategy_of(dict)


# -- strategies ---------------------------------------------------------------------------------------


@given(broken_charts())
def test_no_chart_is_made_of_a_broken_one(document):
    """Each is refused with a place."""
    import json

    with pytest.raises(InputError):
        loads(json.dumps({"schema": 1, **document}), Chart)


@given(charts())
def test_a_chart_can_be_started(chart):
    """A chart that is given can be entered."""
    assert chart.start(at=NOON).active


@given(journeys(Chart("quiet", State("a"))))
def test_a_chart_without_events_has_short_journeys(journey):
    """There is nothing to tell."""
    assert 1 == journey.version


@given(survey_arrays(missing=False, min_size=1))
def test_the_layout_of_answers_changes_no_estimate(answers):
    """dtype, byte order, stride and being read-only say nothing."""
    assert nps([int(answer) for answer in answers]) == nps(answers)


@given(strategy_of(Counts), strategy_of(Estimate))
def test_counts_and_estimates_have_strategies(counts, estimate):
    """They are made with numpy, so the entry point leaves them out."""
    assert counts == pickle.loads(pickle.dumps(counts))
    assert estimate.counts is not None


@given(broken_json_of(Journey))
def test_broken_journeys_are_refused(text):
    """A document of any class can be broken."""
    with pytest.raises(InputError):
        loads(text, Journey)


@given(st.data())
def test_events_are_told_under_a_chart_or_under_any(data):
    """Under a chart they are its own, with the answers that it asks for."""
    from qualify.stages import SAAS
    from qualify.testing import events

    told = data.draw(events(SAAS))
    assert told.name in SAAS.events
    assert "go" == data.draw(events(Chart("quiet", State("a")))).name


@settings(max_examples=100)
@given(charts(strict=True))
def test_strict_charts_fit_together(chart):
    """A transition for which order would decide is left out."""
    assert chart == pickle.loads(pickle.dumps(chart))


@given(survey_arrays(min_size=0))
def test_missing_answers_are_nan(answers):
    """They are counted as missing."""
    import numpy as np

    missing = int(np.isnan(answers).sum()) if answers.dtype.kind == "f" else 0
    assert missing == nps(answers).n_missing


@given(kit.mutated(st.just("{}")))
def test_an_empty_document_is_left_empty(text):
    """There is no place to change."""
    assert len(text) < 20


# -- laws ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@settings(max_examples=30)
@given(data=st.data())
def test_a_law_holds(law, data):
    """For values of the classes that it names."""
    made = {"Truth": st.sampled_from(Truth), "Value": strategy_of(Lead), "Criterion": criteria(max_leaves=3)}
    classes = {"Facts": Facts, "Journey": Journey, "Counts": Counts}
    if law.of == ("Counts", "Counts"):
        number = st.integers(0, 9)
        values = [Counts("outcomes", yes=data.draw(number), no=data.draw(number)) for _ in range(2)]
    else:
        values = [data.draw(made[name] if name in made else strategy_of(classes[name])) for name in law.of]
    law(*values)


def test_a_law_that_is_broken_is_told():
    """Its sentence and the values."""
    broken = kit.Law("never", "nothing is itself", ("Truth",), lambda _: False)
    with pytest.raises(ContractError, match=r"never: nothing is itself \(got Truth\.YES\)"):
        broken(Truth.YES)


# -- criteria -------------------------------------------------------------------------------------------


def host(function, **options):
    """Give a function as a criterion."""
    return criterion(**{"uses": ("a",), "version": "1", "name": "mine", **options})(function)


@settings(max_examples=30)
@given(criteria())
def test_every_criterion_of_data_keeps_the_contract(rule):
    """Whatever it is made of."""
    check_criterion(rule)


def test_a_criterion_is_checked_on_given_facts_and_words():
    """On the vocabulary's own values, and on facts of the host."""
    words = Vocabulary(Topic("a", str, values=("x", "y")))
    rule = topic("a").one_of("x")
    check_criterion(rule, vocabulary=words)
    check_criterion(rule, [Facts.of({"a": "x"}, at=NOON), Facts.of({}, at=NOON + timedelta(days=1))])
    check_criterion(topic("a").is_true() & topic("b").within(timedelta(days=3)))


def test_only_a_criterion_is_checked():
    """A function is not one."""
    with pytest.raises(InvalidType, match="Criterion"):
        check_criterion(lambda facts: True)


def test_what_treats_absence_as_no_is_found():
    """`known()` speaks about us: it turns round when a fact is taken away."""
    with pytest.raises(ContractError, match="knowing less"):
        check_criterion(topic("a").known(), [Facts.of({"a": 1}, at=NOON)])


def test_facts_that_no_column_holds_are_judged_one_by_one():
    """A topic of another kind than the constant stands in no column."""
    check_criterion(topic("a") >= 3, [Facts.of({"a": "x"}, at=NOON)])


rng = random.Random(4)
seen: list[object] = []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (host(lambda _: rng.random() < 0.5), "agree"),
        (host(lambda facts: seen.append(facts) or len(seen) % 3 == 0), "agree"),
        (host(lambda _: 1 / 0), "does not fail"),
        (host(lambda _: 7), "does not fail"),
        (host(lambda f: object.__setattr__(f.evidence("a"), "value", 9) is None), "fact"),
        (
            host(lambda f: f["a"] == "x").columns(lambda c: c.truths(topic("a") != "x")),
            "columns and one lead",
        ),
    ],
)
def test_a_broken_criterion_is_found(rule, says):
    """Dice, memory, failures, changed facts, columns of another mind."""
    facts = [Facts.of({"a": value}, at=NOON) for value in ("x", "y", "x", "z", "x")]
    with pytest.raises(ContractError, match=says):
        check_criterion(rule, facts)


# -- playbooks -------------------------------------------------------------------------------------------


def test_the_shipped_playbook_keeps_its_promises():
    """In random lives of a year."""
    check_playbook(saas(), max_examples=25)


def test_a_playbook_that_forgets_is_found():
    """A criterion that answers otherwise each time breaks what is recomputed, or quiet turns."""
    dice = random.Random(5)
    rule = criterion(uses=(), version="1", name="dice")(lambda _: dice.random() < 0.5)
    with pytest.raises(ContractError):
        check_playbook(saas().replace(version="2", criteria={"timely": rule}), max_examples=20)


def test_a_playbook_that_looks_at_the_date_is_found():
    """A function whose answer changes with time has to say until when it holds."""
    rule = criterion(uses=(), version="1", name="odd day")(lambda facts: facts.at.day % 2 == 1)
    with pytest.raises(ContractError, match="check_playbook"):
        check_playbook(saas().replace(version="2", criteria={"timely": rule}), max_examples=200)


# -- stores ------------------------------------------------------------------------------------------------


class Forgetful(MemoryStore):
    """A store that keeps nothing."""

    def append(self, subject, events, *, expect):
        pass


class Careless(MemoryStore):
    """A store that does not look at versions."""

    def append(self, subject, events, *, expect):
        super().append(subject, events, expect=len(self.load(subject)))


class Doubling(MemoryStore):
    """A store that knows no retries."""

    def append(self, subject, events, *, expect):
        rows = self._rows.get(subject, ())
        if len(rows) != expect and not {e.id for e in events} & {e.id for e in rows}:
            raise Conflict(expect, len(rows))
        self._rows[subject] = (*rows, *events)


class Torn(MemoryStore):
    """A store that writes one row after the other."""

    def append(self, subject, events, *, expect):
        for event in events:
            super().append(subject, [event], expect=len(self.load(subject)) if event.id == "b" else expect)
            expect += 1


class Rude(MemoryStore):
    """A store that raises errors of its own."""

    def append(self, subject, events, *, expect):
        try:
            super().append(subject, events, expect=expect)
        except (Conflict, IdConflict) as error:
            raise KeyError("taken") from error


@pytest.mark.parametrize("kind", [Forgetful, Careless, Doubling, Torn, Rude])
def test_a_broken_store_is_found(kind):
    """Each breaks another rule of the contract."""
    store = kind()
    with pytest.raises(ContractError, match="check_store"):
        check_store(lambda: store, races=0)


def test_a_store_that_loses_a_race_is_found():
    """Two writers, of which one's rows are not kept."""

    class Racy(MemoryStore):
        def load(self, subject):
            rows = super().load(subject)
            return rows[:-2] if subject.endswith("races") and len(rows) == 8 else rows

    store = Racy()
    with pytest.raises(ContractError, match="lose and double nothing"):
        check_store(lambda: store, races=2)


def test_the_store_of_memory_keeps_the_contract():
    """It is what others are compared with."""
    store = MemoryStore()
    check_store(lambda: store)
    check_store(lambda: store, races=0, subject="again")


def test_a_writer_that_loses_tries_again():
    """A conflict in the race is no fault."""

    class Busy(MemoryStore):
        calls = 0

        def append(self, subject, events, *, expect):
            if subject.endswith("races"):
                Busy.calls += 1
                if Busy.calls % 3 == 1:
                    raise Conflict(expect, expect + 1)
            super().append(subject, events, expect=expect)

    store = Busy()
    check_store(lambda: store, races=4)


def test_the_store_of_memory_sees_another_writer():
    """Rows that came between looking and writing are a conflict."""

    class Late(dict):
        def setdefault(self, key, rows):
            super().__setitem__(key, (Event("other", NOON),))
            return self[key]

    store = MemoryStore()
    store._rows = Late()
    with pytest.raises(Conflict):
        store.append("x", [Event("mine", NOON)], expect=0)


# -- the machine ---------------------------------------------------------------------------------------------

DESK = Chart(
    "desk", State("new"), State("waiting"), State("solved"),
    transitions=(
        Transition(("new", "waiting"), on="answer", to="waiting"),
        Transition("waiting", on="close", to="solved", when={"agrees": Truth.YES}),
        Transition("waiting", after=timedelta(hours=72), to="solved"),
    ),
)  # fmt: skip


class DeskMachine(JourneyMachine):
    """A chart with questions and deadlines."""

    chart = DESK


class QuietMachine(JourneyMachine):
    """A chart without events."""

    chart = Chart("quiet", State("a"))


TestSaas = JourneyMachine.TestCase
TestDesk = DeskMachine.TestCase
TestQuiet = QuietMachine.TestCase
for _case in (TestSaas, TestDesk, TestQuiet):
    _case.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)


class Lossy(MemoryStore):
    """A store whose readers do not see the newest row."""

    def load(self, subject):
        rows = super().load(subject)
        return rows[:-1] if len(rows) > 3 else rows


class Lax(MemoryStore):
    """A store that appends at any version."""

    def append(self, subject, events, *, expect):
        del expect
        super().append(subject, events, expect=len(self.load(subject)))


@pytest.mark.parametrize("kind", [Lossy, Lax])
def test_the_machine_finds_a_broken_store(kind):
    """A planted fault is found within a few runs."""
    from hypothesis.stateful import run_state_machine_as_test

    class Broken(JourneyMachine):
        def open_store(self):
            if not hasattr(self, "kept"):
                self.kept = kind()
            return self.kept

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Broken, settings=settings(max_examples=100, stateful_step_count=20, deadline=None, database=None)
        )


# -- replays and processes -----------------------------------------------------------------------


def test_charts_that_agree_have_no_difference():
    """Another version with the same meaning tells the same."""
    journey = Journey.start(DESK, "x", at=NOON).record("answer", at=NOON)
    same = Chart("desk", *DESK.states, version="2", transitions=DESK.transitions)
    assert () == replay_diff(same, [journey])


@pytest.mark.parametrize(
    ("new", "active", "says"),
    [
        (Chart("desk", State("new"), State("waiting"), State("solved"), version="2"), None, "unknown event"),
        (Chart("desk", State("other"), version="2"), ("waiting",), "unknown state"),
    ],
)
def test_what_a_new_chart_does_not_know_is_a_difference(new, active, says):
    """An event, or the state in which a running subject was taken in."""
    journey = Journey.start(DESK, "x", at=NOON, active=active).record("answer", at=NOON)
    (found,) = replay_diff(new, [journey])
    assert says in found.after
    assert str(found).startswith("x ")


def test_a_program_that_differs_is_found():
    """Hashes of texts differ by seed; a program that fails is told."""
    with pytest.raises(ContractError, match="prints the same"):
        assert_deterministic("print(hash('a'))")
    with pytest.raises(ContractError, match="ends well"):
        assert_deterministic("raise SystemExit(3)")
    assert "1\n" == assert_deterministic("print(1)", variants=[((), {})])


def test_the_catalogue_is_compact():
    """Ids are in order of their groups, each with a case and what has to happen."""
    assert 253 == len(CATALOGUE)
    assert all(case.case and case.expected for case in CATALOGUE)


def test_every_stored_class_has_a_strategy():
    """By `strategy_of`, and by `st.from_type` without numpy where the room loads none."""
    from qualify.testing import _answers, _results
    from qualify.testing._types import _ANSWERS
    from qualify.wire._registry import TAGS, class_of

    for tag in set(TAGS) - {"HostCriterion"}:
        assert strategy_of(class_of(tag)) is not None, tag
    light = {name for names in _ANSWERS.values() for name in names.split()}
    assert light == {kind.__name__ for kind in _answers.STRATEGIES}
    for kind in (*_answers.STRATEGIES, *_results.STRATEGIES):
        assert kind is not None
        st.from_type(kind).validate()
