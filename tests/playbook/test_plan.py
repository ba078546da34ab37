"""Many leads: the same decisions as one by one, plans by owner, and two playbooks side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.cohort import Cohort
from qualify.criteria import Verdict, criterion, topic
from qualify.decisions import Capacity, Chances, Economics
from qualify.errors import DefinitionError, InvalidType, InvalidValue, TimeError, UnknownName
from qualify.models import Action, Evidence, Facts, Lead, Offer, Topic, Vocabulary
from qualify.playbook import Playbook
from qualify.playbooks import saas, sample
from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.truth import NO, Truth

MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
QUESTIONS = ("meaningful", "timely", "healthy", "growing")
WORDS = Vocabulary(*(Topic(q, bool, cost=12 if q == "meaningful" else 0) for q in QUESTIONS))
MONEY = Economics(monthly_margin=100, monthly_churn=0.05, rejection_cost=20, hours=2, currency="EUR")
CHANCES = Chances("meaningful", "timely", [[0.4, 0.2, 0.1], [0.1, 0.05, 0.02], [0.01] * 3])
HOUSE = Playbook(
    "house",
    "1",
    WORDS,
    {question: topic(question).is_true() for question in QUESTIONS},
    economics=MONEY,
    win=CHANCES,
)
STATES = ("engaged", "nurturing", "selling", "disqualified", "former", "healthy", "at_risk, do_not_contact")
truths = st.sampled_from([True, False, None])


@st.composite
def rows(draw, most=8):
    """Give rows of answers, states and registers, as a host's table has them."""
    n = draw(st.integers(1, most))
    column = st.lists(truths, min_size=n, max_size=n)
    table = {question: draw(column) for question in QUESTIONS}
    table["state"] = draw(st.lists(st.sampled_from([*STATES, None]), min_size=n, max_size=n))
    table["contact"] = draw(column)
    table["owner"] = draw(st.lists(st.sampled_from(["ann", "ben", None]), min_size=n, max_size=n))
    return {"id": [f"lead-{i}" for i in range(n)], **table}


def cohort(table, **roles):
    """Give a table as a cohort."""
    topics = {q: q for q in QUESTIONS if q in table}
    roles = {"id": "id", "owner": "owner" if "owner" in table else None, **roles}
    bound = {name: column for name, column in roles.items() if column is not None}
    return Cohort.from_columns(table, topics=topics, vocabulary=WORDS, at=MONDAY, **bound)


def pursuit(table, row):
    """Give one row as a journey and a lead."""
    known = [
        Evidence(q, bool(table[q][row]), at=MONDAY)
        for q in QUESTIONS
        if q in table and table[q][row] is not None
    ]
    lead = Lead(table["id"][row], owner=table["owner"][row], evidence=known)
    state = table.get("state", [None] * (row + 1))[row]
    active = None if state is None else tuple(name.strip() for name in state.split(","))
    return Journey.start(SAAS, lead.id, at=MONDAY, active=active), lead


# -- decisions -----------------------------------------------------------------------------------------


@given(rows(), st.booleans(), st.booleans())
def test_columns_decide_as_one_by_one(table, opt_in, registered):
    """In all cells, states and registers a row gets what its lead gets."""
    house = HOUSE.replace(version="2", opt_in=opt_in) if opt_in else HOUSE
    contact = table["contact"] if registered else None
    decided = house.decisions(cohort(table, state="state"), contact=contact)
    for row, action in enumerate(decided):
        journey, lead = pursuit(table, row)
        facts = house.facts(journey, lead, at=MONDAY)
        one = house.decide(facts, journey.position, contact=table["contact"][row] if registered else None)
        assert one.action is action
        again = decided.decision(row)
        assert (one.action, one.code, one.answers, one.ask) == (
            again.action,
            again.code,
            again.answers,
            again.ask,
        )


@pytest.mark.parametrize("contact", [None, True, False])
def test_one_answer_of_the_register_holds_for_all(contact):
    """A bool stands for every row."""
    table = {"id": ["ana"], "meaningful": [True], "timely": [True]}
    decided = HOUSE.decisions(cohort(table), contact=contact)
    assert [Action.NURTURE if contact is False else Action.SELL] == list(decided)


