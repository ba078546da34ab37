"""The change from one period to the next: which counts or limits tell it, and where nothing does."""

from __future__ import annotations

import pickle
from itertools import product

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import UnknownName
from qualify.metrics import (
    Counts,
    Estimate,
    brier_score,
    ces,
    close_rate,
    confidence_sequence,
    csat,
    difference,
    enps,
    esat,
    gross_revenue_retention,
    missed_opportunities,
    nps,
    nps_difference,
    proportion,
    qualified_lift,
    wape,
    waste,
    win_rate,
)
from qualify.scales import NPS, Scale
from qualify.scorecard import Scorecard, Target
from qualify.truth import NO, UNKNOWN, YES

THEN, NOW = [9, 10, 3, 7, 8, 2, 10], [10, 9, 9, 1, 8, 10, 6, 9]
HEAVY = [2.5, 1.0, 0.5, 1.0, 3.0, 1.0, 1.0], [1.0, 1.0, 4.0, 0.5, 1.0, 1.0, 2.0, 1.0]
OPEN = [YES, NO, UNKNOWN, NO, None, YES, UNKNOWN], [NO, YES, YES, UNKNOWN, YES, NO, YES, None]


def change(then, now):
    """Give the change that a scorecard shows."""
    return Scorecard.of({}, previous=Scorecard.of({}, x=then), x=now)["x"][0].change


def told(estimate):
    """Give what an estimate says, as numbers."""
    return [estimate.value, estimate.low, estimate.high, estimate.n, estimate.n_missing, estimate.n_effective]


def pair(metric, columns, **more):
    """Give both periods, without and with weights."""
    plain = [metric(column, **more) for column in columns]
    return plain, [metric(column, weights=w, **more) for column, w in zip(columns, HEAVY, strict=True)]


def test_scores():
    """A score's change is that of `nps_difference`, also under weights, and of employees."""
    plain, heavy = pair(nps, (THEN, NOW))
    assert nps_difference(NOW, THEN) == change(*plain)
    assert nps_difference(NOW, THEN, weights=HEAVY[::-1]) == change(*heavy)
    assert told(nps_difference(NOW, THEN, weights=(HEAVY[1], None))) == told(change(plain[0], heavy[1]))
    assert told(change(*plain)) == told(change(*pair(enps, (THEN, NOW))[0]))


@pytest.mark.parametrize("measure", [proportion, win_rate, close_rate])
def test_shares_of_outcomes(measure):
    """A share's change is that of `difference`, with the undecided in it where the share has them."""
    columns = OPEN
    if measure is close_rate:
        columns = [[NO if answer is UNKNOWN else answer for answer in column] for column in OPEN]
    plain, heavy = pair(measure, OPEN)
    asked = difference(columns[1], columns[0])
    assert told(change(*plain))[:4] == pytest.approx(told(asked)[:4])
    asked = difference(columns[1], columns[0], weights=HEAVY[::-1])
    assert told(change(*heavy))[:4] == pytest.approx(told(asked)[:4])
    assert change(*heavy).n_effective == pytest.approx(asked.n_effective)
    assert sum(estimate.n_missing for estimate in plain) == change(*heavy).n_missing


