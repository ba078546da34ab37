"""Each trap in a playbook is found by a minimal one that has it, and the shipped one has none."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from qualify._lint import CODES, lint
from qualify.criteria import Verdict, criterion, heard, topic, weighted
from qualify.criteria._linting import CODES as CRITERIA_CODES
from qualify.decisions import (
    CUSTOMER,
    PROSPECT,
    Chances,
    Economics,
    Table,
    blind_score,
    first_come,
    linear_gate,
)
from qualify.errors import InvalidType
from qualify.models import Topic, Vocabulary
from qualify.playbook import Playbook, Regime
from qualify.playbooks import saas
from qualify.stages import Chart, ChartFinding, History, State, Transition
from qualify.truth import YES

HOUSE = saas()
PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
TELLS = HOUSE.regimes["prospect"].tells


def changed(**changes):
    """Give the shipped playbook with something changed."""
    return HOUSE.replace(version="2", **changes)


def table(*lines):
    """Give the shipped playbook with another table for prospects."""
    rows = [line.split() for line in lines]
    return changed(regimes={"prospect": Regime(Table("meaningful", "timely", rows), TELLS)})


def codes(playbook, **options):
    """Give the codes of what is found, each once, in order."""
    return list(dict.fromkeys(finding.code for finding in lint(playbook, **options)))


def test_the_shipped_playbook_is_clean():
    """Nothing is odd about `saas`, with or without economics."""
    assert () == lint(HOUSE)
    assert () == lint(changed(economics=Economics(monthly_margin=1, monthly_churn=0.1, currency="EUR")))


# -- the traps ------------------------------------------------------------------------------------------


def test_a_linear_gate_is_found_in_a_table():
    """A table that treats not knowing like a no is a gate, and nobody is asked."""
    gate = table("SELL NURTURE NURTURE", "NURTURE NURTURE NURTURE", "NURTURE NURTURE NURTURE")
    assert ["never-asked", "linear-gate"] == codes(gate)


def on_chart(*transitions, states=("asked", "offered", "sold"), **more):
    """Give a playbook on a small chart of its own, with one regime."""
    chart = Chart("row", State("open", *map(State, states)), State("out"), transitions=transitions)
    regime = Regime(more.pop("table", PROSPECT), more.pop("tells", "told"))
    nothing = dict.fromkeys(("selling", "customer", "no_contact", "not_asked", "opted_out"))
    return Playbook(
        "row",
        "1",
        HOUSE.vocabulary,
        HOUSE.criteria,
        chart=chart,
        regimes={"open": regime},
        **{**nothing, **more},
    )


def test_a_linear_gate_is_found_in_a_chart():
    """A row of states that leads pass in one direction is a gate, whatever the table says."""
    row = on_chart(
        Transition("asked", on="told", to="offered"),
        Transition("offered", on="told", to="sold"),
        Transition("open", on="lost", to="out"),
        Transition("out", on="back", to="asked"),
    )
    (found,) = (f for f in lint(row) if f.code == "linear-gate")
    assert ("chart: open", "in open leads move one way: asked -> offered -> sold") == (
        found.where,
        found.message,
    )
    back = on_chart(
        Transition("asked", on="told", to="offered"),
        Transition("offered", on="told", to="sold"),
        Transition("offered", on="handed_back", to="asked"),
        Transition("open", on="lost", to="out"),
        Transition("out", on="back", to="asked"),
    )
    assert "linear-gate" not in codes(back)


def test_a_blind_score_is_found():
    """Points that reach the bar without a need are blind."""
    score = weighted({topic("team_size") >= 10: 2, topic("need").exists(): 1}, bar=2)
    assert "blind-score" in codes(changed(criteria={"meaningful": score & topic("person").exists()}))


def test_a_faceless_trial_is_found():
    """A sign-up that nobody knows by name is sold to: nobody can say what it is for."""
    trial = topic("need").exists() & heard("signed_up").within(timedelta(days=14))
    assert "faceless" in codes(changed(criteria={"meaningful": trial}))
    assert "faceless" not in codes(changed(criteria={"meaningful": trial & topic("person").exists()}))


def test_past_averages_are_found():
    """A figure of past leads says nothing about this one, by its name or because the host says so."""
    words = HOUSE.vocabulary.replacing(Topic("average_deal", int), Topic("index", int))
    usual = HOUSE.criteria["meaningful"] & (topic("average_deal") >= 5_000)
    assert ["past-average"] == codes(changed(vocabulary=words, criteria={"meaningful": usual}))
    named = HOUSE.criteria["meaningful"] & (topic("index") >= 3)
    assert [] == codes(changed(vocabulary=words, criteria={"meaningful": named}))
    assert ["past-average"] == codes(
        changed(vocabulary=words, criteria={"meaningful": named}), averages=["index"]
    )


def test_two_departments_with_two_rules_are_found():
    """Marketing's and sales' own criteria disagree on a lead, and she is named by what she has."""
    rules = {"marketing": topic("team_size") >= 3, "sales": topic("team_size") >= 10}
    (found,) = lint(changed(criteria=rules))
    assert "rules-disagree" == found.code
    assert "team_size" in found.message
    renamed = {"mql": rules["marketing"], "sql": rules["sales"]}
    assert ["rules-disagree"] == codes(changed(criteria=renamed))
    assert () == lint(changed(criteria={"marketing": rules["sales"], "sales": rules["sales"]}))
    assert ("rules-disagree",) == tuple(
        codes(
            changed(criteria={"mine": rules["sales"], "yours": rules["marketing"]}), same=[("mine", "yours")]
        )
    )


def test_a_state_in_which_nobody_is_asked_is_found():
    """A customer regime that is missing leaves everybody there unasked: at the win everything stops."""
    stops = Playbook(
        "stops", "1", HOUSE.vocabulary, HOUSE.criteria, regimes={"prospect": HOUSE.regimes["prospect"]}
    )
    found = {(f.code, f.where): f.message for f in lint(stops)}
    assert "at the win everything stops" in found["never-asked", "chart: customer"]
    assert ("no-feedback", "regimes.customer") in found
    quiet = changed(
        regimes={"customer": Regime(Table("healthy", "growing", [["SERVE"] * 3] * 3), tells="reviewed")}
    )
    assert ["never-asked"] == codes(quiet)


def test_a_state_beside_the_regimes_is_found():
    """Whoever is moved out of every regime is never decided on again."""
    row = on_chart(
        Transition("open", on="told", to="out"),
        Transition("out", on="back", to="open"),
    )
    assert ("never-asked", "chart: out") in [(f.code, f.where) for f in lint(row)]


def test_regions_beside_a_regime_need_no_table():
    """Consent runs beside the relationship, also if both lie inside another state."""
    nested = Chart(
        "nested",
        State(
            "all", State("life", State("open"), State("done")), State("consent", State("yes")), parallel=True
        ),
        transitions=(
            Transition("open", on="told", to="done"),
            Transition("done", on="told", to="open"),
        ),
    )
    nothing = dict.fromkeys(("selling", "customer", "no_contact", "not_asked", "opted_out"))
    house = Playbook(
        "nested",
        "1",
        HOUSE.vocabulary,
        HOUSE.criteria,
        chart=nested,
        regimes={"open": Regime(PROSPECT, "told")},
        **nothing,
    )
    assert ["chart: done"] == [f.where for f in lint(house) if f.code == "never-asked"]


def test_no_way_back_from_disqualified_is_found():
    """Whoever is put out and cannot come to be sold to again was qualified once and for ever."""
    tells = {"SELL": "sell", "DISCOVER": "ask", "NURTURE": "ask", "DISQUALIFY": "put_out"}
    ways = (
        Transition("open", on="sell", to="sold"),
        Transition("open", on="ask", to="asked"),
        Transition("open", on="put_out", to="out"),
    )
    (found,) = (f for f in lint(on_chart(*ways, tells=tells)) if f.code == "no-way-back")
    assert ("chart: out", "from out there is no way back to where open are sold to") == (
        found.where,
        found.message,
    )
    returns = (*ways, Transition("out", on="ask", to="asked"))
    assert "no-way-back" not in codes(on_chart(*returns, tells=tells))


def test_a_way_back_may_lead_through_history():
    """A history state stands for the state that remembers."""
    chart = Chart(
        "memory",
        State("open", State("asked"), State("sold"), History("last")),
        State("out"),
        transitions=(
            Transition("open", on="sell", to="sold"),
            Transition("open", on="ask", to="asked"),
            Transition("open", on="put_out", to="out"),
            Transition("out", on="ask", to="last"),
        ),
    )
    nothing = dict.fromkeys(("selling", "customer", "no_contact", "not_asked", "opted_out"))
    tells = {"SELL": "sell", "DISCOVER": "ask", "NURTURE": "ask", "DISQUALIFY": "put_out"}
    house = Playbook(
        "memory",
        "1",
        HOUSE.vocabulary,
        HOUSE.criteria,
        chart=chart,
        regimes={"open": Regime(PROSPECT, tells)},
        **nothing,
    )
    assert "no-way-back" not in codes(house)


def test_a_sale_decided_with_the_need_unknown_is_found():
    """By a cell that sells on UNKNOWN, or by criteria that are YES without a need."""
    hasty = table("SELL SELL NURTURE", "SELL DISCOVER NURTURE", "DISQUALIFY NURTURE NURTURE")
    assert 2 == sum(f.code == "sold-unknown" and "is UNKNOWN" in f.message for f in lint(hasty))
    needless = topic("person").exists() & (topic("team_size") >= 3)
    assert ["sold-unknown"] == codes(changed(criteria={"meaningful": needless}))


def test_any_of_several_topics_of_need_will_do():
    """A need or a pain: whoever has one of them is known to have a need."""
    words = HOUSE.vocabulary.replacing(Topic("pain"))
    either = topic("person").exists() & (topic("need").exists() | topic("pain").exists())
    house = changed(vocabulary=words, criteria={"meaningful": either})
    assert [] == codes(house, needs=("need", "pain"))
    assert ["sold-unknown"] == codes(house, needs=("need",))


def test_a_sale_to_whom_we_would_not_serve_well_is_found():
    """Selling to the tempting one is a finding of its own."""
    greedy = table("SELL DISCOVER NURTURE", "DISCOVER DISCOVER NURTURE", "SELL NURTURE NURTURE")
    (found,) = (f for f in lint(greedy) if f.code == "sold-misfit")
    assert "a sale is decided although meaningful is NO: the tempting one" == found.message


@criterion(uses=("team_size",), version="1")
def likely(facts):
    """Score by size, as a host's model would."""
    return Verdict(YES, score=facts["team_size"] / 100)