def test_decisions_are_counted_and_found():
    """Counts by name, rows by action, a length, and a line that says it all."""
    table = {"id": ["a", "b", "c"], "meaningful": [True, False, True], "timely": [True, True, True]}
    decided = HOUSE.decisions(cohort(table))
    assert {"SELL": 2, "DISQUALIFY": 1} == dict(decided.counts)
    assert ([0, 2], 3) == (decided.of(Action.SELL).tolist(), len(decided))
    assert "Decisions about 3 leads: 2 SELL, 1 DISQUALIFY" == repr(decided)
    empty = HOUSE.decisions(cohort({"id": [], "meaningful": [], "timely": [], "state": []}, state="state"))
    assert "Decisions about 0 leads: none" == repr(empty)


def test_a_state_that_the_chart_does_not_have_is_an_error():
    """The nearest ones are offered."""
    table = {"id": ["ana"], "meaningful": [True], "state": ["nuturing"]}
    with pytest.raises(UnknownName, match="nurturing"):
        HOUSE.decisions(cohort(table, state="state"))


def test_a_register_of_another_length_is_an_error():
    """Each lead has its own entry, or all have one."""
    with pytest.raises(InvalidValue, match="contact"):
        HOUSE.decisions(cohort({"id": ["ana"], "meaningful": [True]}), contact=[True, False])
    with pytest.raises(InvalidValue, match="contact"):
        HOUSE.plan([Lead("ana")], Capacity(1), at=MONDAY, contact=[True, False])


# -- plans ------------------------------------------------------------------------------------------


@given(rows(), st.sampled_from([0, 1, 2, 4.2, 8, 100]), st.booleans())
def test_a_plan_of_leads_is_the_plan_of_their_columns(table, hours, owned):
    """The same lists, prices, bounds and questions, owner by owner."""
    by = "owner" if owned else None
    capacity = Capacity(hours)
    many = HOUSE.plan(cohort(table, state="state"), capacity, by=by, contact=table["contact"])
    pursuits = [pursuit(table, row) for row in range(len(table["id"]))]
    few = HOUSE.plan(pursuits, capacity, at=MONDAY, by=by, contact=table["contact"])
    assert many.owners == few.owners
    assert [one for _, one in many] == [one for _, one in few]
    assert (many.free, many.unpriced, repr(many)) == (few.free, few.unpriced, repr(few))
    assert str(many) == str(few)
    assert [many.question(i) for i in table["id"]] == [few.question(i) for i in table["id"]]


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant_to_a_plan(table, random):
    """A shuffled table gives every owner the same list."""
    order = random.sample(range(len(table["id"])), len(table["id"]))
    shuffled = {name: [column[i] for i in order] for name, column in table.items()}
    one, other = (HOUSE.plan(cohort(t, state="state"), Capacity(4)) for t in (table, shuffled))
    assert str(one) == str(other)


def desk(**changes):
    """Give two reps' leads: three to sell to, one whose need is unknown, one of nobody."""
    table = {
        "id": ["ana", "bo", "cy", "dee", "eve"],
        "owner": ["ann", "ann", "ben", "ann", None],
        "meaningful": [True, True, True, None, True],
        "timely": [True, True, True, True, True],
    }
    return {**table, **changes}


def test_each_owner_has_her_own_hours():
    """One capacity is everybody's; in a mapping who is missing is not here today."""
    plan = HOUSE.plan(cohort(desk()), Capacity(2))
    assert ("ann", "ben", None) == plan.owners
    assert ["ana"] == [choice.subject for choice in plan["ann"]]
    assert ["cy"] == [choice.subject for choice in plan["ben"]]
    assert ([], "eve") == (list(plan[None]), plan[None].next.subject)
    away = HOUSE.plan(cohort(desk()), {"ann": Capacity(4.2), "zoe": Capacity(3)})
    assert ("ann", "ben", "zoe", None) == away.owners
    assert [Action.SELL, Action.SELL, Action.DISCOVER] == sorted(
        (choice.action for choice in away["ann"]), key=lambda action: action.value, reverse=True
    )
    assert ([], []) == (list(away["ben"]), list(away["zoe"]))


