"""The scorecard: each sign by its interval, the whole with reasons."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _canonical, scorecard
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import (
    Counts,
    Estimate,
    brier_score,
    csat,
    difference,
    enps,
    esat,
    net_revenue_retention,
    nps,
    nps_difference,
    proportion,
    wape,
    waste,
    win_rate,
)
from qualify.scales import Scale
from qualify.scorecard import Scorecard, Sign, Target
from qualify.truth import NO, UNKNOWN, YES

GOOD = nps(Counts("NPS", promoters=1436, passives=968, detractors=342))
FEW = nps([10, 9, 9, 3, 8, 7, 10, 9, 2, 9, 10, 10, 8, 9])
BAD = nps(Counts("NPS", promoters=10, passives=100, detractors=200))


@pytest.mark.parametrize(
    ("target", "low", "high", "truth"),
    [
        (Target(30), 30, 50, YES),
        (Target(30), 29, 50, UNKNOWN),
        (Target(30), 10, 29.9, NO),
        (Target(30), 10, 30, UNKNOWN),
        (Target(0.2, lower_is_better=True), 0.1, 0.2, YES),
        (Target(0.2, lower_is_better=True), 0.21, 0.3, NO),
        (Target(0.2, lower_is_better=True), 0.1, 0.3, UNKNOWN),
        (Target(1), float("nan"), 3, UNKNOWN),
    ],
)
def test_target(target, low, high, truth):
    """A target is reached if the whole interval reaches it, missed if none of it does."""
    assert truth is target.judge(low=low, high=high)


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 50))
def test_mirror(value, low, width):
    """A target that should be low is the mirror of one that should be high."""
    up = Target(value).judge(low=low, high=low + width)
    down = Target(-value, lower_is_better=True).judge(low=-low - width, high=-low)
    assert up is down


def test_target_refused():
    """A target is a finite number, and its direction True or False."""
    with pytest.raises(ValueError, match=r"Target.value"):
        Target(float("nan"))
    with pytest.raises(TypeError, match=r"Target.lower_is_better"):
        Target(3, lower_is_better="yes")
    assert ("at least 30", "at most 0.2") == (str(Target(30)), str(Target(0.2, lower_is_better=True)))


def test_whole():
    """The whole is NO with one miss, else UNKNOWN with one that cannot be told, else YES."""
    t = Target(30)
    assert YES is Scorecard.of({"a": t}, a=GOOD).truth
    assert UNKNOWN is Scorecard.of({"a": t, "b": t}, a=GOOD, b=FEW).truth
    assert NO is Scorecard.of({"a": t, "b": t, "c": t}, a=GOOD, b=FEW, c=BAD).truth
    card = Scorecard.of({"a": t, "b": t, "c": t}, a=GOOD, b=FEW, c=BAD)
    assert ["no: c: -61.3 misses at least +30.0", "unknown: b: 14 answers"] == [
        card.reasons[0],
        card.reasons[1][:22],
    ]


def test_no_target():
    """A sign without a target is shown and does not count."""
    card = Scorecard.of({"a": Target(30)}, a=GOOD, b=BAD)
    assert (YES, None) == (card.truth, card["b"][0].truth)
    assert "  b  no target  -61.3 " in card.to_text()
    none = Scorecard.of({}, b=BAD)
    assert (UNKNOWN, ("unknown: no sign has a target",)) == (none.truth, none.reasons)
    assert "no target" == none["b"][0].reason


def test_how_many_more():
    """What cannot be told says how many more answers would tell it."""
    card = Scorecard.of({"nps": Target(30)}, nps=FEW)
    assert "14 answers cannot tell +50.0 from +30.0; ask about 110 more" == card["nps"][0].reason
    at = Scorecard.of({"nps": Target(50)}, nps=FEW)
    assert "too close for any number to tell" in at["nps"][0].reason
    near = Scorecard.of({"nps": Target(49.999)}, nps=FEW)
    assert "too close" in near["nps"][0].reason
    over = Scorecard.of({"nps": Target(60)}, nps=FEW)
    assert "from +60.0; ask about" in over["nps"][0].reason
    one = Scorecard.of({"win": Target(0.9)}, win=win_rate([True]))
    assert "1 outcome cannot tell 100.0 % from 90.0 %" in one["win"][0].reason
    rows = Scorecard.of({"b": Target(0.1)}, b=brier_score([0.2, 0.4], [True, False]))
    assert "2 forecasts cannot tell" in rows["b"][0].reason
    odd = Scorecard.of({"x": Target(5)}, x=Estimate("x", "hours", 4, 3, 6, 0.95, "own", 9))
    assert "9 rows cannot tell 4 hours from 5 hours" in odd["x"][0].reason


@pytest.mark.parametrize(("true", "target"), [(0.6, 0.5), (0.7, 0.6)])
def test_more_is_enough(true, target):
    """With so many more answers of the same kind, the sign is told."""
    sign = Scorecard.of({"p": Target(target)}, p=proportion(int(20 * true), of=20))["p"][0]
    more = int(sign.reason.rpartition("about ")[2].split()[0].replace(",", ""))
    n = 20 + more
    assert YES is Scorecard.of({"p": Target(target)}, p=proportion(round(n * true), of=n)).truth


def test_undefined():
    """An undefined value is UNKNOWN with its own reason."""
    sign = Scorecard.of({"a": Target(-100)}, a=nps([]))["a"][0]
    assert (UNKNOWN, "nobody answered") == (sign.truth, sign.reason)
    bare = Estimate("x", "share", float("nan"), 0, 1, 0.95, "own", 0)
    assert "the value is undefined" == Scorecard.of({"x": Target(0)}, x=bare)["x"][0].reason


def test_groups():
    """Each team, or version of a playbook, is a line, and all of them count."""
    teams = nps([10] * 30 + [1] * 30, by=["red"] * 30 + ["blue"] * 30)
    card = Scorecard.of({"nps": Target(30)}, nps=teams)
    assert ["nps of blue", "nps of red"] == [sign.title for sign in card["nps"]]
    assert (NO, [NO, YES]) == (card.truth, [sign.truth for sign in card.signs])
    with pytest.raises(UnknownName, match="did you mean 'nps'"):
        card["npss"]


def test_a_mapping_gives_a_line_for_each_label():
    """Metrics without by= are split by a mapping of labels: each is judged, and has its own change."""
    spring = {"1": waste([YES] * 40, [YES] * 10 + [NO] * 30).leads, "2": waste([YES] * 9, [YES] * 9).leads}
    last = Scorecard.of({}, waste=spring)
    card = Scorecard.of({"waste": Target(0.9, lower_is_better=True)}, previous=last, waste=spring, nps=GOOD)
    assert ["waste of 1", "waste of 2", "nps"] == [sign.title for sign in card.signs]
    assert [YES, YES, None] == [sign.truth for sign in card.signs]
    assert [0, 0] == [sign.change.value for sign in card["waste"]]
    assert spring["2"] is card["waste"][1].estimate


def test_a_mapping_withholds_small_groups_of_employees():
    """Four employees under a label are withheld as four of a group are."""
    card = Scorecard.of({}, esat={"a": esat([5] * 6), "b": esat([5] * 4)}, csat={"a": csat([5])})
    assert (1, ["esat of a", "csat of a"]) == (card.withheld, [sign.title for sign in card.signs])


def test_mappings_refused():
    """Under each label stands one Estimate of one value, and each label is named once."""
    groups = nps([9, 3], by=["a", "b"])
    for split, says in (
        ({}, r"^nps: an Estimate for each label is needed \(got an empty mapping\)"),
        ({"a": 3}, r"^nps\['a'\]: an Estimate is needed \(got int\)"),
        ({"a": groups}, r"^nps\['a'\]: one value for each label is needed \(got 2 groups\)"),
        ({1: GOOD, "1": GOOD}, r"^nps, labels: each label is named once \(got '1'\)"),
    ):
        with pytest.raises((InvalidType, InvalidValue), match=says):
            Scorecard.of({}, nps=split)
    with pytest.raises(InvalidValue, match="write 0.3"):
        Scorecard.of({"csat": Target(30)}, csat={"a": csat([5])})


def test_rows_without_a_label_are_no_group_of_that_name():
    """Rows whose label is missing are another group than a team that is called None, also a period later."""
    teams = nps([10] * 30 + [1] * 30, by=[None] * 30 + ["None"] * 30)
    card = Scorecard.of({}, previous=Scorecard.of({}, nps=teams), nps=teams)
    assert {"None", "'None'"} == {sign.group for sign in card.signs}
    assert [0, 0] == [sign.change.value for sign in card.signs]
    quoted = Scorecard.of({}, nps={"None": GOOD, "'None'": BAD, None: FEW})
    assert ["'None'", "''None''", "None"] == [sign.group for sign in quoted.signs]


def test_a_line_break_in_a_label_breaks_no_line():
    """Each sign is one line of the page, and each reason one note, whatever its team is called."""
    card = Scorecard.of({"nps": Target(30)}, nps={"North\n\rand | South": BAD})
    assert "nps of North  and | South" == card.signs[0].title
    assert 3 == len(card.to_text().splitlines())
    assert ["- no: nps of North  and | South: -61.3 misses at least +30.0"] == [
        line for line in card.to_markdown().splitlines() if line.startswith("-")
    ]
    assert "| nps of North  and \\| South | no |" in card.to_markdown()
    assert "North\n\rand | South" == card.to_dict()["signs"][0]["group"]
    split = nps([9, 3], by=["a\nb", "c"])
    assert 3 == len(repr(split).splitlines())
    assert "| a b |" in split._repr_markdown_()


def test_withheld():
    """Small groups of employees are withheld and counted; groups of customers are not."""
    scores, teams = [5] * 9, ["a"] * 6 + ["b"] * 3
    hidden = Scorecard.of({}, esat=esat(scores, by=teams), enps=enps([9] * 9, by=teams, min_group=1))
    assert (2, {"a"}) == (hidden.withheld, {sign.group for sign in hidden.signs})
    assert 0 == Scorecard([]).withheld
    assert "2 small groups are withheld" in hidden.to_text()
    one = Scorecard.of({}, esat=esat(scores, by=teams))
    assert "1 small group is withheld" in one.to_text()
    shown = Scorecard.of({}, csat=csat(scores, by=teams), esat=esat([5, 4]))
    assert (0, 3) == (shown.withheld, len(shown.signs))
    bare = Estimate("x", "share", [0.5], [0], [1], 0.95, "own", [2], labels=("a",))
    assert 1 == len(Scorecard.of({}, min_group=9, x=bare).signs)


def test_employees_are_withheld_whatever_their_survey_is_called():
    """Two employees of a team are not shown, on a scale of the host's own and counted one by one, either."""
    mood = Scale("Mood", 1, 5, top=4, bottom=2)
    teams = esat([5] * 6 + [1, 2], scale=mood, by=["a"] * 6 + ["b"] * 2, min_group=1)
    assert teams["b"].n == 2
    card = Scorecard.of({}, mood=teams)
    assert (1, ["a"]) == (card.withheld, [sign.group for sign in card.signs])