@pytest.mark.parametrize(
    "win", [likely, Chances.by(likely), Chances("meaningful", "timely", [[0.3] * 3] * 3)]
)
def test_an_uncalibrated_probability_of_a_win_is_found(win):
    """A model or a table that nobody has tested is marked, until somebody says how it was."""
    assert ["uncalibrated-win"] == codes(changed(win=win))


def test_a_calibrated_probability_is_not_marked():
    """The proof, or the host's word, takes the mark away."""
    assert () == lint(changed(win=Chances.by(likely, calibrated="Brier 0.12 on 412 leads of spring")))


def test_no_feedback_after_the_win_is_found():
    """Customers who are only counted by use are never heard."""
    mute = topic("in_use").is_true()
    assert ["no-feedback"] == codes(changed(criteria={"healthy": mute}))
    assert [] == codes(changed(criteria={"healthy": mute}), satisfaction=["in_use"])


def test_a_criterion_that_no_table_asks_is_found():
    """A misspelt name decides nothing; two departments' own criteria are there to be compared."""
    (found,) = lint(changed(criteria={"timley": topic("timing").exists()}))
    assert ("unused-criterion", "criteria.timley") == (found.code, found.where)
    assert "meaningful, timely, healthy, growing" in found.cure
    rule = topic("fit") >= 3
    assert () == lint(changed(criteria={"marketing": rule, "sales": rule}))