def test_an_owner_whose_leads_take_no_hours_has_an_empty_list():
    """She is there, with nothing that takes her time today."""
    plan = HOUSE.plan(cohort(desk(timely=[False, False, True, False, True])), Capacity(2))
    assert (("ann", "ben", None), 0) == (plan.owners, len(plan["ann"]))


def test_a_team_shares_its_hours():
    """Without owners there is one list."""
    plan = HOUSE.plan(cohort(desk()), Capacity(6), by=None)
    assert (None,) == plan.owners
    assert ["ana", "bo", "cy"] == [choice.subject for choice in plan[None]]
    assert (1, plan[None].value, plan[None].bound) == (len(plan), plan.value, plan.bound)


def test_the_list_for_the_morning_reads_as_one():
    """How good it is, what to do with whom, how long, what an hour gains, who is next."""
    plan = HOUSE.plan(cohort(desk()), Capacity(2.2), by=None)
    assert [
        "1. sell to ana: 2 h, 394 EUR per hour",
        "next: bo, 394 EUR per hour",
    ] == plan.lines()
    assert [
        "Plan for the team: 1 chosen, 2 hours, 788 EUR",
        "  at least 90.9 % of the best possible; 0 free to ask, 0 unpriced",
    ] == repr(plan).splitlines()
    one = HOUSE.plan(cohort(desk()), Capacity(1), by=None, hours=1)
    assert "Plan for the team: 1 chosen, 1 hour, 788 EUR" == repr(one).splitlines()[0]
    assert "  the best possible; 0 free to ask, 0 unpriced" == repr(one).splitlines()[1]
    assert repr(HOUSE.plan(cohort(desk()), Capacity(2.2))).startswith(
        "Plan for 3 owners: 2 chosen, 4 hours, "
    )
    asked = HOUSE.plan(cohort(desk()), Capacity(100), by=None)
    assert '1. ask dee "What is known about meaningful?": 0.2 h, 985 EUR per hour' == asked.lines(most=1)[0]
    assert "and 4 more" == asked.lines(most=1)[1]
    assert "the team (8.2 of 100 h)" in str(asked)
    assert "nobody's (0 of 0 h)" in str(HOUSE.plan(cohort(desk()), Capacity(2)))


def test_a_question_that_takes_no_minutes_is_free():
    """A mail needs no plan; a call of twelve minutes does."""
    table = desk(meaningful=[True] * 4 + [None], timely=[None, True, True, True, None])
    plan = HOUSE.plan(cohort(table), Capacity(100))
    assert ("ana", "timely") in [(subject, question.topic) for subject, question in plan.free]
    assert plan.question("bo") is None
    with pytest.raises(UnknownName):
        plan.question("zoe")


def test_history_says_how_likely_a_yes_is():
    """Where meaningful is unknown 10 % won, where it is YES 40 %: every fourth answer is a yes."""
    plan = HOUSE.plan(cohort(desk()), Capacity(100), by=None)
    gain = {choice.subject: choice.gain for choice in plan[None]}
    assert gain["dee"] == pytest.approx(0.25 * (0.4 * 2_000 - 0.6 * 20))
    said = HOUSE.plan(cohort(desk()), Capacity(100), by=None, yes=0.5)
    assert {c.subject: c.gain for c in said[None]}["dee"] == pytest.approx(0.5 * gain["ana"])


def test_a_column_of_probabilities_goes_before_the_playbook():
    """The host's own numbers are taken; who has none is counted."""
    win = [0.1, 0.9, 0.5, 0.5, np.nan]
    plan = HOUSE.plan(cohort(desk()), Capacity(2), by=None, win=win)
    assert (["bo"], 1) == ([choice.subject for choice in plan[None]], plan.unpriced)
    same = HOUSE.plan(cohort(desk()), Capacity(2), by=None, win=0.4)
    assert ["ana"] == [choice.subject for choice in same[None]]
    sure = HOUSE.plan(cohort(desk()), Capacity(2), by=None, win=[0, 0, 0, 1, 1])
    assert ["eve"] == [choice.subject for choice in sure[None] if choice.action is Action.SELL]
    masked = np.ma.MaskedArray([0.1, 0.9, 0.5, 0.5, 0.5], mask=[0, 1, 0, 0, 0])
    assert 1 == HOUSE.plan(cohort(desk()), Capacity(2), by=None, win=masked).unpriced


