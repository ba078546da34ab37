"""What a win, a no, waiting and a question are worth: against months added one by one, and by hand."""

from __future__ import annotations

import math
import pickle

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qualify._canonical import fingerprint
from qualify.decisions import Economics, Range
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics import fit_retention
from reference.decisions_allocation import payback_month_by_month, value_month_by_month

churns = st.floats(0.005, 1)
margins = st.floats(1, 10_000)
costs = st.floats(0, 50_000)
shares = st.floats(0, 1)


def saas(**changes):
    """Give the economics of FIELD's check values: 800 a month at 80 % gross margin, churn 2 %, CAC 6,000."""
    plain = {"monthly_margin": 640, "monthly_churn": 0.02, "acquisition_cost": 6_000, "currency": "EUR"}
    return Economics(**{**plain, **changes})


# -- check values -------------------------------------------------------------------------------------


def test_the_check_values_of_the_field_hold():
    """800 x 0.8 / 0.02 is 32,000 before the cost; 6,000 / 640 are 9.375 payments, so ten."""
    assert 32_000 == saas(acquisition_cost=0).win_value().value
    assert 26_000 == saas().win_value().value
    assert 10 == saas(monthly_churn=0, monthly_discount_rate=0.1).payback_months().value


def test_a_cohort_pays_back_later_than_one_customer():
    """At 2 % churn many customers need 11 months for what one who stays pays in 10; she does with 83 %."""
    assert 11 == saas().payback_months().value
    assert 0.98**9 == pytest.approx(saas().payback_probability().value)
    assert 0.98 == pytest.approx(saas(acquisition_cost=2 * 640).payback_probability().value)


def test_an_answer_has_its_unit():
    """Money is in the currency, payback in months, probabilities are shares."""
    money = saas()
    assert ["EUR"] * 5 + ["months", "share", "share"] == [
        money.win_value().unit,
        money.sale_value(0.3).unit,
        money.nurture_value().unit,
        money.advantage(0.3).unit,
        money.question_value(yes=0.5, win=0.3).unit,
        money.payback_months().unit,
        money.payback_probability().unit,
        money.break_even().unit,
    ]


@given(margins, churns, costs, st.floats(0, 0.05))
def test_a_win_is_its_months_added_up(margin, churn, cost, rate):
    """The closed form equals the sum of discounted margins, month by month."""
    economics = Economics(
        monthly_margin=margin,
        monthly_churn=churn,
        acquisition_cost=cost,
        monthly_discount_rate=rate,
        currency="EUR",
    )
    expected = value_month_by_month(margin, churn, cost, rate)
    assert expected == pytest.approx(economics.win_value().value, rel=1e-9, abs=1e-6 * (margin + cost))


@given(margins, churns, costs)
def test_payback_is_the_first_month_that_covers_the_cost(margin, churn, cost):
    """Adding expected margins month by month reaches the cost in the very same month."""
    assume(abs(margin / churn - cost) > 1e-6 * cost)
    economics = Economics(
        monthly_margin=margin, monthly_churn=churn, acquisition_cost=max(cost, 1), currency="EUR"
    )
    expected = payback_month_by_month(margin, lambda t: (1 - churn) ** (t - 1), max(cost, 1))
    found = economics.payback_months().value
    assert expected == found or abs(margin * (1 - (1 - churn) ** min(expected, found)) / churn - cost) < 1e-4


@given(margins, churns, costs, st.floats(0.1, 100))
def test_money_has_no_unit_of_its_own(margin, churn, cost, scale):
    """Payback does not feel the currency, and values scale with it."""
    one = saas(monthly_margin=margin, monthly_churn=churn, acquisition_cost=cost)
    other = saas(monthly_margin=margin * scale, monthly_churn=churn, acquisition_cost=cost * scale)
    assert one.win_value().value * scale == pytest.approx(other.win_value().value, rel=1e-9, abs=1e-6 * scale)
    assert one.payback_months().value == pytest.approx(other.payback_months().value, abs=1)