@pytest.mark.parametrize(
    ("old", "code"),
    [
        (linear_gate(topic("budget").exists()), "linear-gate"),
        (blind_score({topic("budget").exists(): 1}, bar=1), "blind-score"),
        (first_come(), "sold-unknown"),
    ],
)
def test_the_old_ways_are_recognised(old, code):
    """Each is told what it is."""
    assert [code] == codes(old)


# -- what comes from below --------------------------------------------------------------------------------


def test_findings_of_the_chart_and_the_criteria_come_first():
    """A dead end in the chart and a criterion that nobody can meet are part of the page."""
    row = on_chart(Transition("open", on="told", to="out"), table=PROSPECT)
    assert "no-way-out" in codes(row)
    never = changed(criteria={"meaningful": (topic("fit") >= 4) & (topic("fit") < 2)})
    assert "never-true" == codes(never)[0]


def test_notes_of_a_chart_are_left_to_the_chart():
    """What may well be meant is told by `Chart.check`, not here."""
    row = on_chart(
        Transition("open", on="told", to="out", when={"ready": YES}),
        Transition("out", on="back", to="open"),
    )
    assert ["nowhere"] == list({note.code for note in row.chart.check() if note.level == "note"})
    assert "nowhere" not in codes(row)


def test_what_is_asked_about_now_must_go_out_of_date():
    """The question of the moment may not rest on what holds for ever."""
    words = HOUSE.vocabulary.replacing(Topic("timing", str))
    for_ever = changed(vocabulary=words, criteria={"timely": topic("timing") == "this month"}, teaches=())
    assert ["no-recency"] == codes(for_ever)