def test_customers_are_priced_only_where_somebody_knows_the_chance():
    """The cells of prospects say nothing about an expansion."""
    table = {"id": ["ana"], "healthy": [True], "growing": [True], "state": ["healthy"]}
    leads = cohort(table, state="state")
    assert (0, 1) == (len(HOUSE.plan(leads, Capacity(8), by=None)[None]), 1)
    assert 1 == HOUSE.plan(leads, Capacity(8), by=None).unpriced
    assert 1 == len(HOUSE.plan(leads, Capacity(8), by=None, win=0.5)[None])


@criterion(uses=("meaningful",), version="1")
def model(facts):
    """Score by nothing much, as a host's model would."""
    return Verdict(True, score=0.3 if facts["meaningful"] else 0.1)


@pytest.mark.parametrize("win", [model, Chances.by(model)])
def test_a_model_scores_the_leads_of_a_plan(win):
    """A host's criterion gives the probability, row by row; where it gives none she is counted."""
    house = HOUSE.replace(version="3", win=win)
    plan = house.plan(cohort(desk()), Capacity(100), by=None)
    assert {"ana", "bo", "cy", "eve"} == {choice.subject for choice in plan[None]}
    assert 1 == plan.unpriced
    pursuits = [pursuit(desk(), row) for row in range(5)]
    assert plan[None] == house.plan(pursuits, Capacity(100), at=MONDAY, by=None)[None]


def test_hours_waiting_and_streaks_may_differ():
    """Columns of hours and of the value of waiting, and a streak for each owner, change the list."""
    longer = HOUSE.plan(cohort(desk()), Capacity(2), hours=[2, 1, 2, 2, 2])
    assert "bo" == longer["ann"].chosen[0].subject
    waiting = HOUSE.plan(cohort(desk()), Capacity(2), wait=[900, 0, 0, 0, 0])
    assert "bo" == waiting["ann"].chosen[0].subject
    moody = HOUSE.replace(
        version="4",
        economics=Economics(monthly_margin=100, monthly_churn=0.05, rejection_growth=20, currency="EUR"),
    )
    plain, sore = (moody.plan(cohort(desk()), Capacity(9), streaks=s) for s in (None, {"ann": 3}))
    assert sore["ann"].value < plain["ann"].value
    assert sore["ben"].value == plain["ben"].value


def test_offers_may_have_economics_of_their_own():
    """A mapping by offer prices each lead by what she is pursued for."""
    kinds = {"pro": MONEY, "basic": Economics(monthly_margin=10, monthly_churn=0.05, currency="EUR")}
    table = desk(offer=["basic", "pro", "basic", "pro", "pro"])
    plan = HOUSE.plan(cohort(table, offer="offer"), Capacity(2), by=None, economics=kinds)
    assert ["bo"] == [choice.subject for choice in plan[None] if choice.hours > 1]
    leads = [
        Lead("ana", offer=Offer("pro"), evidence=[Evidence(q, value=True, at=MONDAY) for q in QUESTIONS])
    ]
    assert 1 == len(HOUSE.plan(leads, Capacity(2), at=MONDAY, by=None, economics=kinds)[None])


def test_a_host_function_decides_what_is_asked_row_by_row():
    """Rows that a host's function tells apart are asked what each of them needs."""

    @criterion(uses=("healthy",), version="1")
    def odd(facts):
        return None if facts.get("healthy") is None else facts["healthy"]

    house = HOUSE.replace(version="5", criteria={"meaningful": topic("meaningful").is_true() & odd})
    table = desk(healthy=[True, None, False, True, None], meaningful=[True, True, True, None, None])
    plan = house.plan(cohort(table), Capacity(100), by=None)
    pursuits = [pursuit(table, row) for row in range(5)]
    few = house.plan(pursuits, Capacity(100), at=MONDAY, by=None)
    assert [plan.question(i) for i in table["id"]] == [few.question(i) for i in table["id"]]
    assert plan[None] == few[None]