@given(st.sampled_from([0.125, 0.5, 1, 64]))
def test_a_value_below_one_is_counted_like_any_other(scale):
    """Payback and break-even feel no currency, neither of thousands nor of fractions of one."""
    small = Economics(monthly_margin=0.5 * scale, retention=[1, 1, 1], acquisition_cost=scale, currency="EUR")
    assert 2 == small.payback_months().value
    once = saas(monthly_margin=scale, monthly_churn=1, acquisition_cost=0, wait=scale / 4)
    assert 0.25 == once.break_even().value


# -- retention curves -----------------------------------------------------------------------------------


@given(churns, margins, costs, st.integers(1, 40), st.floats(0, 0.05))
def test_a_curve_of_constant_churn_is_constant_churn(churn, margin, cost, months, rate):
    """The value, the payback and its probability agree, wherever the curve ends."""
    curve = [(1 - churn) ** t for t in range(1, months + 1)]
    assume(curve[-1] > 1e-9)
    constant = saas(
        monthly_margin=margin, monthly_churn=churn, acquisition_cost=cost, monthly_discount_rate=rate
    )
    fitted = attrs.evolve(constant, monthly_churn=None, retention=curve)
    assert constant.win_value().value == pytest.approx(
        fitted.win_value().value, rel=1e-6, abs=1e-6 * (margin + cost)
    )
    assert constant.payback_probability().value == pytest.approx(
        fitted.payback_probability().value, rel=1e-6, abs=1e-9
    )
    expected, found = constant.payback_months().value, fitted.payback_months().value
    assert expected == found or abs(margin / churn - cost) < 1e-3 * cost or abs(expected - found) <= 1


def test_a_curve_that_flattens_is_worth_more_than_its_first_churn():
    """Those who stay for long stay longer: the constant hazard of month 1 understates the value."""
    flattening = saas(monthly_churn=None, retention=[0.9, 0.84, 0.8, 0.78, 0.77])
    assert flattening.win_value().value > saas(monthly_churn=0.1).win_value().value


def test_a_fitted_curve_is_read_month_by_month():
    """A fit to monthly counts is a retention curve, worth more than a constant churn of its first month."""
    fit = fit_retention([1000, 631, 468, 382, 326, 289, 262, 241], unit="months")
    fitted = saas(monthly_churn=None, retention=fit)
    assert fit.remaining([1, 2]).value.tolist() == list(fitted.retention[:2])
    assert 120 == len(fitted.retention)
    assert fitted.win_value().value > saas(monthly_churn=0.369).win_value().value


def test_a_curve_of_years_is_refused():
    """Months are months; the error says how to fit them."""
    with pytest.raises(InvalidValue, match="curve of months.*one of years.*unit='months'"):
        saas(monthly_churn=None, retention=fit_retention([100, 63, 47, 38], unit="years"))


def test_everybody_gone_ends_the_curve():
    """After a share of 0 nothing comes any more: two payments, never a third."""
    gone = saas(monthly_margin=100, monthly_churn=None, retention=[0.5, 0, 0], acquisition_cost=0)
    assert 150 == gone.win_value().value
    assert math.inf == attrs.evolve(gone, acquisition_cost=200).payback_months().value
    assert 2 == attrs.evolve(gone, acquisition_cost=150).payback_months().value
    assert 0 == gone.payback_months().value
    assert 0 == attrs.evolve(gone, acquisition_cost=1_000).payback_probability().value


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 1_000))
def test_a_cost_of_so_many_margins_is_paid_back_after_so_many_months(months, curve, margin):
    """Where nobody leaves, n margins are reached in month n, within the curve and beyond its end."""
    whole = sum([margin] * months)  # with what adding up leaves of rounding
    stays = Economics(monthly_margin=margin, retention=[1] * curve, acquisition_cost=whole, currency="EUR")
    assert months == stays.payback_months().value


# -- the edges ------------------------------------------------------------------------------------------


def test_no_churn_and_no_discount_is_worth_infinitely_much():
    """The value is infinite and says why; a plan refuses it and says what to give."""
    endless = saas(monthly_churn=0)
    assert math.inf == endless.win_value().value
    assert "never end" in endless.win_value().reason
    assert 0 == endless.sale_value(0).value
    with pytest.raises(InvalidValue, match="a plan needs a finite value of a win"):
        endless.finite_win()


