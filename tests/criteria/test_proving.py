"""What is proved over cells holds for every lead, and z3 agrees."""

from __future__ import annotations

import inspect
import itertools
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qualify.criteria import (
    AtLeast,
    Atom,
    Columns,
    Named,
    Not,
    all_of,
    always_true,
    any_of,
    compare,
    criterion,
    dead_parts,
    disjoint,
    duplicates,
    equivalent,
    exact,
    heard,
    implies,
    satisfiable,
    settle,
    topic,
    weighted,
)
from qualify.errors import CriterionError, InvalidType, InvalidValue
from qualify.models import Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW, SIGNALS, VALUES, completions, criteria, values

FEW = ("n", "m", "w", "t")
small = criteria(FEW, listen=False, max_leaves=6)


def everybody(names):
    """Every lead of whom all these topics are known, over the values of the strategies."""
    for chosen in itertools.product(*(VALUES[name] for name in names)):
        yield Facts.of(dict(zip(names, chosen, strict=True)), at=NOW)


@given(small, small)
@settings(max_examples=25)
def test_what_is_proved_holds_of_every_lead(a, b):
    """No lead contradicts a proof, and each witness shows what it stands for."""
    leads = list(everybody(FEW))
    truths = [(a.truth(lead), b.truth(lead)) for lead in leads]
    proofs = {
        satisfiable: (satisfiable(a), lambda x, y: x is not YES, lambda x, y: x is YES),
        always_true: (always_true(a), lambda x, y: x is YES, lambda x, y: x is not YES),
        implies: (
            implies(a, b),
            lambda x, y: x is not YES or y is YES,
            lambda x, y: x is YES and y is not YES,
        ),
        equivalent: (equivalent(a, b), lambda x, y: x is y, lambda x, y: x is not y),
        disjoint: (
            disjoint(a, b),
            lambda x, y: not (x is YES and y is YES),
            lambda x, y: x is YES and y is YES,
        ),
    }
    for function, (proof, for_all, shows) in proofs.items():
        universal = proof.witness is None
        assert universal == (proof.truth is (NO if function is satisfiable else YES))
        if universal:
            assert all(for_all(x, y) for x, y in truths)
        else:
            assert shows(a.truth(proof.witness), b.truth(proof.witness))


def to_z3(z3, node, names):  # noqa: PLR0911 - one line a node
    """The two-valued meaning of number and truth atoms for z3."""
    if isinstance(node, Atom):
        variable = names[node.topic]
        if node.operator == "is_true":
            return variable
        bound = node.value
        if node.operator == "between":
            return z3.And(variable >= ratio(z3, bound[0]), variable <= ratio(z3, bound[1]))
        if node.operator == "one_of":
            return z3.Or([variable == ratio(z3, value) for value in bound])
        value = ratio(z3, bound)
        return {
            "==": variable == value,
            "!=": variable != value,
            "<": variable < value,
            "<=": variable <= value,
            ">": variable > value,
            ">=": variable >= value,
        }[node.operator]
    if isinstance(node, Named):
        return to_z3(z3, node.part, names)
    if isinstance(node, Not):
        return z3.Not(to_z3(z3, node.part, names))
    parts = [to_z3(z3, part, names) for part in node.parts]
    weights = [1] * len(parts) if isinstance(node, AtLeast) else node.weights
    bar = node.need if isinstance(node, AtLeast) else node.bar
    total = z3.Sum([z3.If(part, ratio(z3, weight), 0) for part, weight in zip(parts, weights, strict=True)])
    return total >= ratio(z3, bar)


def ratio(z3, number):
    """An exact number for z3."""
    held = Fraction(str(number))
    return z3.Q(held.numerator, held.denominator)


@given(criteria(("n", "m"), listen=False, max_leaves=6), criteria(("n", "m"), listen=False, max_leaves=6))
@settings(max_examples=40)
def test_z3_agrees(a, b):
    """A solver over real numbers answers as the cells do, where there always is a number."""
    z3 = pytest.importorskip("z3")
    assume(not any(leaf.operator == "exists" for leaf in (a & b).leaves))  # z3's reals know no "none"
    words = Vocabulary(Topic("n", float), Topic("m", float))
    names = {"n": z3.Real("n"), "m": z3.Real("m")}
    one, other = to_z3(z3, a, names), to_z3(z3, b, names)

    def possible(formula):
        solver = z3.Solver()
        solver.add(formula)
        return solver.check() == z3.sat

    # That there is none behaves as a number below all others, so without exists() nothing tells them apart.
    assert (satisfiable(a, vocabulary=words).truth is YES) == possible(one)
    assert (implies(a, b, vocabulary=words).truth is YES) == (not possible(z3.And(one, z3.Not(other))))
    assert (equivalent(a, b, vocabulary=words).truth is YES) == (not possible(one != other))
    assert (disjoint(a, b, vocabulary=words).truth is YES) == (not possible(z3.And(one, other)))
    agreement = compare(a, b, vocabulary=words)
    assert (agreement.only_a > 0) == possible(z3.And(one, z3.Not(other)))
    assert (agreement.only_b > 0) == possible(z3.And(other, z3.Not(one)))
    assert (agreement.both > 0) == possible(z3.And(one, other))


