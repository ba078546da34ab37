"""What every criterion can do, whatever it is made of."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from datetime import timedelta
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import (
    Criterion,
    Fault,
    Named,
    Not,
    all_of,
    any_of,
    at_least,
    criterion,
    heard,
    topic,
    weighted,
)
from qualify.errors import CriterionError, InvalidType, UnknownName
from qualify.models import Evidence, Facts, Lead, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW, VALUES, criteria, facts, leaves, signals, truth, values

NOTHING = Facts.of({}, at=NOW)


@given(criteria(), facts())
def test_truth_is_that_of_the_definitions(rule, known):
    """The compiled function, the verdict and the obvious twin give the same truth."""
    expected = truth(rule, known)
    assert expected is rule.truth(known)
    assert expected is rule.judge(known).truth


@given(criteria(), criteria(), criteria(), facts())
def test_kleene_laws(a, b, c, known):
    """The laws of Kleene's logic hold of every criterion, whatever is known."""

    def same(one, other):
        return one.truth(known) is other.truth(known)

    assert same(a & b, b & a)
    assert same(a | b, b | a)
    assert same(a & (b & c), (a & b) & c)
    assert same(a & (b | c), (a & b) | (a & c))
    assert same(a | (b & c), (a | b) & (a | c))
    assert same(~(a & b), ~a | ~b)
    assert same(~(a | b), ~a & ~b)
    assert same(a & (a | b), a)
    assert same(a | (a & b), a)
    assert same(~~a, a)
    assert same(at_least(2, a, b, c), (a & b) | (a & c) | (b & c))


@given(criteria(listen=False), values(), values())
def test_learning_more_never_changes_a_decided_truth(rule, known, more):
    """Refining what is UNKNOWN leaves YES and NO as they are."""
    before = rule.truth(Facts.of(known, at=NOW))
    after = rule.truth(Facts.of({**more, **known}, at=NOW))
    assert before is UNKNOWN or before is after


@given(st.lists(leaves(), min_size=2, max_size=5), facts(), st.randoms(use_true_random=False))
def test_order_of_parts_does_not_matter_for_truth(parts, known, shuffler):
    """Every group gives the same truth with its parts in another order."""
    other = list(parts)
    shuffler.shuffle(other)
    for group in (all_of, any_of, lambda *p: at_least(2, *p)):
        assert group(parts).truth(known) is group(other).truth(known)
    numbers = {part: 0.1 * (i + 1) for i, part in enumerate(parts)}
    one = weighted([(part, numbers[part]) for part in parts], bar=0.3)
    two = weighted([(part, numbers[part]) for part in other], bar=0.3)
    assert one.truth(known) is two.truth(known)


@given(criteria())
def test_a_criterion_is_a_value(rule):
    """Pickling and copying give equal criteria with equal hashes and fingerprints."""
    again = pickle.loads(pickle.dumps(rule))
    assert rule == again
    assert hash(rule) == hash(again)
    assert rule.fingerprint == again.fingerprint
    assert rule is copy.deepcopy(rule)
    assert rule is copy.copy(rule)


@given(criteria())
def test_repr_is_the_code_that_builds_it(rule):
    """Evaluating the repr gives an equal criterion."""
    import datetime as dt
    from decimal import Decimal

    names = {n: getattr(dt, n) for n in ("datetime", "timedelta", "date")}
    names |= {"topic": topic, "heard": heard, "at_least": at_least, "weighted": weighted, "Decimal": Decimal}
    pairs = [node for _, node in rule.walk() if hasattr(node, "weights")]
    if any(len({*node.parts}) < len(node.parts) for node in pairs):
        return  # a mapping cannot say the same part twice
    text = repr(rule).replace("tzinfo=datetime.timezone.utc", "tzinfo=utc")
    built = eval(text, names | {"utc": dt.UTC})  # noqa: S307 - our own text
    assert rule.truth(NOTHING) is built.truth(NOTHING)
    assert set(rule.leaves) == set(built.leaves)


@given(criteria(max_leaves=4), criteria(max_leaves=4))
def test_equal_means_equal_fingerprint(one, other):
    """Two criteria are equal exactly if their fingerprints are, and then their hashes are."""
    assert (one == other) == (one.fingerprint == other.fingerprint)
    assert one != other or hash(one) == hash(other)


def test_constants_compare_with_their_type():
    """A number and a text, and a whole and a broken number, are different constants."""
    assert (topic("a") == 1) != (topic("a") == "1")
    assert (topic("a") == 1) != (topic("a") == 1.0)
    assert (topic("a") == 1).fingerprint != (topic("a") == 1.0).fingerprint


def test_order_of_parts_counts_for_equality_only():
    """A & B and B & A differ as values, because they explain in another order."""
    a, b = topic("a").exists(), topic("b").exists()
    assert (a & b) != (b & a)


