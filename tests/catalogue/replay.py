"""R: the same history gives the same answer, always."""

from __future__ import annotations

import ast
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

import qualify
from qualify import wire
from qualify._canonical import fingerprint
from qualify._maps import Map
from qualify.criteria import topic
from qualify.decisions import Candidate, Capacity, Economics, allocate
from qualify.errors import ChartMismatch, UpcastError
from qualify.metrics import nps
from qualify.models import Evidence, Facts, Lead
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.testing import LAWS, VARIANTS, assert_deterministic, journeys, replay_diff
from qualify.truth import Truth
from qualify.wire._versions import STEPS, upcast
from reference.catalogue import DAY, NOON, lead, proves, refused

PROGRAM = """
from datetime import datetime, timedelta, timezone
from qualify import wire
from qualify._canonical import fingerprint
from qualify.models import Evidence, Facts, Lead
from qualify.playbooks import saas
from qualify.stages import Journey
noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
playbook, lead = saas(), Lead("ana").learn(Evidence("need", "Übung", at=noon, source="call"))
journey = Journey.start(playbook.chart, "ana", at=noon)
for day in range(40):
    at = noon + timedelta(days=day)
    if day % 7 == 3:
        lead = lead.learn(Evidence("fit", day % 5 + 1, at=at), Evidence("timing", "this month", at=at))
    journey = playbook.turn(journey, lead, at=at).journey
print(playbook.fingerprint, fingerprint(lead), fingerprint(journey), journey.position)
print(wire.dumps(Facts.of({"b": 1, "a": 2}, at=noon)))
print(playbook.criteria["meaningful"].judge(lead.facts(at=noon)).reason)
"""


@proves("R01")
def every_prefix() -> None:
    """The replay of each part is the journey at that version."""
    laws = [law for law in LAWS if law.of == ("Journey",)]
    assert 3 == len(laws)

    @settings(max_examples=40)
    @given(journeys())
    def holds(journey):
        for law in laws:
            law(journey)

    holds()


@proves("R02", "R03")
def another_process() -> None:
    """Hash seeds, -O, -OO, development mode, zones and locales change no byte."""
    assert 3 == len(assert_deterministic(PROGRAM, variants=VARIANTS).splitlines())


@proves("R04")
def order_of_sets() -> None:
    """What has no order is written sorted: disputed topics, answers, mappings."""
    facts = [
        Facts(at=NOON, disputed=frozenset(names))
        for names in (("b", "a", "c"), ("c", "b", "a"), ("a", "c", "b"))
    ]
    assert 1 == len({wire.dumps(one) for one in facts})
    assert '["a","b","c"]' in wire.dumps(facts[0])


@proves("R05")
def order_of_keys() -> None:
    """A mapping in another order has the same fingerprint."""
    assert fingerprint(Map({"a": 1, "b": 2})) == fingerprint(Map({"b": 2, "a": 1}))


@proves("R06")
def order_of_a_sum() -> None:
    """Counts are whole numbers; sums of weights are exact, whatever the order."""
    rng = random.Random(1)
    answers = [rng.randrange(11) for _ in range(2_000)]
    weights = [rng.random() * 10 ** rng.randrange(8) for _ in answers]
    order = list(range(len(answers)))
    rng.shuffle(order)
    first = nps(answers, weights=weights)
    second = nps([answers[i] for i in order], weights=[weights[i] for i in order])
    assert abs(first.value - second.value) <= 1e-12 * abs(first.value)
    assert nps(answers) == nps([answers[i] for i in order])


@proves("R07")
def columns_and_one_by_one() -> None:
    """A compiled chart on columns ends where each journey ends."""
    import numpy as np

    rng = random.Random(3)
    compiled = SAAS.compile()
    names = ["discover", "nurture", "sell", "accepted", "won", "cancelled"]
    subjects, told, ats = [], [], []
    for subject in range(30):
        for i in range(rng.randrange(1, 9)):
            subjects.append(f"s{subject}")
            told.append(rng.choice(names))
            ats.append(NOON + timedelta(hours=i + 1))
    replayed = compiled.replay(
        np.array(subjects), np.array(told), np.array([at.replace(tzinfo=None) for at in ats], "M8[us]")
    )
    assert len(subjects) == len(replayed.states)


@proves("R08")
def another_chart() -> None:
    """Both are named, and what may be done about it."""
    journey = Journey.start(Chart("c", State("a")), "x", at=NOON)
    with pytest.raises(ChartMismatch) as caught:
        Journey.replay(Chart("c", State("b"), version="2"), "x", journey.events)
    assert "c 1" in caught.value.stored
    assert "c 2" in caught.value.given
    assert "migrate" in str(caught.value)


OLD = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
BETTER = Chart(
    "c", State("a"), State("better"), version="2", transitions=(Transition("a", on="go", to="better"),)
)


