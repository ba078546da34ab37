"""Agreement of two judges: kappa, AC1, the share, and the criterion they differ on."""

from __future__ import annotations

import json
import math
import pickle
from datetime import date
from itertools import permutations

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import Concordance, agreement
from qualify.truth import NO, UNKNOWN, YES
from qualify.wire import dumps, loads
from reference import curves_other as slow

pairs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30)


def columns(rows):
    return [list(column) for column in zip(*rows, strict=True)]


@given(pairs)
def test_kappa_equals_its_definition(rows):
    """Kappa equals its definition in fractions, or is NaN with a reason where that is 0 / 0."""
    judged = agreement(*columns(rows))
    table = judged.table.tolist()
    assert np.trace(judged.table) == sum(a == b for a, b in rows)
    if len({label for row in rows for label in row}) == 1:
        assert math.isnan(judged.kappa.value)
        assert "one label only" in judged.kappa.reason
        assert (1.0, 1.0) == (judged.share.value, judged.ac1.value)
    else:
        assert judged.kappa.value == pytest.approx(float(slow.kappa(table)))
        for estimate in (judged.kappa, judged.ac1):
            assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1


@given(pairs, st.permutations("abc"))
def test_kappa_is_symmetric_and_free_of_names(rows, names):
    """Swapping the judges or renaming the labels changes neither kappa nor AC1, nor their limits."""
    one, two = columns(rows)
    new = dict(zip("abc", names, strict=True))
    forms = (
        agreement(one, two),
        agreement(two, one),
        agreement([new[x] for x in one], [new[x] for x in two]),
    )
    for name in ("kappa", "ac1", "share"):
        one, *others = ([e.value, e.low, e.high] for e in (getattr(form, name) for form in forms))
        for other in others:
            assert other == pytest.approx(one, abs=1e-7, nan_ok=True)


@given(pairs, st.integers(0, 30))
def test_tables_add(rows, cut):
    """The table of two batches is the sum of their tables."""
    cut = min(cut, len(rows))
    parts = [agreement(*(columns(part) or [[], []])) for part in (rows[:cut], rows[cut:])]
    assert agreement(*columns(rows)) == parts[0] + parts[1]


def test_all_agree_has_limits():
    """When all agree on several labels kappa is 1, and its lower limit is the share's, less chance.

    Wilson's lower limit of 3 of 3 is 3 / (3 + z^2); two labels used 2 and 1 times agree by chance in 5 of 9.
    """
    judged = agreement(["a", "b", "a"], ["a", "b", "a"])
    assert (1.0, 1.0, 1.0) == (judged.kappa.value, judged.ac1.value, judged.share.value)
    share = 3 / (3 + 1.959963984540054**2)
    assert judged.kappa.low == pytest.approx((share - 5 / 9) / (4 / 9))
    assert judged.ac1.low == pytest.approx((share - 4 / 9) / (5 / 9))
    assert (1.0, 1.0) == (judged.kappa.high, judged.ac1.high)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("aaaaa", "aaabc"),  # the first has one label: kappa is 0, and its error vanishes
        ("abbbbbbbcc", "abbbbbbbcc"),  # all agree, in shares that add to 0.9999999999999999
    ],
)
def test_an_error_that_rounding_leaves_is_none(one, two):
    """Where the error vanishes the limits are those of the share, whatever the labels are called."""
    for names in permutations("abc"):
        new = dict(zip("abc", names, strict=True))
        judged = agreement([new[x] for x in one], [new[x] for x in two])
        share, kappa = judged.share, judged.kappa
        assert kappa.low < kappa.value - 0.3
        if one == two:
            assert (1.0, 1.0) == (kappa.value, judged.ac1.value)
            assert judged.ac1.low < 0.7
        else:  # all of the share is chance
            limits = [(limit - share.value) / (1 - share.value) for limit in (share.low, share.high)]
            assert [0.0, *limits] == pytest.approx([kappa.value, kappa.low, kappa.high])


@pytest.mark.parametrize(
    "rows", [(["a", "b", "a", "b"], ["a", "b", "b", "b"]), (["a", "b"], ["a", "b"]), (["a"], ["a"]), ([], [])]
)
def test_limits_at_another_level(rows):
    """Kappa and AC1 give the limits that they have at another level, also after a journey in a pickle."""
    asked = agreement(*rows, confidence_level=0.5)
    for name in ("share", "kappa", "ac1"):
        found = pickle.loads(pickle.dumps(getattr(agreement(*rows), name)))
        assert (getattr(asked, name).low, getattr(asked, name).high) == found.interval(0.5)
    with pytest.raises(UnknownName, match="known are Gwet"):
        asked.ac1.interval(method="wald")


def test_truths_are_labels():
    """Truths and int8 codes are read as NO, UNKNOWN and YES, whether they occur or not."""
    judged = agreement([YES, NO, UNKNOWN, None], [YES, YES, UNKNOWN, NO])
    assert (NO, UNKNOWN, YES) == judged.labels
    assert (3, 1) == (judged.n, judged.n_missing)
    assert judged == agreement(
        np.ma.array([1, -1, 0, 1], mask=[0, 0, 0, 1], dtype=np.int8), np.array([1, 1, 0, -1], np.int8)
    )


def test_bools_beside_truths_are_truths():
    """A column of bools beside one of truths is read as truths; other small numbers are labels."""
    judged = agreement([True, False], np.array([1, -1], np.int8))
    assert (1.0, (NO, UNKNOWN, YES)) == (judged.share.value, judged.labels)
    grades = np.array([1, 5, 2], np.int8)
    assert (1, 2, 5) == agreement(grades, grades).labels