def test_hash_is_the_same_in_another_process_only_by_fingerprint():
    """A pickle holds no hash of the process that wrote it."""
    rule = all_of(topic("a").exists(), topic("b") >= 3)
    hash(rule)
    program = "import pickle,sys; r = pickle.loads(sys.stdin.buffer.read()); print({r: 1}[r], r.fingerprint)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps(rule),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert f"1 {rule.fingerprint}" == done.stdout.decode().strip()


def test_groups_of_one_kind_grow_flat():
    """A long chain of & stays one group, so that its depth does not grow."""
    rule = topic("t0").exists()
    for i in range(1, 300):
        rule = rule & topic(f"t{i}").exists()
    assert (300, 2) == (len(rule.parts), rule.depth)


@pytest.mark.parametrize("group", [all_of, any_of])
def test_a_single_part_stays_itself(group):
    """A group of one part is that part."""
    part = topic("a").exists()
    assert part == group(part) == group([part])


def test_double_negation_is_the_part():
    """Negating twice gives the very criterion."""
    part = topic("a").exists()
    assert part is ~~part


@pytest.mark.parametrize(
    ("slip", "hint"),
    [
        (lambda: topic("a") == "x" & topic("b") == "y", "parentheses"),
        (lambda: topic("a") == "x" | topic("b") == "y", "parentheses"),
        (lambda: topic("a").exists() & topic("b") == "y", "parentheses"),
        (lambda: "x" & topic("a").exists(), "parentheses"),
        (lambda: "x" | topic("a").exists(), "parentheses"),
        (lambda: topic("a").exists() | 3, "parentheses"),
        (lambda: topic("a") & topic("b"), "is_true()"),
        (lambda: ~topic("a"), "is_true()"),
        (lambda: topic("a") == (topic("b") == 3), "parentheses"),
        (lambda: topic("a") == topic("b"), "@criterion"),
        (lambda: topic("a") == None, "exists()"),  # noqa: E711 - the slip itself
    ],
)
def test_slips_of_precedence_are_answered_with_the_sentence_that_helps(slip, hint):
    """Operators beside comparisons raise at once and say what to write."""
    with pytest.raises(CriterionError, match=hint.replace("(", r"\(").replace(")", r"\)")):
        slip()


@pytest.mark.parametrize(
    ("slip", "hint"),
    [
        (lambda: bool(topic("a") >= 3), "& | ~"),
        (lambda: 1 < topic("a") < 5, "between"),
        (lambda: (topic("a") >= 3) and topic("b").exists(), "& | ~"),
        (lambda: bool(topic("a")), "is_true"),
        (lambda: bool((topic("a") >= 3).judge(NOTHING)), "Truth.YES"),
    ],
)
def test_bool_raises_and_says_what_to_write(slip, hint):
    """A question is neither true nor false."""
    with pytest.raises(InvalidType, match=hint.replace("|", r"\|")):
        slip()


def test_only_facts_are_judged():
    """A dict in the place of Facts is an error that says how to make them."""
    rule = topic("a") >= 3
    for way in (rule.truth, rule.judge, rule.changes_at):
        with pytest.raises(InvalidType, match=r"Facts\.of"):
            way({"a": 4})


def test_an_attribute_error_of_our_own_is_not_hidden():
    """Facts that break while they are judged raise what they raise."""

    class Broken(Facts):
        pass

    broken = object.__new__(Broken)
    for way in ((topic("a") >= 3).truth, (topic("a") >= 3).judge):
        with pytest.raises(AttributeError):
            way(broken)


def test_depth_and_nodes_are_limited_and_counted_with_sharing():
    """A tree that shares its parts is as large as one that repeats them, and refused in constant time."""
    rule = topic("a").exists()
    for _ in range(8):
        rule = Named("x", at_least(1, rule, rule)) & topic("b").exists()
        if rule.size > 300:
            break
    with pytest.raises(CriterionError, match="nodes"):
        all_of(*[rule] * 10, topic("c").exists())
    deep = topic("a").exists()
    for _ in range(22):
        deep = Not(deep)
    assert 23 == deep.depth
    assert 24 == Not(deep).depth
    with pytest.raises(CriterionError, match="24 deep"):
        Not(Not(deep))
    with pytest.raises(CriterionError, match="nodes"):
        all_of(topic(f"t{i}").exists() for i in range(1_000))


def test_deepest_and_largest_are_judged():
    """What the limits allow can be judged, compared, printed and pickled."""
    deep = topic("a").exists()
    for i in range(11):
        deep = Not(any_of(deep, topic(f"t{i}").exists()))
    wide = all_of(deep, *(topic(f"w{i}").exists() for i in range(900)))
    assert 24 == wide.depth
    assert UNKNOWN is wide.truth(NOTHING)
    assert UNKNOWN is wide.judge(NOTHING).truth
    assert wide == pickle.loads(pickle.dumps(wide))
    assert len(repr(wide)) <= 2_000
    assert len(wide.judge(NOTHING).explain().splitlines()) == 101


