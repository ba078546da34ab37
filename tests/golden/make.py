"""Write the stored forms of this release: `python tests/golden/make.py`, once for each release, before it.

A folder that a release has shipped is never written again: it is what hosts have in their stores.
"""

from __future__ import annotations

import importlib.util
import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import qualify
from qualify import scales, wire
from qualify._canonical import fingerprint
from qualify.criteria import at_least, criterion, heard, topic, weighted
from qualify.decisions import (
    CUSTOMER,
    PROSPECT,
    Chances,
    Economics,
    Range,
    blind_score,
    first_come,
    linear_gate,
)
from qualify.metrics import Counts, nps
from qualify.models import (
    POOR_FIT,
    Account,
    Action,
    Decision,
    Evidence,
    Facts,
    Lead,
    Offer,
    Outcome,
    Person,
    Question,
    Rep,
    Retraction,
    Signal,
    Subscription,
    SurveyResponse,
    Topic,
    Vocabulary,
)
from qualify.playbook import Regime, Teach
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Event, History, Journey, Override, State, Transition
from qualify.truth import Truth

HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("golden_results", HERE / "results.py")
assert _spec is not None
assert _spec.loader is not None
results = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(results)
NOON = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)  # noqa: UP017 - the same object under every supported Python
DAY = timedelta(days=1)


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """Whether it is a regulated trade."""
    return facts["industry"] in {"banking", "health"}


def chart() -> Chart:
    """Give a chart with everything that a chart can hold."""
    return Chart(
        "desk",
        State("work", State("new"), State("waiting"), History("before"), State("solved"), initial="new"),
        State("sla", State("green"), State("red")),
        parallel=True,
        version="3",
        transitions=(
            Transition(("new", "waiting"), on=("answer", "reply"), to="waiting"),
            Transition(
                "waiting", on="close", to="solved", when={"customer_agrees": (Truth.YES, Truth.UNKNOWN)}
            ),
            Transition("waiting", after=timedelta(hours=72, microseconds=5), to="solved"),
            Transition("green", after=DAY, to="red", inside=("new", "waiting")),
            Transition("work", on="note"),
            Transition("solved", on="reopen", to="before"),
        ),
    )


def values() -> dict[str, object]:
    """Give one value of each kind that is stored."""
    lead = (
        Lead(
            "ana",
            people=(Person("p-1", name="Ana Čapek", email="ana@example.org", role="head of support"),),
            account=Account("acme", name="Acme Ltd"),
            offer=Offer("pro", name="Pro", price=Decimal("49.90"), currency="EUR"),
            owner="rep-7",
        )
        .learn(Evidence("team_size", 40, at=NOON, source="call", by="rep-7", good_for=180 * DAY))
        .hear(Signal("demo_request", at=NOON, details={"page": "pricing", "n": 2**60, "share": 0.1}))
        .ask("budget", at=NOON + DAY)
        .learn(Evidence("budget", Decimal("12000.50"), at=NOON, known_at=NOON + 2 * DAY))
        .learn(Evidence("timing", Truth.UNKNOWN, at=NOON + 3 * DAY))
        .learn(Evidence("renewal", {"on": date(2026, 9, 1), "sites": ("Wien", "Brno")}, at=NOON))
        .subscribe(Subscription("s-1", started=NOON, renews=NOON + 365 * DAY, offer="pro"))
        .retract("ana/1", at=NOON + 4 * DAY, by="rep-7")
    )
    rule = (
        at_least(
            2, topic("budget").exists(), topic("fit") >= 3, heard("demo_request").within(30 * DAY, times=2)
        )
        & ~topic("competitor").is_true()
        & (weighted({topic("need").exists(): 2, regulated: Decimal("0.5")}, bar=2).named("weight"))
        & topic("timing").one_of("this month", "this quarter")
        & topic("team_size").between(3, 500)
    )
    decision = Decision(
        Action.DISCOVER, at=NOON, answers={"meaningful": Truth.YES, "timely": Truth.UNKNOWN}, missing=("timing",),
        evidence=("ana/2",), ask=Question("timing", "When would you like to start?", 5), until=NOON + 14 * DAY,
        contact=True, value=1234.5, playbook="saas 1", seen=7, note="checked",
    )  # fmt: skip
    prospect = (
        Journey.start(SAAS, "ana", at=NOON, id="e0")
        .record("discover", at=NOON, because=decision, id="e1")
        .record("renewed", at=NOON + DAY)
        .record(
            "sell", at=NOON + 2 * DAY, because=Override("rep-7", "she asked for it", until=NOON + 9 * DAY)
        )
        .record("accepted", at=NOON + 3 * DAY, by="rep-7")
        .record("won", at=NOON + 4 * DAY, details={"amount": Decimal(1200), "currency": "EUR"})
        .record("declined", at=NOON + DAY, known_at=NOON + 5 * DAY)
        .record("reviewed", at=NOON + 90 * DAY, answers={"healthy": Truth.NO})
        .record("cancelled", at=NOON + 120 * DAY)
    )
    ticket = (
        Journey.start(chart(), "T-1", at=NOON, active=("waiting", "green"))
        .record("close", at=NOON + DAY, answers={"customer_agrees": Truth.NO})
        .record("note", at=NOON + 5 * DAY)
        .record("reopen", at=NOON + 6 * DAY)
    )
    return {
        **results.values(chart()),
        **_parts(),
        "account": Account("acme", name="Acme Ltd"),
        "asked": lead.asked[0],
        "chart": chart(),
        "counts": Counts("NPS", promoters=5, passives=3, detractors=4, missing=1),
        "criterion": rule,
        "customer_table": CUSTOMER,
        "decision": decision,
        "default_chart": SAAS,
        "economics": Economics(monthly_margin=640, monthly_churn=0.02, acquisition_cost=6000, currency="EUR"),
        "estimate": nps([10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9]),
        "event": Event("won", NOON, known_at=NOON + DAY, id="e9", details={"why": "price"}),
        "facts": Facts.of({"budget": 12_000, "need": "a desk"}, at=NOON, since={"budget": NOON - DAY}),
        "lead": lead,
        "outcome": Outcome("ana", Truth.YES, opened=NOON, closed=NOON + DAY, amount=1200, currency="EUR"),
        "playbook": saas(),
        "prospect_journey": prospect,
        "prospect_table": PROSPECT,
        "reason": POOR_FIT,
        "rep": Rep("rep-7", name="Bo", team="north"),
        "survey": SurveyResponse(scales.NPS, 9, at=NOON, by="p-1"),
        "ticket_journey": ticket,
        "undefined": nps([]),
        "vocabulary": Vocabulary(
            Topic(
                "budget", Decimal, "Is there a budget?", fresh_for=180 * DAY, cost=5, values=(Decimal(1), 2)
            ),
            Topic("need", "any"),
        ),
    }