@given(criteria(("n", "w", "t"), listen=False, max_leaves=5), values(("n", "w", "t")))
@settings(max_examples=40)
def test_settle_decides_exactly_what_completions_agree_on(rule, known):
    """Settle is YES or NO if and only if every completion is, and never contradicts the truth."""
    lead = Facts.of(known, at=NOW)
    proof = settle(rule, lead)
    reached = {rule.truth(Facts.of(c, at=NOW)) for c in completions(rule, ("n", "w", "t"), known)}
    if proof.truth is not UNKNOWN:
        assert {proof.truth} == reached
    elif len(reached) == 1:  # a value between the strategies' shows the other truth
        assert proof.witness is None or rule.truth(proof.witness) is YES
    assert rule.truth(lead) in {UNKNOWN, proof.truth}


@given(criteria(("n", "w", "t"), listen=False, max_leaves=5))
@settings(max_examples=40)
def test_exact_means_that_settling_adds_nothing(rule):
    """Where Kleene is called exact, settle decides nothing more; else the witness is settled."""
    proof = exact(rule)
    if proof.truth is YES:
        for known in ({}, {"n": 3}, {"w": "a"}, {"t": True, "n": 0}):
            lead = Facts.of(known, at=NOW)
            assert rule.truth(lead) is settle(rule, lead).truth
    else:
        assert UNKNOWN is rule.truth(proof.witness)
        assert UNKNOWN is not settle(rule, proof.witness).truth


@given(criteria(("n", "t"), listen=False, max_leaves=6))
@settings(max_examples=30)
def test_dead_parts_make_no_difference(rule):
    """What is called dead can be replaced by a constant truth without changing any lead's."""
    found = dead_parts(rule)
    for path, part in found:
        assert part == dict(rule.walk())[path]
    if found and isinstance(rule, AtLeast) and rule.need == len(rule.parts) and len(rule.parts) > 1:
        dropped = [i for i in range(len(rule.parts)) if f"[{i}]" in dict(found)]
        kept = [part for i, part in enumerate(rule.parts) if i not in dropped]
        if kept and satisfiable(rule).truth is YES:
            assert YES is equivalent(rule, all_of(kept)).truth


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        ((topic("a") > 3) & (topic("a") < 4), YES),
        ((topic("a") >= 3) & (topic("a") < 3), NO),
        ((topic("w") == "x") & (topic("w") == "y"), NO),
        ((topic("w") > "a") & (topic("w") < "b"), YES),
        ((topic("d") > date(2026, 5, 1)) & (topic("d") < date(2026, 5, 2)), NO),
        ((topic("d") > date(2026, 5, 1)) & (topic("d") < date(2026, 5, 3)), YES),
        ((topic("u") > timedelta(1)) & (topic("u") < timedelta(1, microseconds=1)), NO),
        ((topic("i") > NOW) & (topic("i") < NOW + timedelta(microseconds=2)), YES),
        (topic("i").within(timedelta(7)) & topic("i").due(timedelta(7)), NO),
        (topic("i").within(timedelta(7)) & ~topic("i").within(timedelta(8)), NO),
        (heard("x").within(timedelta(7)) & ~heard("x").within(timedelta(8)), NO),
        (heard("x").within(timedelta(7), times=2) & ~heard("x").within(timedelta(7)), NO),
        (heard("x") & ~heard("x").within(timedelta(8)), YES),
        (heard("x") & ~heard("x", "y"), NO),
        (heard("x", "y", times=2) & ~heard("x") & ~heard("y", times=2), NO),
        (topic("a").exists() & ~topic("a").known(), NO),
        (~topic("a").known(), YES),
        (topic("a").is_true() & ~topic("a").exists(), NO),
    ],
)
def test_satisfiable_is_exact(rule, truth):
    """Times, windows, counts and knowing are modelled as they are, not as free truths."""
    proof = satisfiable(rule, at=NOW)
    assert truth is proof.truth
    if truth is YES:
        assert YES is rule.truth(proof.witness)