def test_churn_of_one_pays_once():
    """Whoever leaves after the first month pays one margin."""
    assert 640 - 6_000 == saas(monthly_churn=1).win_value().value
    assert math.inf == saas(monthly_churn=1).payback_months().value
    assert 1 == saas(monthly_churn=1, acquisition_cost=640).payback_months().value


def test_a_margin_of_nothing_never_pays_back():
    """The payback is infinite with a reason, never a negative number of months."""
    for margin in (0, -5):
        back = saas(monthly_margin=margin).payback_months()
        assert (math.inf, "its margins never reach its cost") == (back.value, back.reason)
        assert 0 == saas(monthly_margin=margin).payback_probability().value


def test_without_a_cost_payback_is_at_once():
    """Nothing spent is paid back in 0 months, for sure."""
    assert (0, 1) == (
        saas(acquisition_cost=0).payback_months().value,
        saas(acquisition_cost=0).payback_probability().value,
    )


def test_a_wrong_sale_costs_twice():
    """A misfit brings one margin, costs the acquisition, and does damage on top."""
    mixed = saas(wrong_sale=0.25, wrong_sale_cost=1_000)
    assert 0.75 * 26_000 + 0.25 * (640 - 6_000 - 1_000) == mixed.win_value().value
    assert 640 - 6_000 - 1_000 == saas(wrong_sale=1, wrong_sale_cost=1_000).win_value().value
    assert 26_000 - 1_000 == saas(wrong_sale=1, wrong_sale_cost=1_000, misfit_churn=0.02).win_value().value
    assert 640 - 6_000 == saas(wrong_sale=1, monthly_churn=0).win_value().value


# -- selling, waiting, asking -----------------------------------------------------------------------------


def test_a_rejection_costs_more_after_a_streak():
    """The marginal cost of the next no rises: 100, 120, 160, 220."""
    moody = saas(rejection_cost=100, rejection_growth=20)
    assert [-100, -120, -160, -220] == [moody.sale_value(0, streak=s).value for s in range(4)]


def test_waiting_is_never_worth_less_than_nothing():
    """Keeping an ear open is free; a touch pays only if waiting brings more."""
    assert 0 == saas(touch_cost=5, wait=3).nurture_value().value
    assert 7 == saas(touch_cost=5, wait=3).nurture_value(12).value
    assert 0 == saas().nurture_value().value


@given(
    shares, st.integers(0, 9), costs, costs, st.floats(0, 1_000), st.floats(0, 100), st.floats(0, 50), churns
)
def test_break_even_is_where_selling_and_nurturing_are_worth_the_same(
    win, streak, wait, no, growth, price, hours, churn
):
    """Above it the advantage pays its hours, below it does not, and at it they are equal."""
    economics = saas(monthly_churn=churn, rejection_cost=no, rejection_growth=growth, wait=wait)
    edge = economics.break_even(hours=hours, price=price, streak=streak).value
    net = economics.advantage(win, streak=streak).value - hours * price
    assume(abs(win - edge) > 1e-9)
    assert (win > edge) == (net > 0) or abs(net) < 1e-6
    if edge <= 1:
        least = economics.advantage(edge, streak=streak).value
        assert hours * price == pytest.approx(least, rel=1e-9, abs=1e-6) or (edge == 0 and least >= 0)


def test_break_even_says_where_nothing_or_anything_is_enough():
    """0 where any probability pays, infinite where none does."""
    assert 0 == saas().break_even().value
    for lost in (saas(monthly_churn=1).break_even(price=10), saas(monthly_churn=1).break_even()):
        assert (math.inf, "no probability of a win is enough") == (lost.value, lost.reason)
    assert 1 == saas(monthly_churn=1, acquisition_cost=0, wait=640).break_even().value
    assert 0 == saas(monthly_churn=1, acquisition_cost=640).break_even().value
    assert 0.25 == saas(rejection_cost=2_000, wait=5_000).break_even().value