def test_a_table_that_sells_without_any_yes_is_looked_at_too():
    """Where no answer needs to be YES there is no criterion to look at, and the cells say it all."""
    wild = table("NURTURE DISCOVER NURTURE", "DISCOVER SELL NURTURE", "DISQUALIFY NURTURE NURTURE")
    assert ["sold-unknown"] == codes(wild)


def test_a_criterion_beyond_the_budget_is_undecided_and_never_guessed():
    """With too few cells to look at, the page says so, and claims no trap."""
    assert {"undecided"} == set(codes(HOUSE, budget=2))


def test_a_host_without_customers_is_not_asked_for_their_feedback():
    """A chart that has no customers needs no regime for them."""
    row = on_chart(Transition("open", on="told", to="out"), Transition("out", on="told", to="open"))
    assert "no-feedback" not in codes(row)


def test_something_else_is_an_error():
    """Only playbooks, and the old ways, are looked at."""
    with pytest.raises(InvalidType, match="a Playbook is needed"):
        lint(CUSTOMER)


def test_each_code_has_a_section_with_the_why_and_the_cure():
    """The reference explains every code that can be found."""
    page, other = ((PAGES / name).read_text(encoding="utf-8") for name in ("lint.md", "lint-criteria.md"))
    sections = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    told = re.findall(r"`([a-z-]+)`: |`([a-z-]+)`(?= \(a note\))|; `([a-z-]+)`: ", ChartFinding.__doc__)
    chart = {code for codes_ in told for code in codes_ if code} - {"clockwork", "nowhere"}
    elsewhere = set(re.findall(r"^## `([a-z-]+)`$", other, re.MULTILINE))
    assert set(CODES) | chart <= set(sections)
    assert set(CRITERIA_CODES) == elsewhere
    assert set(sections) <= set(CODES) | chart | elsewhere
    for code, text in sections.items():
        assert "**Why.**" in text, code
        assert "**Cure.**" in text, code


def test_findings_are_found_once():
    """The same thing in two cells is told once for each question, and never twice."""
    found = lint(table("SELL SELL NURTURE", "SELL DISCOVER NURTURE", "DISQUALIFY NURTURE NURTURE"))
    assert len(found) == len(set(found))


def test_a_vocabulary_may_be_small():
    """A playbook that never heard of persons is told so, once for each way to sell."""
    words = Vocabulary(Topic("need", fresh_for=timedelta(days=9)))
    asks = topic("need").exists()
    house = Playbook("small", "1", words, dict.fromkeys(("meaningful", "timely", "healthy", "growing"), asks))
    assert ["faceless", "no-feedback"] == codes(house)