def test_walk_gives_paths():
    """Every node has a path by which errors and findings name it."""
    rule = all_of(topic("a").exists(), ~(topic("b") >= 3).named("big"))
    assert ["", "[0]", "[1]", "[1].not", "[1].not<big>"] == [path for path, _ in rule.walk()]


def test_topics_kinds_and_hosts_are_listed_once():
    """A criterion says what it reads, what it listens for and whom it calls."""

    @criterion(uses=("a", "z"), version="1")
    def host(facts):
        return True

    rule = all_of(
        topic("b").exists(), topic("a") >= 3, topic("b").exists(), heard("x", "y"), heard("x"), host
    )
    assert ("b", "a", "z") == rule.topics
    assert ("x", "y") == rule.hears
    assert (host,) == rule.hosts


WORDS = Vocabulary(
    Topic("n", int),
    Topic("w", str, values=("a", "b")),
    Topic("t", bool),
    Topic("d", "date"),
    Topic("any"),
)


@pytest.mark.parametrize(
    ("rule", "error", "words"),
    [
        (topic("budgt") >= 3, UnknownName, "criterion"),
        (all_of(topic("n") >= 3, topic("w") >= 3), CriterionError, r"criterion\[1\].*text.*number"),
        (topic("t") >= 3, CriterionError, "boolean"),
        (topic("n").is_true(), CriterionError, "number"),
        (topic("w") == "c", CriterionError, "never holds this value.*'a', 'b'"),
        (topic("w").one_of("a", "z"), CriterionError, "'z'"),
        (topic("w").within(timedelta(1)), CriterionError, "text"),
        (criterion(uses=("nn",), version="1")(lambda f: True), UnknownName, r"uses.*'n'"),
    ],
)
def test_check_finds_what_can_never_be_judged(rule, error, words):
    """Unknown topics and comparisons with the wrong type are errors when a playbook is built."""
    with pytest.raises(error, match=words):
        rule.check(WORDS)


def test_check_gives_what_is_sound():
    """A criterion that fits the vocabulary is given back."""
    rule = all_of(
        topic("n") >= 3,
        topic("w") == "a",
        topic("t").is_true(),
        topic("d").within(timedelta(days=3)),
        topic("any") >= "x",
        topic("w").exists(),
        heard("anything"),
        criterion(uses=("n",), version="1", name="host")(lambda f: True),
    )
    assert rule is rule.check(WORDS)


@given(criteria(), facts())
def test_nothing_changes_before_changes_at(rule, known):
    """Without news the truth and every leaf stay what they are until `changes_at`."""
    change = rule.changes_at(known)
    for hours in (1, 24, 25, 47, 48, 49, 100, 719, 720, 721):
        later = known.at + timedelta(hours=hours)
        if change is not None and later >= change:
            break
        then = Facts(at=later, current=known.current, signals=known.signals)
        assert [leaf.truth(known) for leaf in rule.leaves] == [leaf.truth(then) for leaf in rule.leaves]


@given(criteria(), facts())
def test_the_truth_holds_until_good_until(rule, known):
    """Before `good_until` the truth is the same; it lies not before `changes_at`."""
    until, change = rule.judge(known).good_until, rule.changes_at(known)
    assert until is None or (change is not None and until >= change)
    for hours in (1, 24, 25, 47, 48, 49, 100, 719, 720, 721, 3_000):
        later = known.at + timedelta(hours=hours)
        if until is not None and later >= until:
            break
        assert rule.truth(known) is rule.truth(Facts(at=later, current=known.current, signals=known.signals))


spans = st.dictionaries(st.sampled_from(sorted(VALUES)), st.sampled_from([1, 24, 30, 48, 100]), max_size=6)


@given(criteria(), values(), signals, spans)
def test_stale_facts_change_nothing_before_they_are_due(rule, said, heard_, spans):
    """With evidence that goes out of date both instants hold, for the truth and for every leaf."""
    ana = Lead("ana").hear(*heard_)
    for name, value in said.items():
        hours = spans.get(name)
        good_for = None if hours is None else timedelta(hours=hours)
        ana = ana.learn(Evidence(name, value, at=NOW, good_for=good_for))
    known = ana.facts(at=NOW)
    until, change = rule.judge(known).good_until, rule.changes_at(known)
    for hours in (1, 24, 25, 30, 31, 47, 48, 49, 100, 719, 720, 721):
        later = NOW + timedelta(hours=hours)
        then = ana.facts(at=later)
        if until is None or later < until:
            assert rule.truth(known) is rule.truth(then)
        if change is None or later < change:
            assert [leaf.truth(known) for leaf in rule.leaves] == [leaf.truth(then) for leaf in rule.leaves]