@pytest.mark.parametrize("measure", [csat, esat])
def test_shares_of_answers(measure):
    """So is that of satisfaction."""
    columns = [[1 + answer // 2 for answer in column if answer < 10] for column in (THEN, NOW)]
    happy = [[answer >= 4 for answer in column] for column in columns]
    assert told(difference(*happy[::-1])) == told(change(*(measure(column) for column in columns)))
    weights = [list(range(1, len(column) + 1)) for column in columns]
    heavy = [measure(column, weights=w) for column, w in zip(columns, weights, strict=True)]
    assert told(difference(*happy[::-1], weights=weights[::-1])) == pytest.approx(told(change(*heavy)))


SCALES = [Scale("effort", 0, 10, top=8, bottom=2), Scale("effort", -5, 5, top=3, bottom=-3)]


@pytest.mark.parametrize("easy", ["high", "low"])
@pytest.mark.parametrize("scale", SCALES)
def test_effort(easy, scale):
    """The share of an effort has the change of its easy answers, its nets that of a score."""
    columns = [[answer + scale.low for answer in column] for column in (THEN, NOW)]

    def is_easy(answer, width):
        return answer > scale.high - width if easy == "high" else answer < scale.low + width

    plain, heavy = pair(ces, columns, measure="share", easy=easy, scale=scale)
    at_ease = [[is_easy(answer, 3) for answer in column] for column in columns]
    assert told(difference(*at_ease[::-1])) == told(change(*plain))
    assert told(difference(*at_ease[::-1], weights=HEAVY[::-1])) == pytest.approx(told(change(*heavy)))
    kinds = {scale.low: 0, scale.low + 1: 0, scale.high - 1: 10, scale.high: 10}
    nets = [[kinds.get(answer, 8) for answer in column] for column in columns]
    plain, heavy = pair(ces, columns, measure="net_2", easy=easy, scale=scale)
    sign = 1 if easy == "high" else -1
    asked = nps_difference(nets[1], nets[0], weights=HEAVY[::-1])
    found = change(*heavy)
    assert found.value == pytest.approx(sign * asked.value)
    assert sorted((sign * found.low, sign * found.high)) == pytest.approx([asked.low, asked.high])
    assert found.n_effective == pytest.approx(asked.n_effective)
    assert "points difference" == change(*plain).unit


def test_means():
    """Means, forecasts and kept revenue are squared and added from the limits of both."""
    pairs = [
        [ces(column, measure="mean", easy="high", scale=NPS) for column in (THEN, NOW)],
        [brier_score([0.9, 0.2, 0.6], [True, False, won]) for won in (True, False)],
        [wape(forecast, [10, 10, 10]) for forecast in ([9, 11, 12], [9, 14, 10])],
        [gross_revenue_retention(start=[100, 50, 20], churn=lost) for lost in ([0, 9, 5], [0, 20, 5])],
        [qualified_lift([YES, YES, NO, NO] * 5, [YES, NO, NO, won] * 5, pursued=True, measure="difference")
         for won in (YES, NO)],
    ]  # fmt: skip
    for then, now in pairs:
        found = change(then, now)
        down = np.hypot(now.value - now.low, then.high - then.value)
        up = np.hypot(now.high - now.value, then.value - then.low)
        gap = now.value - then.value
        assert [gap, gap - down, gap + up] == pytest.approx([found.value, found.low, found.high])
        assert "square and add" == found.method
        assert found.unit.endswith("difference")
    targets = {"brier": Target(0.1, lower_is_better=True)}
    last = Scorecard.of(targets, brier=brier_score([0.5] * 200, [YES, NO] * 100))
    card = Scorecard.of(targets, previous=last, brier=brier_score([0.9, 0.1] * 100, [YES, NO] * 100))
    assert YES is card["brier"][0].moved
    assert "-0.24 [" in card.to_text()


@given(st.lists(st.sampled_from([YES, NO, UNKNOWN]), min_size=1, max_size=4),
       st.lists(st.sampled_from([YES, NO, UNKNOWN]), min_size=1, max_size=4))  # fmt: skip
def test_waste_with_open_deals(then, now):
    """Whatever the open deals become, the interval lies within these limits; the value needs all closed."""
    found = change(*(waste([True] * len(ended), ended).leads for ended in (then, now)))
    holes = [[[YES, NO] if truth is UNKNOWN else [truth] for truth in ended] for ended in (then, now)]
    ends = [
        difference([truth is NO for truth in after], [truth is NO for truth in before])
        for before, after in product(product(*holes[0]), product(*holes[1]))
    ]
    assert min(end.low for end in ends) == pytest.approx(found.low)
    assert max(end.high for end in ends) == pytest.approx(found.high)
    if len(ends) == 1:
        assert ends[0].value == pytest.approx(found.value)
    else:
        assert np.isnan(found.value)
        assert "what is still unknown may come out either way" == found.reason
    missed = [missed_opportunities([False] * len(c), [~truth for truth in c]).leads for c in (then, now)]
    assert told(found) == pytest.approx(told(change(*missed)), nan_ok=True)


@pytest.mark.parametrize("of", ["share", "nps", "mean"])
def test_sequences(of):
    """What was watched day by day has limits that hold at every look: each sequence misses half as often."""
    answers = [[10, 9, 3, 7, 8] * 12, [10, 9, 9, 7, 2] * 12]
    if of == "share":
        answers = [[answer > 8 for answer in column] for column in answers]
    then, now = (
        confidence_sequence(column, of=of, scale=NPS if of == "mean" else None) for column in answers
    )
    found = change(then, now)
    ends = [estimate.interval(0.975) for estimate in (now, then)]
    assert (now.value - then.value, "both sequences") == (found.value, found.method)
    assert (ends[0].low - ends[1].high, ends[0].high - ends[1].low) == (found.low, found.high)
    fixed = difference if of == "share" else nps_difference
    assert of == "mean" or found.low < fixed(*answers[::-1]).low
    assert change(attrs.evolve(then, view=None), now) is None
    assert change(confidence_sequence([1.0, 2.0], of="mean"), confidence_sequence([1.0], of="mean")) is None


def test_a_change_at_another_level():
    """A change that is made of limits gives its own at another level, also after a journey in a pickle."""
    waits = [waste([True] * 4, ended).leads for ended in ([YES, NO, NO, YES], [YES, UNKNOWN, NO, YES])]
    means = [ces(column, measure="mean", easy="high", scale=NPS) for column in (THEN, NOW)]
    looks = [confidence_sequence([True] * 40 + [False] * k, of="share") for k in (5, 9)]
    for then, now in (waits, means, looks):
        sure = change(then, at(now, 0.5))
        found = pickle.loads(pickle.dumps(change(then, now)))
        assert (sure.low, sure.high) == found.interval(0.5)
        with pytest.raises(UnknownName, match="unknown method"):
            found.interval(method="wald")


def at(estimate, level):
    """Give an estimate at another level."""
    return estimate.view(estimate.counts, confidence_level=level, method=estimate.method)


def test_other_levels():
    """Counts tell a change at this period's level; limits alone, as stored, only at their own."""
    for measure in (nps, proportion):
        then = measure([True, False, True] if measure is proportion else THEN, confidence_level=0.8)
        now = measure([False, False, True] if measure is proportion else NOW)
        assert 0.95 == change(attrs.evolve(then, view=None), now).confidence_level
    then, now = (
        ces(column, measure="mean", easy="high", scale=NPS, confidence_level=level)
        for column, level in ((THEN, 0.8), (NOW, 0.95))
    )
    same = ces(THEN, measure="mean", easy="high", scale=NPS)
    assert change(same, now) == change(then, now)
    assert change(attrs.evolve(same, view=None), now) == change(then, now)
    assert change(attrs.evolve(then, view=None), now) is None


def hand_made(**more):
    """Give an estimate that nobody's counts tell."""
    fields = {"value": 0.5, "low": 0.0, "high": 1.0, "unit": "share", "method": "own", **more}
    return Estimate("x", confidence_level=0.95, n=9, counts=Counts("apples", yes=4, no=5), **fields)


def test_nothing_tells_it():
    """Unlike things, values that are not the share of their counts, and infinite limits show no change."""
    lift = qualified_lift([YES, YES, NO, NO] * 5, [YES, NO, NO, YES] * 5, pursued=True)
    for then, now in (
        (win_rate(OPEN[0]), close_rate(OPEN[1])),
        (ces([1, 7], measure="net_2", easy="low"), ces([1, 7], measure="net_2", easy="high")),
        (lift, lift),
        (hand_made(), hand_made()),
        (hand_made(method="student"), hand_made()),
        (hand_made(method="student"), hand_made(method="student", high=float("inf"))),
        (hand_made(), attrs.evolve(hand_made(), counts=None)),
        (nps([]), nps(NOW)),
        (nps(NOW), nps([None])),
    ):
        assert change(then, now) is None
    assert 0 == change(hand_made(method="student"), hand_made(method="student")).value