@given(shares, shares, shares, costs, costs, st.floats(0, 500), st.floats(0, 20), churns)
def test_a_question_is_worth_what_it_changes(yes, one, other, wait, no, price, hours, churn):
    """It equals E max(S, N | answer) - max(S, N), and is never negative before its cost."""
    economics = saas(monthly_churn=churn, rejection_cost=no, wait=wait)
    win, lost = max(one, other), min(one, other)
    assume(economics.win_value().value + no >= 0)

    def best(p):
        return max(economics.advantage(p).value - price * hours, 0.0)

    prior = yes * win + (1 - yes) * lost
    expected = yes * best(win) + (1 - yes) * best(lost) - best(prior)
    found = economics.question_value(yes=yes, win=win, win_if_no=lost, hours=hours, price=price).value
    assert expected == pytest.approx(found, rel=1e-6, abs=1e-4)
    assert found >= 0


def test_a_question_that_saves_little_is_worth_what_it_saves():
    """A no, of one chance in four, spares a rejection of 200; a yes would bring more, so it is no bound."""
    asked = saas(rejection_cost=200).question_value(yes=0.75, win=0.5)
    assert asked.value == pytest.approx(50)


def test_asking_costs_its_minutes():
    """Twelve minutes at 50 an hour are 10."""
    free = saas(rejection_cost=200).question_value(yes=0.5, win=0.4, price=50)
    asked = saas(rejection_cost=200).question_value(yes=0.5, win=0.4, price=50, minutes=12)
    assert 10 == pytest.approx(free.value - asked.value)


@pytest.mark.parametrize("cost", [Range(150, 250), Range.of([150, 200, 250])])
def test_asking_costs_its_minutes_at_both_ends_of_a_range(cost):
    """What a question costs is taken from the least and from the most that it may be worth."""
    money = saas(rejection_cost=cost)
    free = money.question_value(yes=0.5, win=0.4, price=50)
    asked = money.question_value(yes=0.5, win=0.4, price=50, minutes=12)
    assert (10, 10, 10) == pytest.approx(
        (free.low - asked.low, free.value - asked.value, free.high - asked.high)
    )


def test_one_of_two_answers_may_be_drawn():
    """With draws of the win after a yes and one number after a no, the ends enclose those of every draw."""
    money = saas(rejection_cost=20_000)
    drawn = money.question_value(yes=0.5, win=Range.of([0.6, 0.7, 0.8]), win_if_no=0.1)
    alone = [money.question_value(yes=0.5, win=win, win_if_no=0.1).value for win in (0.6, 0.7, 0.8)]
    assert drawn.low <= min(alone) <= max(alone) <= drawn.high


def test_a_yes_makes_a_win_at_least_as_likely():
    """Answers the wrong way round are an error, because the rule would then be the opposite."""
    with pytest.raises(InvalidValue, match="at least as likely"):
        saas().question_value(yes=0.5, win=0.1, win_if_no=0.2)


# -- ranges -------------------------------------------------------------------------------------------------


@given(st.data())
def test_ranges_of_inputs_bound_the_outputs(data):
    """No choice of inputs within their ranges leaves the range of an output."""
    bounds = {
        "monthly_margin": (100, 1_000),
        "monthly_churn": (0.01, 1),
        "acquisition_cost": (0, 9_000),
        "monthly_discount_rate": (0, 0.02),
        "wrong_sale": (0, 1),
        "wrong_sale_cost": (0, 500),
        "rejection_cost": (0, 500),
        "rejection_growth": (0, 50),
        "touch_cost": (0, 20),
        "wait": (-50, 900),
    }
    ends = {
        name: sorted(data.draw(st.tuples(*[st.floats(*bound)] * 2), name)) for name, bound in bounds.items()
    }
    inside = {name: data.draw(st.floats(*pair), name) for name, pair in ends.items()}
    ranged = Economics(**{name: Range(*pair) for name, pair in ends.items()}, currency="EUR")
    exact = Economics(**inside, currency="EUR")
    for ask in (
        lambda e: e.win_value(),
        lambda e: e.payback_months(),
        lambda e: e.payback_probability(),
        lambda e: e.sale_value(0.3, streak=2),
        lambda e: e.advantage(0.3),
        lambda e: e.nurture_value(),
        lambda e: e.break_even(hours=3, price=20, streak=1),
        lambda e: e.question_value(yes=0.4, win=0.5, win_if_no=0.1, minutes=10, price=20),
    ):
        wide, narrow = ask(ranged), ask(exact)
        slack = 1e-6 * (1 + abs(narrow.value)) if math.isfinite(narrow.value) else 0
        assert wide.low - slack <= narrow.value <= wide.high + slack