def _parts() -> dict[str, object]:
    """Give what stands inside other values, each alone."""
    one, other = topic("budget").exists(), topic("fit") >= 3
    ways = {"gate": linear_gate(one, other), "blind_score": blind_score({one: 20}, bar=10)}
    start = chart()
    return {
        **ways,
        "at_least": one & other,
        "atom": other,
        "chances": Chances("meaningful", "timely", [[0.3, 0.2, 0.05], [0.15, 0.1, 0.03], [0.02] * 3]),
        "evidence": Evidence("team_size", 40, at=NOON, id="ana/1"),
        "first_come": first_come(),
        "heard": heard("demo_request").within(30 * DAY, times=2),
        "history": History("before", deep=True),
        "host_criterion": regulated,
        "named": one.named("funded"),
        "not": ~one,
        "offer": Offer("pro", price=Decimal("49.90"), currency="EUR"),
        "override": Override("rep-7", "she asked for it", until=NOON),
        "person": Person("p-1", name="Ana Čapek"),
        "question": Question("timing", "When would you like to start?", 5),
        "range": Range(10, 30, value=15, unit="EUR"),
        "regime": Regime(CUSTOMER, tells="reviewed"),
        "retraction": Retraction("ana/1", at=NOON, by="rep-7"),
        "scale": scales.NPS,
        "signal": Signal("demo_request", at=NOON, details={"page": "pricing"}),
        "state": start.states[0],
        "subscription": Subscription("s-1", started=NOON, renews=NOON + 365 * DAY, offer="pro"),
        "teach": Teach("demo_request", "timing", "this month"),
        "topic": Topic("need", "any"),
        "transition": start.transitions[1],
        "weighted": weighted({one: 2, other: Decimal("0.5")}, bar=2),
    }


def told(value: object) -> dict[str, object]:
    """Give what has to be true of a value whenever it is read."""
    known: dict[str, object] = {"fingerprint": fingerprint(value)}
    if isinstance(value, Journey):
        known["ends"] = [step.end for step in value.steps]
        known["stands"] = list(value.position.leaves)
        known["later"] = list(value.at(NOON + 400 * DAY).leaves)
    return known


def main() -> None:
    """Write the folder of this release."""
    folder = HERE / qualify.__version__ if hasattr(qualify, "__version__") else HERE / "0.1.0"
    folder.mkdir(exist_ok=True)
    manifest = {}
    for name, value in values().items():
        (folder / f"{name}.json").write_text(wire.dumps(value) + "\n", encoding="utf-8")
        manifest[name] = {"is": type(value).__name__, **told(value)}
    text = json.dumps(manifest, indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