def test_nobody_spends_hours_on_a_deal_that_is_won_or_lost():
    """Rows with an outcome are left out of a plan as they are of a comparison; customers stay."""
    table = {**desk(), "won": [True, False, None, None, None]}
    plan = HOUSE.plan(cohort(table, outcome="won"), Capacity(100), by=None)
    listed = {choice.subject for choice in plan[None].chosen} | {who for who, _ in plan.free}
    assert listed
    assert listed.isdisjoint(table["id"][:2])
    assert not listed.isdisjoint(table["id"][2:])


def test_a_question_that_was_sent_is_not_planned_again_for_another():
    """Of two leads about whom the same is unknown, one was asked: each is planned as if alone."""
    words = Vocabulary(*(Topic(q, bool, cost=12) for q in QUESTIONS))
    house = HOUSE.replace(version="6", vocabulary=words)
    leads = [Lead(name) for name in ("ana", "bo")]
    leads[0] = leads[0].ask(house.vocabulary["meaningful"].question, at=MONDAY)
    journeys = [Journey.start(house.chart, lead.id, at=MONDAY) for lead in leads]
    for order in (1, -1):
        pairs = list(zip(journeys, leads, strict=True))[::order]
        few = house.plan(pairs, Capacity(2), at=MONDAY, by=None)
        facts = [house.facts(*pair, at=MONDAY) for pair in pairs]
        many = Cohort.from_journeys([pair[0] for pair in pairs], facts=facts, at=MONDAY, vocabulary=words)
        plan = house.plan(many, Capacity(2), by=None)
        assert [plan.question(i) for i in ("ana", "bo")] == [few.question(i) for i in ("ana", "bo")]
        assert plan.question("ana") != plan.question("bo")
        assert plan[None].value == few[None].value