def test_draws_of_a_model_give_draws_of_the_answer():
    """A posterior of churn becomes a range of values, of paybacks and of questions."""
    model = saas(monthly_churn=Range.of([0.01, 0.02, 0.04]))
    assert [58_000, 26_000, 10_000] == [pytest.approx(draw) for draw in model.win_value().draws]
    assert (58_000 + 26_000 + 10_000) / 3 == pytest.approx(model.finite_win())
    asked = attrs.evolve(model, rejection_cost=200).question_value(yes=0.5, win=0.5, minutes=6, price=10)
    assert 3 == len(asked.draws)


# -- values -------------------------------------------------------------------------------------------------


def test_economics_are_a_value():
    """Equal after pickling, with equal fingerprints; a change is another value."""
    one = saas(monthly_churn=Range(0.01, 0.03))
    twin = pickle.loads(pickle.dumps(one))
    assert (one, hash(one), fingerprint(one)) == (twin, hash(twin), fingerprint(twin))
    assert one != saas()
    assert twin.win_value() == one.win_value()


def test_economics_print_what_was_given():
    """The repr leaves out what is at its default."""
    plain = Economics(monthly_margin=640, monthly_churn=Range(0.01, 0.03), currency="EUR")
    assert "Economics(monthly_margin=640.0, currency='EUR', monthly_churn=Range(0.02, 0.01 to 0.03))" == repr(
        plain
    )


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"monthly_churn": 1.2}, InvalidValue, "monthly_churn.*0 to 1"),
        ({"monthly_churn": -0.1}, InvalidValue, "0 to 1"),
        ({"monthly_churn": math.nan}, InvalidValue, "finite"),
        ({"monthly_churn": None}, InvalidValue, "monthly_churn or retention.*neither"),
        ({"retention": [0.9]}, InvalidValue, "one of them.*both"),
        ({"monthly_churn": None, "retention": [0.8, 0.9]}, InvalidValue, "who left are not still there"),
        ({"monthly_churn": None, "retention": [1.1]}, InvalidValue, "0 to 1"),
        ({"monthly_churn": None, "retention": "0.9"}, InvalidType, "shares still there"),
        ({"monthly_churn": None, "retention": 0.9}, InvalidType, "shares still there"),
        ({"monthly_margin": "640"}, InvalidType, "a number is needed"),
        ({"monthly_margin": math.inf}, InvalidValue, "finite"),
        ({"acquisition_cost": -1}, InvalidValue, "at least 0"),
        ({"wrong_sale": 1.01}, InvalidValue, "0 to 1"),
        ({"hours": -1}, InvalidValue, "at least 0"),
        ({"currency": ""}, InvalidValue, "not blank"),
        ({"misfit_churn": 1.5}, InvalidValue, "0 to 1"),
    ],
)
def test_what_cannot_be_meant_is_an_error(changes, error, says):
    """Each input names itself and what is allowed."""
    with pytest.raises(error, match=says):
        saas(**changes)


@pytest.mark.parametrize(
    "ask",
    [
        lambda e: e.sale_value(1.2),
        lambda e: e.sale_value(math.nan),
        lambda e: e.sale_value(0.2, streak=-1),
        lambda e: e.break_even(hours=-1),
        lambda e: e.break_even(price=-1),
        lambda e: e.question_value(yes=2, win=0.1),
        lambda e: e.question_value(yes=0.2, win=0.1, minutes=-3),
    ],
)
def test_arguments_outside_their_range_are_errors(ask):
    """Probabilities lie in [0, 1]; hours, prices and streaks are not negative."""
    with pytest.raises(InvalidValue):
        ask(saas())