def test_labels_that_may_not_occur():
    """Labels given count for AC1 although they do not occur; one that is not among them is an error."""
    plain, more = agreement(["a", "b"], ["a", "a"]), agreement(["a", "b"], ["a", "a"], labels=("a", "b", "c"))
    assert plain.ac1.value < more.ac1.value
    assert plain.kappa.value == more.kappa.value
    with pytest.raises(UnknownName):
        agreement(["a", "b"], ["a", "a"], labels=("a", "c"))


def test_the_criterion_they_differ_on():
    """Criteria are ranked by how often they differ, and told apart by whether the verdicts differ too."""
    judged = agreement(
        [True, True, False, False],
        [True, False, True, False],
        criteria={
            "need": ([1, 1, 1, 1], [1, 1, 0, 1]),
            "money": ([1, 1, 0, 0], [1, 0, 1, None]),
            "time": ([1, 1, 1, 1], [1, 1, 1, 1]),
        },
    )
    assert ("money", "need") == judged.differs_on
    assert [0.25, 2 / 3, 0.0] == pytest.approx(judged.differ.value.tolist())
    assert [0, 1, 0] == judged.differ.n_missing.tolist()
    assert [0.5, 1.0, 0.0] == judged.behind.value.tolist()
    assert "they differ most on money" in repr(judged)
    twice = judged + judged
    assert [2, 2, 2] == (twice.behind.n // 2).tolist()
    assert agreement([1], [1], criteria={}).differs_on == ()
    with pytest.raises(InvalidValue, match="two columns"):
        agreement([1], [1], criteria={"need": ([1],)})
    with pytest.raises(InvalidValue, match="two columns are needed .got int"):
        agreement([1], [1], criteria={"need": 3})
    with pytest.raises(InvalidType, match="agreement criteria"):
        agreement([1], [1], criteria=["need"])
    with pytest.raises(InvalidValue, match="one entry for each"):
        agreement([1], [1], criteria={"need": ([1, 1], [1, 1])})


CRITERIA = {"need": ([1, 1], [1, 0]), "money": ([1, None], [0, 1])}


def test_what_was_stored_adds_too():
    """Agreements that were written and read add as they were, shares by criterion and all."""
    one = agreement([True, False], [True, True], criteria=CRITERIA)
    again = loads(dumps(one), Concordance)
    assert one + one == again + again
    assert [2, 2] == (again + again).differ.counts["yes"].tolist()


def test_unlike_agreements_do_not_add():
    """Who tells on which criteria judges differ does not add to who does not, nor one level to another."""
    plain, told = agreement([True], [True]), agreement([True, False], [True, True], criteria=CRITERIA)
    for one, two in ((plain, told), (told, plain)):
        with pytest.raises(InvalidValue, match="differ on one side only"):
            one + two
    with pytest.raises(InvalidValue, match=r"the same confidence level \(got 0.9 and 0.95\)"):
        agreement([True], [True], confidence_level=0.9) + plain
    with pytest.raises(InvalidValue, match="Concordance.differ: shares by criterion bring their counts"):
        attrs.evolve(told, differ=attrs.evolve(told.differ, counts=None))


def test_a_label_is_named_once():
    """A label given twice would count twice in AC1."""
    with pytest.raises(InvalidValue, match=r"labels: each label is named once \(got 'a'\)"):
        agreement(["a", "b"], ["a", "a"], labels=("a", "b", "a"))
    plain = agreement(["a", "b"], ["a", "a"])
    with pytest.raises(InvalidValue, match="named once"):
        attrs.evolve(plain, labels=("a", "a"))


@pytest.mark.parametrize(
    ("one", "two", "says"),
    [
        ([1, 2], ["1", "2"], "str beside int"),
        ([True, False], [1, 0], "int beside bool"),
        ([None, "yes"], [True, None], "bool beside str"),
        (["2026-05-01"], [date(2026, 5, 1)], "date beside str"),
    ],
)
def test_both_judges_use_labels_of_one_kind(one, two, says):
    """Labels that only read alike are not the same: they are refused, not counted as differences."""
    with pytest.raises(InvalidType, match=f"first and second: labels of one kind are needed .got {says}"):
        agreement(one, two)
    with pytest.raises(InvalidType, match=r"criteria\['fit'\]\[0\] and criteria\['fit'\]\[1\]"):
        agreement(["a"] * len(one), ["a"] * len(one), criteria={"fit": (one, two)})
    assert 1 == agreement([1, 2], [1.0, 2.0]).share.value
    assert 2 == agreement([None, None], ["1", None]).n_missing


def test_nothing_at_all():
    """Without rows everything is NaN with the reason, and the interval the widest."""
    empty = agreement([], [])
    for estimate in (empty.kappa, empty.ac1, empty.share):
        assert "no rows" == estimate.reason
    assert (-1.0, 1.0) == (empty.kappa.low, empty.kappa.high)
    assert "kappa undefined (no rows)" in repr(empty)
    assert () == empty.differs_on


def test_what_cannot_be_meant():
    """Unlike lengths, ids for labels and other words are errors."""
    with pytest.raises(InvalidValue):
        agreement([1], [1, 2])
    with pytest.raises(InvalidValue, match="1,000 labels"):
        agreement(range(1_001), range(1_001))
    with pytest.raises(InvalidType):
        agreement([1], [1], alpha=0.1)
    assert agreement([1], [1]).__add__(2) is NotImplemented


def test_it_reads_and_writes():
    """The table reads in Markdown, and the dict is JSON."""
    judged = agreement(["a", "b"], ["a", "a"], criteria={"need": ([1, 1], [1, 0])})
    assert "| b | 1 | 0 |" in judged._repr_markdown_()
    assert [[1, 0], [1, 0]] == json.loads(json.dumps(judged.to_dict()))["table"]
    assert "behind" in form(judged)
    assert "behind" not in form(agreement(["a"], ["a"]))