def test_every_topic_of_the_strategies_is_known():
    """The strategies cover every kind of value."""
    assert {"n", "m", "w", "v", "t", "s", "d", "i", "u"} == set(VALUES)
    assert isinstance(topic("n") >= 3, Criterion)
    assert NO is heard("x").truth(NOTHING)
    assert YES is heard("x").truth(Facts.of({}, at=NOW, signals=[Signal("x", at=NOW)]))


def test_the_room_names_its_face():
    """The room lists its names, gives Columns lazily, and knows no others."""
    import qualify.criteria as room

    assert room.__all__ == dir(room)
    assert "Columns" == room.Columns.__name__
    with pytest.raises(AttributeError, match="no attribute 'columns'"):
        _ = room.columns


def test_a_group_rests_on_nothing_beside_its_parts():
    """Only leaves end by themselves."""
    group = topic("a").exists() & topic("b").exists()
    assert group._until({}, NOTHING) is None


def test_a_fact_that_the_topic_does_not_list_is_a_fault():
    """Its truth is UNKNOWN, the fault is named, and `strict` raises it; other topics are not touched."""
    lead = Facts.of({"w": "z", "n": 3}, at=NOW, vocabulary=WORDS)
    verdict = ((topic("w") == "a") & (topic("n") >= 3)).judge(lead)
    assert (UNKNOWN, ("w",)) == (verdict.truth, verdict.missing)
    assert [Fault("w", "unreadable", "the topic does not list this value")] == list(verdict.faults)
    assert () == (topic("n") >= 3).judge(lead, strict=True).faults
    with pytest.raises(CriterionError, match="does not list this value"):
        (topic("w") == "a").judge(lead, strict=True)


def test_what_is_no_criterion_may_decide_itself_whether_it_is_equal():
    """Compared with something else, a criterion leaves the answer to that."""
    rule = topic("a") >= 3
    assert rule == ANY
    assert (rule == 3) is False
    assert (rule != 3) is True


@pytest.mark.parametrize(
    ("slip", "asked"),
    [
        (lambda rule: rule & 3, "& joins criteria"),
        (lambda rule: 3 & rule, "& joins criteria"),
        (lambda rule: rule | 3, "| joins criteria"),
        (lambda rule: 3 | rule, "| joins criteria"),
        (lambda rule: topic("b") & rule, "a topic alone is no criterion, and & binds more tightly than =="),
        (lambda rule: 3 | topic("b"), "a topic alone is no criterion, and | binds more tightly than =="),
        (lambda rule: ~topic("b"), "a topic alone is no criterion, and ~ binds more tightly than =="),
    ],
)
def test_a_slip_is_answered_with_its_operator(slip, asked):
    """The error names the operator that stands between."""
    with pytest.raises(CriterionError) as caught:
        slip(topic("a") >= 3)
    assert asked == caught.value.asked


def test_what_is_no_criterion_is_answered_with_how_to_write_one():
    """The four ways to begin a criterion are named."""
    with pytest.raises(CriterionError) as caught:
        all_of("need")
    assert (
        "write topic('fit') >= 3, topic('need').exists(), heard('demo'), or @criterion on a function"
    ) == caught.value.allowed


def test_two_functions_of_one_name_are_named_by_their_places():
    """The error says in which modules the two are written, or what is called where it is no function."""

    class Called:
        def __call__(self, facts):
            return True

        def __repr__(self):
            return "Called()"

    one = criterion(version="1", name="h")(lambda f: True)
    other = criterion(version="1", name="h")(Called())
    with pytest.raises(CriterionError) as caught:
        (one & ~other).check(WORDS)
    written = "test_two_functions_of_one_name_are_named_by_their_places.<locals>.<lambda>"
    assert f"{__name__}.{written} and {__name__}.Called()" == caught.value.found


def test_a_thousand_nodes_are_allowed():
    """999 parts and their group are 1,000 nodes."""
    assert 1_000 == all_of(topic(f"t{i}").exists() for i in range(999)).size


def test_facts_that_last_and_facts_that_end_are_judged_in_any_order():
    """The same criterion says of each until when it holds."""
    words = Vocabulary(Topic("n", int, fresh_for=timedelta(days=1)))
    lasting, ending = Facts.of({"n": 3}, at=NOW), Facts.of({"n": 3}, at=NOW, vocabulary=words)
    for order in ((lasting, ending, lasting), (ending, lasting, ending)):
        rule = topic("n") >= 3
        found = [rule.judge(facts).good_until for facts in order]
        assert [NOW + timedelta(days=1) if facts is ending else None for facts in order] == found
