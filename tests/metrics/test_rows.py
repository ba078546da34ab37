"""What a curve reads: causes by small codes, durations in their unit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from qualify.errors import InvalidType, InvalidValue, QualifyError
from qualify.metrics import Curve, LifeTable, cumulative_incidence, retention_curve


def test_a_curve_has_120_causes_at_most():
    """More codes than that are ids."""
    assert cumulative_incidence([1, 2, 3], [0, 1, 120]).counts.n == 3
    with pytest.raises(QualifyError):
        cumulative_incidence([1, 2, 3], [0, 1, 121])
    texts = [f"cause {number}" for number in range(121)]
    assert 120 == len(cumulative_incidence([1] * 121, [*texts[:-1], "open"], censored="open").causes)
    with pytest.raises(InvalidValue, match=r"causes: at most 120 causes are needed \(got 121\)"):
        cumulative_incidence([1] * 121, texts, censored="open")
    with pytest.raises(InvalidValue, match=r"names: at most 120 causes are needed \(got 121\)"):
        cumulative_incidence([1], [0], names=texts)


@pytest.mark.parametrize(
    ("unit", "number"),
    [("seconds", 1_209_600), ("minutes", 20_160), ("hours", 336), ("days", 14), ("weeks", 2)],
)
def test_a_duration_is_told_in_its_unit(unit, number):
    """A fortnight, in each."""
    curve = retention_curve([timedelta(days=14), timedelta(days=28)], [True, False], unit=unit)
    assert [number] == np.asarray(curve.counts.times)[:1].tolist()


def test_a_curve_holds_at_95_per_cent():
    """Unless somebody says otherwise."""
    made = retention_curve([1, 2, 3], [True, True, False])
    assert 0.95 == made.confidence_level == Curve(made.name, made.stay, made.counts).confidence_level


@pytest.mark.parametrize(
    "names", [5, "ab", b"ab", {"a", "b"}, np.array("ab"), [1, 2], {"a": "x"}, {2.5: "x"}]
)
def test_names_are_texts_in_order(names):
    """One text, a set, a number or texts by something else than a code name nothing: an error says so."""
    with pytest.raises(InvalidType, match=r"^names"):
        cumulative_incidence([1, 2, 3], [1, 2, 0], names=names)


def test_each_cause_has_a_name_of_its_own():
    """Of two causes that bear one name the second could not be asked for."""
    for names in (("won", "won"), {1: "won", 2: "won"}, {1: "cause 2"}):
        with pytest.raises(
            InvalidValue, match=r"^names: each cause has a name of its own \(got '.*' twice\)"
        ):
            cumulative_incidence([1, 2, 3], [1, 2, 0], names=names)
    with pytest.raises(InvalidValue, match="^names, key: a number is out of range"):
        cumulative_incidence([1, 2, 3], [1, 2, 0], names={0: "open"})
    with pytest.raises(InvalidValue, match="^causes: each cause has a name of its own"):
        cumulative_incidence([1, 2, 3], ["e\u0301", "\xe9", "open"], censored="open")
    with pytest.raises(InvalidValue, match="^causes: each cause"):
        LifeTable.of([1, 2], [1, 2], ("won", "won"))
    stored = LifeTable.of([1, 2], [1, 2], ("won", "lost")).to_dict()
    with pytest.raises(InvalidValue, match=r"^LifeTable\.causes: each cause"):
        LifeTable(**{**stored, "causes": ["won", "won"]})
    assert ("won", "lost") == LifeTable(**stored).causes
    assert ("won", "cause 2") == cumulative_incidence([1, 2], [1, 2], names={1: "won"}).causes


def test_censored_is_a_text():
    """Anything else equals no text, so that everybody would have left; one spelling stands for another."""
    with pytest.raises(InvalidType, match="^censored: text is needed"):
        cumulative_incidence([1, 2], ["won", "open"], censored=5)
    curve = cumulative_incidence([1, 2], ["won", "e\u0301tait"], censored="\xe9tait")
    assert (("won",), 1) == (curve.causes, curve.n_censored)


def test_no_text_names_no_cause():
    """Where nobody has left no text names a cause: it is the unnamed event, as of codes that are all 0."""
    for causes in (["open"] * 2, [], np.array([], object), np.array([], np.str_), [None, None]):
        curve = cumulative_incidence([1] * len(causes), causes, censored="open")
        assert (("event",), 0, causes.count(None) if isinstance(causes, list) else 0) == (
            curve.causes,
            curve.n - curve.n_censored,
            curve.n_missing,
        )