def test_a_value_without_limits_is_not_said_to_be_too_close():
    """Totals tell the widest limits, and the reason of the estimate says so, as it does of one account."""
    totals = net_revenue_retention(start=100, churn=6, expansion=14)
    card = Scorecard.of({"nrr": Target(1.0)}, nrr=totals)
    assert (UNKNOWN, totals.reason) == (card["nrr"][0].truth, card["nrr"][0].reason)
    one = net_revenue_retention(start=[100], churn=[6])
    assert one.reason == Scorecard.of({"nrr": Target(1.0)}, nrr=one)["nrr"][0].reason
    off = Scorecard.of({"wape": Target(0.2, lower_is_better=True)}, wape=wape([9, 11, 12], [10, 10, 10]))
    assert off["wape"][0].reason.startswith("3 forecasts cannot tell")


def test_change():
    """The change against the last period has its own interval, and better follows the target."""
    last = Scorecard.of(
        {"nps": Target(30), "waste": Target(0.2, lower_is_better=True)},
        nps=BAD,
        waste=proportion(40, of=100),
        csat=csat([5] * 50 + [1] * 50),
    )
    now = Scorecard.of(
        {"nps": Target(30), "waste": Target(0.2, lower_is_better=True)},
        previous=last,
        nps=GOOD,
        waste=proportion(10, of=100),
        csat=csat([5] * 52 + [1] * 48),
    )
    up, down, same = (now[name][0] for name in ("nps", "waste", "csat"))
    assert up.change.value == pytest.approx(GOOD.value - BAD.value)
    assert (YES, YES, None) == (up.moved, down.moved, same.moved)
    assert same.change.value == pytest.approx(0.02)
    assert "better" in now.to_text()
    worse = Scorecard.of({"nps": Target(30)}, previous=now, nps=BAD)
    assert NO is worse["nps"][0].moved
    still = Scorecard.of({"nps": Target(30)}, previous=now, nps=GOOD)
    assert "perhaps chance" in still.to_markdown()