def test_a_vocabulary_narrows_what_can_be():
    """Types and listed values leave out what never occurs."""
    words = Vocabulary(
        Topic("w", str, values=("a", "b")), Topic("d", "date"), Topic("n", float), Topic("t", bool)
    )
    assert YES is always_true(topic("w").one_of("a", "b") | ~topic("w").exists(), vocabulary=words).truth
    assert NO is always_true(topic("w").one_of("a", "b") | ~topic("w").exists()).truth
    assert YES is satisfiable(topic("d").within(timedelta(3)), vocabulary=words, at=NOW).truth
    assert YES is equivalent(topic("t").is_true(), topic("t").exists(), vocabulary=words).truth
    assert (
        NO
        is satisfiable(topic("n").exists() & (topic("n") >= -3) & (topic("n") <= 0) & (topic("n") == 0)).truth
    )


def test_the_budget_is_kept_and_said():
    """Beyond the declared number of cells nothing is guessed."""
    rule = all_of(topic(f"t{i}") >= i for i in range(25))
    for proof in (satisfiable(rule), always_true(rule), settle(~rule | rule, Facts.of({}, at=NOW))):
        assert UNKNOWN is proof.truth
        assert "33,554,432 cells" in proof.reason
    assert UNKNOWN is exact(rule | ~rule).truth
    assert dead_parts(rule) is None
    assert UNKNOWN is compare(rule, rule).truth
    assert "undecided" in str(compare(rule, rule))
    assert UNKNOWN is satisfiable(topic("a") >= 3, budget=1).truth


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A host's function."""
    return facts["industry"] == "health"


def test_host_functions_are_free_and_what_they_show_is_possible():
    """A contradiction is certain with them, a witness only possible."""
    fit = topic("fit") >= 3
    assert NO is satisfiable(regulated & ~regulated).truth
    assert not satisfiable(regulated & ~regulated).possible
    proof = satisfiable(regulated & fit)
    assert (YES, True) == (proof.truth, proof.possible)
    agreement = compare(regulated | fit, fit)
    assert (NO, True, ()) == (agreement.truth, agreement.possible, agreement.because)
    assert "(possible)" in str(agreement)
    assert YES is settle(regulated | ~regulated, Facts.of({}, at=NOW)).truth


def test_compare_counts_and_shows():
    """Marketing's and sales' rule: where both say yes, where one alone, and on what they differ."""
    marketing = any_of(topic("visits") >= 3, topic("fit") >= 3)
    sales = all_of(topic("fit") >= 3, topic("need").exists())
    found = compare(marketing, sales)
    assert (NO, 2, 4, 0) == (found.truth, found.both, found.only_a, found.only_b)
    assert found.total == 8
    assert YES is marketing.truth(found.witness)
    assert NO is sales.truth(found.witness)
    assert all(part.truth is NO for part in found.because)
    mirrored = compare(sales, marketing)
    assert (4, 0) == (mirrored.only_b, mirrored.only_a)
    assert YES is marketing.truth(mirrored.witness)
    assert YES is compare(sales, sales).truth
    assert "0 only a" in str(compare(sales, sales))


def test_compare_counts_real_leads():
    """With columns leads are counted, and those of whom too little is known are open."""
    a, b = topic("fit") >= 3, topic("need").exists()
    columns = Columns.of({"fit": [4, 4, None, 1, None, 5], "need": [True, None, True, None, False, False]})
    found = compare(a, b, columns=columns)
    assert ("leads", 1, 1, 0, 0, 4) == (
        found.unit,
        found.both,
        found.only_a,
        found.only_b,
        found.neither,
        found.open,
    )
    assert NO is found.truth
    assert found.total == 6
    with pytest.raises(InvalidValue, match="at least one lead"):
        compare(a, b, columns=Columns.of({"fit": [], "need": []}))


def test_a_criterion_without_topics():
    """What only listens is compared too."""
    assert YES is equivalent(heard("x"), heard("x")).truth
    assert NO is compare(heard("x"), heard("y")).truth


def test_many_intertwined_windows_are_still_answered():
    """Leaves that hear too many ways together are taken as free; nothing is claimed that is not so."""
    rule = any_of(heard("a", "b", times=5).within(timedelta(d)) for d in (1, 2, 3, 4))
    assert YES is satisfiable(rule & heard("b", "c", times=5)).truth


def test_duplicates():
    """Equal parts of one group are pairs of paths, names aside."""
    fit = topic("fit") >= 3
    rule = all_of(fit, topic("a").exists(), any_of(fit.named("good"), fit, fit))
    assert (("[2][0]", "[2][1]"), ("[2][0]", "[2][2]")) == duplicates(rule)