@pytest.mark.parametrize("topics", [30, 45])
def test_many_patterns_are_told_apart_too(topics):
    """More patterns than rows, or than numbers: each row is still asked what its lead is asked."""
    names = [f"t{i:02}" for i in range(topics)]
    words = Vocabulary(*(Topic(name, bool) for name in names), Topic("timely", bool))
    rule = topic(names[0]).is_true()
    for name in names[1:]:
        rule = rule & topic(name).is_true()
    house = Playbook(
        "wide",
        "1",
        words,
        {"meaningful": rule, "timely": topic("timely").is_true()}
        | {q: topic("timely").is_true() for q in ("healthy", "growing")},
        economics=MONEY,
        win=CHANCES,
    )
    known = {name: [None if i % 3 == j else True for j in range(3)] for i, name in enumerate(names)}
    known = {name: column if i < topics - 2 else [True] * 3 for i, (name, column) in enumerate(known.items())}
    leads = Cohort.from_columns(
        {"id": ["a", "b", "c"], **known, "timely": [True] * 3}, id="id", vocabulary=words, at=MONDAY
    )
    plan = house.plan(leads, Capacity(1), by=None)
    decided = house.decisions(leads)
    assert [decided.decision(row).ask for row in range(3)] == [plan.question(i) for i in "abc"]


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: saas().plan([Lead("ana")], Capacity(1), at=MONDAY), DefinitionError, "what a win is worth"),
        (
            lambda: saas().replace(version="2", economics=MONEY).plan([Lead("ana")], Capacity(1), at=MONDAY),
            DefinitionError,
            "probability of a win",
        ),
        (lambda: HOUSE.plan([Lead("ana")], Capacity(1)), InvalidType, "give at="),
        (lambda: HOUSE.plan(["ana"], Capacity(1), at=MONDAY), InvalidType, "leads, or of pairs"),
        (lambda: HOUSE.plan([("ana", "bo")], Capacity(1), at=MONDAY), InvalidType, "leads, or of pairs"),
        (
            lambda: HOUSE.plan([(Journey.start(SAAS, "bo", at=MONDAY), Lead("ana"))], Capacity(1), at=MONDAY),
            InvalidValue,
            "the journey is that of 'bo'",
        ),
        (lambda: HOUSE.plan([Lead("ana")], Capacity(1), at=datetime(2026, 5, 4)), TimeError, "time zone"),  # noqa: DTZ001 - the fault
        (lambda: HOUSE.plan(cohort(desk(), owner=None), Capacity(1)), InvalidValue, "by=None"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), by="account"), UnknownName, "grouping"),
        (lambda: HOUSE.plan(cohort(desk()), {"ann": Capacity(1)}, by=None), InvalidType, "one Capacity"),
        (lambda: HOUSE.plan(cohort(desk()), 5), InvalidType, "Capacity"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), win=1.5), InvalidValue, "0 to 1"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), win=[0.1]), InvalidValue, "win"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), hours=[-1] * 5), InvalidValue, "hours"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), hours=[np.nan] * 5), InvalidValue, "hours"),
        (
            lambda: HOUSE.plan(
                cohort(desk()), Capacity(1), wait=np.ma.MaskedArray([1.0] * 5, mask=[1, 0, 0, 0, 0])
            ),
            InvalidValue,
            "wait",
        ),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1), streaks={"ann": -1}), InvalidValue, "streaks"),
        (
            lambda: HOUSE.plan(cohort(desk()), Capacity(1), by=None, streaks={"ann": 1}),
            InvalidType,
            "one list has none",
        ),
        (lambda: HOUSE.diff(HOUSE, [Lead("ana")]), InvalidType, "Cohort.from_journeys"),
        (lambda: HOUSE.decisions([Lead("ana")]), InvalidType, "got list"),
        (lambda: HOUSE.plan(cohort(desk()), Capacity(1))["zoe"], UnknownName, "unknown owner"),
    ],
)
def test_what_cannot_be_planned_is_an_error(ask, error, says):
    """Each error says what to give."""
    with pytest.raises(error, match=says):
        ask()


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"economics": 640}, InvalidType, "Economics are needed"),
        ({"win": 0.3}, InvalidType, "Chances are needed"),
        ({"win": Chances("meaningfull", "timely", [[0.5] * 3] * 3)}, UnknownName, "meaningful"),
        ({"win": Chances.by(topic("seats") >= 3)}, UnknownName, "seats"),
        ({"win": topic("seats") >= 3}, UnknownName, "seats"),
    ],
)
def test_money_that_does_not_fit_the_playbook_is_an_error(changes, error, says):
    """Economics and chances are checked when the playbook is built."""
    with pytest.raises(error, match=says):
        HOUSE.replace(version="9", **changes)


def test_nobody_to_plan_for():
    """No leads are a plan of nothing, at once the best possible."""
    plan = HOUSE.plan([], Capacity(8), at=MONDAY, by=None)
    assert (0, 0.0, 1.0, ()) == (len(plan[None]), plan.value, plan.certificate, plan.free)
    assert () == HOUSE.plan([], Capacity(8), at=MONDAY).owners


# -- what a decision is worth ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 0.4 * 2_000 - 0.6 * 20),
        ({"win": Chances.by(model)}, 0.3 * 2_000 - 0.7 * 20),
        ({"win": model}, 0.3 * 2_000 - 0.7 * 20),
        ({"win": Chances("healthy", "growing", [[0.5] * 3] * 3)}, None),
        ({"win": None}, None),
        ({"economics": None}, None),
        ({"economics": Economics(monthly_margin=1, monthly_churn=0, currency="EUR")}, None),
    ],
)
def test_a_decision_to_sell_says_what_it_is_worth(changes, expected):
    """The expected money of selling now, where money and probability are known and finite."""
    house = HOUSE.replace(version="6", **changes) if changes else HOUSE
    assert expected == pytest.approx(house.decisions(cohort(desk())).decision(0).value)
    assert house.decisions(cohort(desk())).decision(3).value is None


# -- two playbooks -------------------------------------------------------------------------------------