def test_no_change():
    """Where the counts do not tell a change, there is none."""

    def change(a, b):
        return Scorecard.of({}, previous=Scorecard.of({}, x=a), x=b)["x"][0].change

    bare = Estimate("x", "share", 0.5, 0, 1, 0.95, "own", 9)
    for a, b in (
        (bare, bare),
        (GOOD, csat([5])),
        (nps([]), GOOD),
        (Estimate("x", "share", 0.5, 0, 1, 0.95, "own", 9, counts=Counts("apples", red=3)),) * 2,
    ):
        assert change(a, b) is None
    assert change(enps([9, 3]), enps([9, 9])).value == 100


def test_joint():
    """Several intervals do not all hold at their level at once, and the page says so."""
    card = Scorecard.of({"a": Target(30), "b": Target(30)}, a=GOOD, b=FEW)
    assert card.joint_level == pytest.approx(0.9)
    assert (
        "2 intervals do not all hold at their own level at once: together at 90 % at least" in card.to_text()
    )
    assert "at once" not in Scorecard.of({"a": Target(30)}, a=GOOD).to_text()
    many = {f"s{i}": Target(30) for i in range(25)}
    assert 0 == Scorecard.of(many, **dict.fromkeys(many, GOOD)).joint_level


def test_refused():
    """Targets are Targets, of estimates that are there; estimates are Estimates."""
    with pytest.raises(InvalidType, match=r"targets\['nps'\]: a Target is needed"):
        Scorecard.of({"nps": 30}, nps=GOOD)
    with pytest.raises(UnknownName, match="unknown sign"):
        Scorecard.of({"npss": Target(30)}, nps=GOOD)
    with pytest.raises(InvalidType, match="nps: an Estimate is needed"):
        Scorecard.of({}, nps=39.8)

    with pytest.raises(InvalidType, match=r"Scorecard.signs: a Sign is needed \(got int\); write"):
        Scorecard([3])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (30, r"targets\['csat'\]: a share is from 0 to 1 \(got a target of 30\); write 0.3$"),
        (1.5, "; write 0.015$"),
        (-0.1, r"\(got a target of -0.1\)$"),
        (101, r"\(got a target of 101\)$"),
    ],
)
def test_targets_of_shares(value, says):
    """A target that no share can have is refused when the card is made."""
    with pytest.raises(InvalidValue, match=says):
        Scorecard.of({"csat": Target(value)}, csat=csat([5, 4, 2]))
    assert [Scorecard.of({"csat": Target(v)}, csat=csat([5, 4])).signs[0].target.value for v in (0, 1)] == [
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("value", "estimate", "says"),
    [
        (300, GOOD, r"a score is from -100 to 100 points \(got a target of 300\)$"),
        (-101, GOOD, "-101"),
        (-201, nps_difference([9], [3]), "a difference of scores is from -200 to 200 points"),
        (5, difference([True], [False]), r"a difference of shares is from -1 to 1 .*; write 0.05$"),
    ],
)
def test_targets_of_scores_and_differences(value, estimate, says):
    """A target beyond what a score or a difference can be is refused when the card is made."""
    with pytest.raises(InvalidValue, match=says):
        Scorecard.of({"x": Target(value)}, x=estimate)
    least, most = {"points": (-100, 100), "points difference": (-200, 200)}.get(estimate.unit, (-1, 1))
    for end in (least, most):
        assert end == Scorecard.of({"x": Target(end)}, x=estimate).signs[0].target.value