def test_exact_at_once_and_by_cells():
    """One leaf in one polarity for each topic is exact at once; a topic in both is looked at."""
    fit, need = topic("fit") >= 3, topic("need").exists()
    assert 0 == exact(fit & ~need).cells
    assert YES is exact(weighted({fit: 1, need: -1}, bar=0)).truth
    assert YES is exact((topic("fit") >= 3) & (topic("fit") <= 5)).truth
    found = exact(fit | ~fit)
    assert (NO, UNKNOWN) == (found.truth, (fit | ~fit).truth(found.witness))
    assert YES is exact(fit & need & topic("fit").known()).truth


def test_settle_takes_what_is_known():
    """A decided truth is given back; a witness is a completion that is YES."""
    rule = (topic("n") >= 3) & topic("t").is_true()
    assert NO is settle(rule, Facts.of({"n": 1}, at=NOW)).truth
    proof = settle(rule, Facts.of({"n": 4}, at=NOW, signals=[Signal(SIGNALS[0], at=NOW)]))
    assert UNKNOWN is proof.truth
    assert (4, True) == (proof.witness["n"], proof.witness["t"])
    both = (topic("n") >= 5) & (topic("n") <= 2)
    assert NO is settle(both, Facts.of({}, at=NOW)).truth
    assert Truth.YES is settle(~both, Facts.of({}, at=NOW)).truth


@given(st.data())
def test_only_criteria_are_proved(data):
    """Something else than a criterion is an error."""
    for function in (satisfiable, always_true, exact, dead_parts, duplicates):
        with pytest.raises(CriterionError):
            function(3)
    with pytest.raises(InvalidType):
        settle(topic("a") >= 3, {})


@pytest.mark.parametrize("kind", ["any", "text", "number", "boolean", "date", "instant", "duration"])
def test_every_type_of_topic_has_cells(kind):
    """A topic of any type may exist or not, and nothing else is asked of it."""
    words = Vocabulary(Topic("x", kind))
    assert YES is satisfiable(topic("x").exists(), vocabulary=words).truth
    assert YES is satisfiable(~topic("x").exists(), vocabulary=words).truth


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (topic("d") > date.max, NO),
        (topic("d") < date.min, YES),  # that there is none lies below all
        ((topic("d") < date.min) & topic("d").exists(), NO),
        (topic("i").within(timedelta(days=3_000_000)), YES),
        (topic("n").between(1.0, 1.0 + 2**-52) & (topic("n") > 1.0) & (topic("n") < 1.0 + 2**-52), NO),
        (~topic("w").one_of("another w", "another w yet") & topic("w").exists(), YES),
        ((topic("n") < -1) & topic("n").exists(), YES),
    ],
)
def test_cells_at_the_ends(rule, truth):
    """Ends of the calendar, neighbours among floats, and words that look like ours."""
    assert truth is satisfiable(rule, at=NOW).truth


def test_the_cell_that_nobody_asked_says_so():
    """The value that stands for not knowing prints as that."""
    from qualify.criteria._cells import UNASKED

    assert "UNASKED" == repr(UNASKED)


def test_the_least_gap_between_two_instants_is_looked_at():
    """Between two bounds a microsecond, or a day, apart from one value there is that value."""
    moment, day = datetime(2026, 5, 3, tzinfo=UTC), date(2026, 5, 3)
    for low, least in (
        (moment, timedelta(microseconds=1)),
        (timedelta(days=3), timedelta(microseconds=1)),
        (day, timedelta(days=1)),
    ):
        assert YES is satisfiable((topic("x") > low) & (topic("x") < low + 2 * least)).truth
        assert NO is satisfiable((topic("x") > low) & (topic("x") < low + least)).truth


def test_signals_of_several_kinds_are_counted_out():
    """Five of two kinds cannot be two of each: hundreds of ways to be heard are tried."""
    most = ~heard("a", times=3) & ~heard("b", times=3)
    assert NO is satisfiable(heard("a", "b", times=5) & most).truth
    assert YES is satisfiable(heard("a", "b", times=4) & most).truth


def test_a_proof_looks_at_a_million_cells_and_prints_no_facts():
    """Unless somebody gives another budget; the witness is there to be asked for."""
    for prove in (satisfiable, always_true, implies, equivalent, disjoint, exact, dead_parts):
        assert 1_000_000 == inspect.signature(prove).parameters["budget"].default
    proof = satisfiable(topic("x") == 3)
    assert proof.witness is not None
    assert "Facts" not in repr(proof)