def test_a_diff_says_who_is_decided_otherwise_and_why():
    """A playbook that asks for less finds more to sell to; the sentence names the answer that changed."""
    bold = HOUSE.replace(version="2", criteria={"meaningful": topic("meaningful").known()})
    table = desk(meaningful=[True, False, None, None, True])
    diff = HOUSE.diff(bold, cohort(table))
    assert {"DISCOVER -> DISQUALIFY": 2, "DISQUALIFY -> SELL": 1} == dict(diff.moves)
    assert "Diff of 5 leads: 3 decided otherwise (2 DISCOVER -> DISQUALIFY, 1 DISQUALIFY -> SELL)" == repr(
        diff
    )
    assert "bo: DISQUALIFY -> SELL: meaningful is YES and timely is YES; meaningful was NO" == diff.lines()[0]
    assert ["and 2 more"] == diff.lines(most=1)[1:]
    assert 3 == len(diff)


def test_a_diff_leaves_out_what_is_closed_and_keeps_customers():
    """A lost prospect is not decided on any more; a customer who was won still is."""
    bold = HOUSE.replace(version="2", criteria={q: topic(q).known() for q in QUESTIONS})
    table = {
        "id": ["ana", "bo"],
        "meaningful": [False] * 2,
        "timely": [True] * 2,
        "healthy": [False] * 2,
        "growing": [False] * 2,
        "state": ["nurturing", "healthy"],
        "outcome": [False, True],
    }
    diff = HOUSE.diff(bold, cohort(table, state="state", outcome="outcome"))
    assert ["bo"] == [diff.before.cohort.ids[row] for row in diff.rows]


def test_whoever_has_a_journey_is_never_closed():
    """A loss ends an attempt and not the journey: the next turn decides on her, and so does a comparison."""
    journey = Journey.start(HOUSE.chart, "ana", at=MONDAY)
    for event in ("sell", "accepted", "lost"):
        journey = journey.record(event, at=MONDAY)
    known = Facts.of({"meaningful": False, "timely": True}, at=MONDAY, vocabulary=WORDS, subject="ana")
    leads = Cohort.from_journeys([journey], facts=[known], vocabulary=WORDS)
    assert [NO.value] == leads.outcome.tolist()
    bold = HOUSE.replace(version="2", criteria={q: topic(q).known() for q in QUESTIONS})
    assert [0] == HOUSE.diff(bold, leads).rows.tolist()


def test_same_action_for_other_reasons_stands_apart():
    """Answers that changed without changing the action are listed by themselves."""
    table = desk(meaningful=[None] * 5, timely=[False] * 5)
    strict = HOUSE.replace(
        version="2", criteria={"meaningful": topic("meaningful").is_true() & topic("timely").is_true()}
    )
    diff = HOUSE.diff(strict, cohort(table))
    assert (0, 5) == (len(diff), len(diff.answers))
    assert "meaningful was UNKNOWN" in diff.why(0)
    assert "none" in repr(diff)


def test_rows_are_grouped_by_what_changed():
    """Actions, answers before and after, and whether anybody may write to them."""
    bold = HOUSE.replace(version="2", criteria={"meaningful": topic("meaningful").known()})
    diff = HOUSE.diff(bold, cohort(desk(meaningful=[True, False, None, None, True])))
    assert {
        "DISCOVER -> DISQUALIFY: meaningful is NO and timely is YES; meaningful was UNKNOWN": [2, 3],
        "DISQUALIFY -> SELL: meaningful is YES and timely is YES; meaningful was NO": [1],
    } == {reason: rows.tolist() for reason, rows in diff.reasons().items()}
    asking = HOUSE.replace(version="2", opt_in=True)
    table = desk(state=["not_asked"] * 5)
    reasons = HOUSE.diff(asking, cohort(table, state="state")).reasons()
    assert all(reason.endswith("; no conversation may be started after") for reason in reasons)
    assert {} == HOUSE.diff(HOUSE, cohort(desk())).reasons()
    twins = {**HOUSE.regimes, "discovery": HOUSE.regimes["prospect"]}
    twins = {"discovery": twins.pop("discovery"), **twins}
    table = desk(meaningful=[False] * 5, state=["engaged", "discovery"] * 2 + ["engaged"])
    diff = HOUSE.replace(version="2", regimes=twins).diff(
        bold.replace(version="3", regimes=twins), cohort(table, state="state")
    )
    assert [[0, 1, 2, 3, 4]] == [rows.tolist() for rows in diff.reasons().values()]