def test_targets_over_one():
    """Net retention and WAPE are shares of a base that they may exceed, never under 0."""
    kept = net_revenue_retention(start=[100, 100], expansion=[30, 10])
    assert YES is Scorecard.of({"nrr": Target(1.002)}, nrr=kept).truth
    missed = Scorecard.of({"wape": Target(1.5, lower_is_better=True)}, wape=wape([10, 12, 9], [10, 11, 10]))
    assert 1 == len(missed["wape"])
    with pytest.raises(InvalidValue, match="a share is at least 0"):
        Scorecard.of({"nrr": Target(-1)}, nrr=kept)


def test_forms():
    """Text, Markdown and dictionary say the same; the card is a value."""
    cards = [
        Scorecard.of({"a|b": Target(30)}, **{"a|b": GOOD, "f": FEW}, previous=Scorecard.of({}, f=FEW))
        for _ in range(2)
    ]
    card = cards[0]
    assert repr(card) == str(card) == card.to_text()
    assert card._repr_markdown_() == card.to_markdown()
    assert "| a\\|b | yes | +39.8 [+37.2, +42.4] | at least +30.0 | 2,746 |  |" in card.to_markdown()
    written = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    assert ("YES", "YES", 30.0) == (
        written["truth"],
        written["signs"][0]["truth"],
        written["signs"][0]["target"]["value"],
    )
    assert cards[0] == cards[1]
    assert hash(cards[0]) == hash(cards[1])
    assert pickle.loads(pickle.dumps(card)) == card
    assert _canonical.fingerprint(cards[0]) == _canonical.fingerprint(cards[1])
    assert "a|b: yes, +39.8 reaches at least +30.0" == repr(card["a|b"][0])
    assert "f: no target" in repr(card["f"][0])
    assert isinstance(card.signs[0], Sign)
    assert "Is our qualification working? UNKNOWN" == Scorecard([]).to_text().splitlines()[0]
    assert sorted(scorecard.__all__) == dir(scorecard)


def test_two_reached():
    """With two signs reached, both are named."""
    card = Scorecard.of({"a": Target(30), "b": Target(10)}, a=GOOD, b=GOOD)
    assert ("yes: a, b reach their targets",) == card.reasons