@proves("R09", "R10")
def state_renamed_or_removed() -> None:
    """A mapping says what becomes of it; without one it is an error that names the state."""
    journey = Journey.start(OLD, "x", at=NOON).record("go", at=NOON)
    assert ("better",) == journey.migrate(BETTER, {"b": "better"}, at=NOON + DAY).position.leaves
    with pytest.raises(qualify.errors.QualifyError, match="b"):
        journey.migrate(BETTER, at=NOON + DAY)


@proves("R11")
def transition_removed() -> None:
    """The journey replays under its own chart; `replay_diff` names the event that the new one does not take."""
    journey = Journey.start(OLD, "x", at=NOON).record("go", at=NOON)
    (found,) = replay_diff(Chart("c", State("a"), State("b"), version="2"), [journey])
    assert ("x", 2, "go") == (found.subject, found.version, found.event)
    assert journey == Journey.replay(OLD, "x", journey.events)


@proves("R12")
def guard_changed() -> None:
    """The recorded outcome stays; what the new guard would have said is a difference."""
    open_door = Transition("a", on="go", to="b", when={"ready": (Truth.YES, Truth.UNKNOWN)})
    closed = Transition("a", on="go", to="b", when={"ready": Truth.YES})
    old = Chart("c", State("a"), State("b"), transitions=(open_door,))
    new = Chart("c", State("a"), State("b"), version="2", transitions=(closed,))
    journey = Journey.start(old, "x", at=NOON).record("go", at=NOON, answers={"ready": Truth.UNKNOWN})
    (found,) = replay_diff(new, [journey])
    assert "moved to b" == found.before
    assert found.after.startswith("refused")
    assert ("b",) == journey.position.leaves


@proves("R13")
def new_required_field() -> None:
    """An upcaster fills it, or the load names the field."""
    assert "$.id" == refused(lead()).path
    assert {"id": "a"} == upcast({"schema": 1}, steps=(lambda document: {**document, "id": "a"},))


@proves("R14")
def upcaster_that_fails() -> None:
    """The versions are named; the document itself is not touched."""
    document = {"schema": 1, "id": "a"}
    for step in (lambda d: d.pop("none"), lambda d: None, lambda d: [d]):
        with pytest.raises(UpcastError, match="schema 1 to 2"):
            upcast(document, steps=(step,))
    assert {"schema": 1, "id": "a"} == document


@proves("R15", "R16")
def upcasters_with_a_gap() -> None:
    """Steps stand in one row without names: there can be no gap, and one step sees one document."""
    assert isinstance(STEPS, tuple)
    assert len(STEPS) + 1 == wire.SCHEMA
    rows = [{"schema": 1, "id": str(i)} for i in range(3)]
    assert ["0", "1", "2"] == [upcast(row, steps=(dict,))["id"] for row in rows]


@proves("R17")
def golden_files() -> None:
    """They are kept for each release, and read by `tests/golden/`."""
    folder = Path(__file__).resolve().parent.parent / "golden"
    assert (folder / "0.1.0" / "manifest.json").is_file()


@proves("R18", "R20")
def criteria_changed() -> None:
    """A decision cites the playbook that made it; its reasons are data, and text is not compared."""
    playbook = saas()
    journey = playbook.turn(Journey.start(SAAS, "ana", at=NOON), Lead("ana"), at=NOON).journey
    changed = playbook.replace(version="2", criteria={"timely": topic("timing") == "this month"})
    later = changed.turn(
        journey, Lead("ana").learn(Evidence("timing", "this month", at=NOON + DAY)), at=NOON + DAY
    )
    cited = [event.because.playbook for event in later.journey.events if event.because is not None]
    assert playbook.citation == cited[0]
    assert later.journey.events[1].because.same_as(journey.events[1].because)
    written = json.loads(wire.dumps(journey.events[1]))["because"]
    assert "reason" not in written
    assert {"answers", "missing", "playbook"} <= set(written)


@proves("R19")
def clock_in_the_core() -> None:
    """No file of the core imports a clock or a source of chance."""
    root = Path(qualify.__file__).parent
    banned = {"time", "random", "uuid", "os", "socket", "secrets"}
    for path in root.rglob("*.py"):
        if "testing" in path.parts or path.name == "__main__.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            module = (
                [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            )
            assert not banned & {name.split(".")[0] for name in (*names, *module)}, path


@proves("R21")
def another_capacity() -> None:
    """A decision does not depend on the day's hours; what does is a plan, which holds its inputs."""
    playbook, lead_ = saas(), Lead("ana").learn(Evidence("fit", 4, at=NOON))
    turn = playbook.turn(Journey.start(SAAS, "ana", at=NOON), lead_, at=NOON)
    assert Truth.YES is playbook.recompute(turn.journey, lead_, version=turn.journey.version).agrees


@proves("R22")
def ties() -> None:
    """Equal candidates are ordered by their ids: the order of the list says nothing."""
    money = Economics(monthly_margin=100, monthly_churn=0.05, acquisition_cost=500, currency="EUR")
    desk = [Candidate(f"s{i}", win=0.4, hours=4, economics=money) for i in range(6)]
    plans = {str(allocate(order, Capacity(hours=10))) for order in (desk, desk[::-1], desk[3:] + desk[:3])}
    assert 1 == len(plans)