def test_leads_who_would_be_asked_something_else_are_found():
    """One decision a state of knowledge says what one a lead would; questions already sent count."""
    other = HOUSE.replace(version="2", criteria={"meaningful": topic("healthy").is_true()})
    columns = {"meaningful": [None, True, None, False, None], "timely": [None, None, True, True, False]}
    diff = HOUSE.diff(other, cohort(desk(**columns)))
    slow = [
        row
        for row in diff.alike.tolist()
        if (new := diff.after.decision(row).ask) is not None and new != diff.before.decision(row).ask
    ]
    assert slow
    assert slow == diff.asked.tolist()
    history = sample()
    least = history.playbook.replace(version="2", criteria={"meaningful": topic("fit") >= 3})
    diff = history.playbook.diff(least, history.cohort)
    assert 0 < len(diff.asked) <= len(diff.alike)


def test_other_regimes_put_other_questions():
    """A question that the first playbook never put is said to have been not asked."""
    from qualify.decisions import PROSPECT, Table
    from qualify.playbook import Regime

    other = HOUSE.replace(
        version="2",
        regimes={
            "prospect": Regime(Table("healthy", "growing", PROSPECT.cells), HOUSE.regimes["prospect"].tells)
        },
    )
    assert "healthy was not asked" in HOUSE.diff(other, cohort(desk())).why(0)


def test_playbooks_of_two_charts_are_not_compared():
    """Where leads stand differs; the chart has a diff of its own."""
    chart = Chart(
        "small",
        State("prospect", State("open"), State("done")),
        transitions=(Transition("open", on="sell", to="done"), Transition("done", on="nurture", to="open")),
    )
    other = on_a_chart_of_its_own(chart)
    with pytest.raises(InvalidValue, match="on one chart"):
        HOUSE.diff(other, cohort(desk()))


def on_a_chart_of_its_own(chart):
    """Give a playbook on a chart of its own, with one regime and one table of two actions."""
    from qualify.decisions import Table
    from qualify.playbook import Regime

    cells = [["SELL", "NURTURE", "NURTURE"]] + [["NURTURE"] * 3] * 2
    return Playbook(
        "small",
        "1",
        WORDS,
        {q: topic(q).is_true() for q in QUESTIONS},
        chart=chart,
        regimes={
            "prospect": Regime(
                Table("meaningful", "timely", cells), {Action.SELL: "sell", Action.NURTURE: "nurture"}
            )
        },
        selling=None,
        customer=None,
        no_contact=None,
        not_asked=None,
        opted_out=None,
        review=timedelta(days=30),
    )


def test_truths_are_truths():
    """The codes of answers are those of Truth."""
    decided = HOUSE.decisions(cohort(desk()))
    assert (decided.rows == Truth.YES).tolist() == [True, True, True, False, True]


def test_a_plan_is_by_owner_and_shows_ten():
    """Unless somebody says otherwise."""
    assert ("ann", "ben", None) == HOUSE.plan(cohort(desk()), Capacity(9)).owners
    many = {name: column * 5 for name, column in desk().items()} | {"id": [f"lead-{i}" for i in range(25)]}
    team = HOUSE.plan(cohort(many), Capacity(40), by=None)
    assert 10 == sum("sell to" in line for line in team.lines()) < len(team[None])


def test_half_of_the_answers_are_a_yes_where_nobody_knows():
    """A question is worth what it is worth at even odds."""
    plan = HOUSE.plan(cohort(desk()), Capacity(9), win=0.3)
    assert plan.value == HOUSE.plan(cohort(desk()), Capacity(9), win=0.3, yes=0.5).value
    assert plan.value != HOUSE.plan(cohort(desk()), Capacity(9), win=0.3, yes=1.0).value
