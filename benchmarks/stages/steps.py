"""What one step costs, beside what others charge: bare, with a `Step`, and recorded in a journey.

Run it with `python benchmarks/stages/steps.py [ROUNDS]`. All machines go round one ring of three states, a
few hundred rounds each in turn in one process; the least processor time of each counts.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from time import process_time

import attrs

from qualify.stages import SAAS, Chart, Event, Journey, State, Transition

EVENTS = ("send", "pay", "reopen")
RING = (("draft", "send", "sent"), ("sent", "pay", "paid"), ("paid", "reopen", "draft"))
T0 = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = 300  # in one turn, so that a turn fits between two interruptions
CHART = Chart(
    "invoice", *(State(s) for s, _, _ in RING), transitions=[Transition(s, on=e, to=t) for s, e, t in RING]
)
COMPILED = CHART.compile()


@attrs.frozen
class Lead:
    """What a hand-written machine keeps: where it stands."""

    state: str
    by: str


@attrs.frozen
class Row:
    """The hand-written twin of an event, with as many fields."""

    name: str
    at: datetime
    known_at: datetime
    answers: dict
    details: dict
    by: str | None = None
    id: str | None = None
    because: object = None


@attrs.frozen
class Record:
    """The hand-written twin of a journey: a subject, where it stands, a chain of rows and their steps."""

    subject: str
    state: Lead
    version: int
    rows: tuple
    steps: tuple


TABLE = {(s, e): t for s, e, t in RING}
NOTHING: dict = {}


def hand_lookup(n):
    """Look a frozen value's state up in a dict."""
    lead = Lead("draft", "ana")
    for _ in range(n // 3):
        lead = Lead(TABLE[lead.state, "send"], "ana")
        lead = Lead(TABLE[lead.state, "pay"], "ana")
        lead = Lead(TABLE[lead.state, "reopen"], "ana")


def ours_bare(n):
    """Take compiled transitions."""
    following = COMPILED.next
    state = 0
    for _ in range(n // 3):
        state = following(state, "send")
        state = following(state, "pay")
        state = following(state, "reopen")


def ours_step(n):
    """Take steps that say what happened."""
    step, position = CHART.step, CHART.start(at=T0)
    for _ in range(n // 3):
        position = step(position, "send", at=T0).after
        position = step(position, "pay", at=T0).after
        position = step(position, "reopen", at=T0).after


def ours_journey(n):
    """Record events."""
    journey = Journey.start(CHART, "ana", at=T0)
    for _ in range(n // 3):
        journey = journey.record("send", at=T0)
        journey = journey.record("pay", at=T0)
        journey = journey.record("reopen", at=T0)


def hand_journey(n):
    """Take what `record` takes, check what must be checked, look the state up, and grow two chains."""
    journey = Record("ana", Lead("draft", "ana"), 0, (), ())

    def record(
        journey,
        name,
        *,
        at,
        known_at=None,
        answers=None,
        details=None,
        by=None,
        id=None,
        because=None,
        expect=None,
    ):
        if at.tzinfo is None:
            raise ValueError(at)
        known_at = known_at or at
        if expect is not None and expect != journey.version:
            raise ValueError(expect)
        if id is not None:
            raise NotImplementedError  # a dict of ids would cost more; nobody gives one here
        if journey.rows and known_at < journey.rows[0].known_at:
            raise ValueError(known_at)
        row = Row(name, at, known_at, answers or NOTHING, details or NOTHING, by, id, because)
        before = journey.state
        after = Lead(TABLE[before.state, name], "ana")
        step = (row, before, after)
        return Record(journey.subject, after, journey.version + 1, (row, journey.rows), (step, journey.steps))

    for _ in range(n // 3):
        journey = record(journey, "send", at=T0)
        journey = record(journey, "pay", at=T0)
        journey = record(journey, "reopen", at=T0)


def peer_viewflow():
    """Give a runner of django-viewflow's fsm."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from viewflow.fsm import State as Fsm

    class Flow:
        state = Fsm(["draft", "sent", "paid"], default="draft")

        @state.transition(source="draft", target="sent")
        def send(self):
            pass

        @state.transition(source="sent", target="paid")
        def pay(self):
            pass

        @state.transition(source="paid", target="draft")
        def reopen(self):
            pass

    flow = Flow()

    def run(n):
        for _ in range(n // 3):
            flow.send()
            flow.pay()
            flow.reopen()

    return run


def peer_automat():
    """Give a runner of Automat."""
    from automat import MethodicalMachine

    class Flow:
        machine = MethodicalMachine()

        @machine.state(initial=True)
        def draft(self):
            pass

        @machine.state()
        def sent(self):
            pass

        @machine.state()
        def paid(self):
            pass

        @machine.input()
        def send(self):
            pass

        @machine.input()
        def pay(self):
            pass

        @machine.input()
        def reopen(self):
            pass

        draft.upon(send, enter=sent, outputs=[])
        sent.upon(pay, enter=paid, outputs=[])
        paid.upon(reopen, enter=draft, outputs=[])

    flow = Flow()

    def run(n):
        for _ in range(n // 3):
            flow.send()
            flow.pay()
            flow.reopen()

    return run


def peer_transitions():
    """Give a runner of transitions."""
    from transitions import Machine

    machine = Machine(
        states=["draft", "sent", "paid"], initial="draft", transitions=[[e, s, t] for s, e, t in RING]
    )

    def run(n):
        for _ in range(n // 3):
            machine.send()
            machine.pay()
            machine.reopen()

    return run


def peer_statemachine():
    """Give a runner of python-statemachine."""
    from statemachine import State as St
    from statemachine import StateMachine

    class Flow(StateMachine):
        draft = St(initial=True)
        sent = St()
        paid = St()
        send_it = draft.to(sent)
        pay = sent.to(paid)
        reopen = paid.to(draft)

    machine = Flow()

    def run(n):
        for _ in range(n // 3):
            machine.send_it()
            machine.pay()
            machine.reopen()

    return run


def peer_sismic():
    """Give a runner of sismic."""
    from sismic.interpreter import Interpreter
    from sismic.io import import_from_yaml

    lines = [
        "statechart:",
        "  name: ring",
        "  root state:",
        "    name: root",
        "    initial: draft",
        "    states:",
    ]
    for s, e, t in RING:
        lines += [
            f"      - name: {s}",
            "        transitions:",
            f"          - event: {e}",
            f"            target: {t}",
        ]
    machine = Interpreter(import_from_yaml("\n".join(lines)))
    machine.execute()

    def run(n):
        for _ in range(n // 3):
            for event in EVENTS:
                machine.queue(event)
                machine.execute_once()

    return run


def peer_xstate():
    """Give a runner of xstate-statemachine's pure transitions."""
    from xstate_statemachine import create_machine, initial_transition, pure_transition

    logging.disable(logging.CRITICAL)
    states = {s: {"on": {e: t}} for s, e, t in RING}
    machine = create_machine({"id": "ring", "initial": "draft", "states": states})
    begin, _ = initial_transition(machine)

    def run(n):
        snapshot = begin
        for _ in range(n // 3):
            for event in EVENTS:
                snapshot, _ = pure_transition(machine, snapshot, event)

    return run


PEERS = {
    "django-viewflow": peer_viewflow,
    "Automat": peer_automat,
    "transitions": peer_transitions,
    "xstate-statemachine": peer_xstate,
    "sismic": peer_sismic,
    "python-statemachine": peer_statemachine,
}


def nested(n):
    """Take interpreted steps, with remembered moves, on the nested and parallel default chart."""
    position = SAAS.start(at=T0)
    for _ in range(n // 3):
        position = SAAS.step(position, "sell", at=T0).after
        position = SAAS.step(position, "opted_in", at=T0).after
        position = SAAS.step(position, "nurture", at=T0).after


def frozen(n):
    """Make two-field frozen values."""
    for _ in range(n):
        Lead("draft", "ana")


def bare_events(n):
    """Make events alone."""
    for _ in range(n):
        Event("send", T0)


def grown(size):
    """Give a runner that records at a journey of some size."""
    journey = Journey.start(SAAS, "ana", at=T0)
    for i in range(size):
        journey = journey.record("nurture", at=T0 + timedelta(minutes=i), id=f"e{i}")
    late = T0 + timedelta(days=30)

    def run(n):
        for _ in range(n):
            journey.record("sell", at=late, id="new")

    return run


def main(rounds: int) -> None:
    """Print a table of steps a second, and the ratios with the limits that we set ourselves."""
    ours = {
        "hand-written look-up": hand_lookup,
        "compiled transition": ours_bare,
        "chart.step": ours_step,
        "journey.record": ours_journey,
        "hand-written journey": hand_journey,
        "step on SAAS": nested,
        "two-field frozen attrs": frozen,
        "Event alone": bare_events,
        "record at 10": grown(10),
        "record at 10,000": grown(10_000),
    }
    runs = {name: (run, STEPS) for name, run in ours.items()}
    runs |= {name: (make(), STEPS) for name, make in PEERS.items()}
    least = dict.fromkeys(runs, float("inf"))
    for run, _ in runs.values():
        run(30)
    for _ in range(rounds):
        for name, (run, count) in runs.items():
            start = process_time()
            run(count)
            least[name] = min(least[name], (process_time() - start) / count)
    packages = ", ".join(f"{name} {version(name)}" for name in ("attrs", *PEERS))
    print(f"Python {sys.version.split()[0]}, {packages}; {rounds} rounds, ring of 3 states")
    for name, seconds in least.items():
        print(f"{name:24} {seconds * 1e6:8.2f} us {1 / seconds / 1e3:10,.0f} k/s")
    fastest = min(PEERS, key=least.__getitem__)
    print(f"fastest peer: {fastest}")
    for words, over, under, limit in (
        ("compiled transition / hand-written look-up", "hand-written look-up", "compiled transition", 0.75),
        ("compiled transition / fastest peer", fastest, "compiled transition", 4),
        ("chart.step / fastest peer", fastest, "chart.step", 1),
        ("chart.step / python-statemachine", "python-statemachine", "chart.step", 30),
        ("journey.record / hand-written journey", "hand-written journey", "journey.record", 0.5),
    ):
        ratio = least[over] / least[under]
        print(f"{words:46} {ratio:8.2f}  at least {limit:g}: {'yes' if ratio >= limit else 'NO'}")
    for words, over, under, limit in (
        ("step on SAAS / two-field frozen attrs", "step on SAAS", "two-field frozen attrs", 15),
        ("record at 10,000 / record at 10", "record at 10,000", "record at 10", 5),
    ):
        ratio = least[over] / least[under]
        print(f"{words:46} {ratio:8.2f}  at most {limit:g}: {'yes' if ratio <= limit else 'NO'}")
    position = SAAS.start(at=T0)
    size = sys.getsizeof(position) + sys.getsizeof(position.at)
    print(
        f"{'bytes of a position with its instant':46} {size:8}  at most 120: {'yes' if size <= 120 else 'NO'}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
