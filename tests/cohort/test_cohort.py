"""Facts about `Cohort`: rows are leads, columns are what is known, and nothing later than `at` is seen."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.cohort import Binding, Cohort, Field
from qualify.criteria import at_least, heard, topic
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import win_rate
from qualify.models import Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth

MAY = datetime(2026, 5, 3, 9, tzinfo=UTC)
WORDS = Vocabulary(
    Topic("seats", "number", fresh_for=timedelta(days=30)), Topic("need", "any"), Topic("when", "text")
)
TABLE = {
    "lead": ["ana", "bo", "cy"],
    "seats": ["40", "", "3"],
    "need": ["Yes", "No", "Unknown"],
    "status": ["won", "open", ""],
    "rep": ["mia", "tom", ""],
    "nps": ["9", "11", ""],
    "learned": ["2026-05-01T09:00Z", "2026-04-01T09:00Z", "2026-05-03T09:00Z"],
}
BINDING = Binding(
    id="lead",
    owner="rep",
    outcome=Field("status", yes="won", no="lost", unknown="open"),
    topics={"seats": "seats", "need": Field("need", yes="Yes", no="No", unknown="Unknown")},
    surveys={"nps": Field("nps", missing=11)},
    since="learned",
)


def test_of_a_table_without_topics_nobody_knows_any():
    """Each lead has an answer, and it is UNKNOWN."""
    leads = Cohort.from_columns({"lead": ["ana", "bo"]}, id="lead", vocabulary=WORDS)
    assert [0, 0] == leads.truths(topic("seats") >= 10).tolist()
    assert [0, 0] == leads.truths(topic("when") == "now").tolist()


def test_a_table_becomes_columns():
    """Roles become read-only columns, with None, NaN and a mask where nothing was recorded."""
    leads = Cohort.from_columns(TABLE, BINDING, vocabulary=WORDS)
    assert ["ana", "bo", "cy"] == leads.ids.tolist()
    assert ["mia", "tom", None] == leads.owner.tolist()
    assert [1, 0, None] == leads.outcome.tolist()
    assert (40, None, 3) == leads.topics["seats"]
    assert (YES, NO, None) == leads.topics["need"]
    assert MAY == leads.at
    assert (3, None) == (len(leads), leads.account)
    with pytest.raises(ValueError, match="read-only"):
        leads.owner[0] = "x"
    with pytest.raises(ValueError, match="read-only"):
        leads.outcome[0] = 0


def test_a_blank_outcome_is_not_open():
    """Rates count it as missing, not among those that are open."""
    rate = win_rate(Cohort.from_columns(TABLE, BINDING).outcome)
    assert (1, 1, 1) == (rate.n, rate.n_missing, rate.counts["unknown"])


def test_every_column_is_a_topic_without_a_choice():
    """What has another role is left out, and so is what a vocabulary does not have."""
    leads = Cohort.from_columns(TABLE, id="lead", unknown={"need": "Unknown"})
    assert ["seats", "need", "status", "rep", "nps", "learned"] == list(leads.topics)
    assert ("Yes", "No", None) == leads.topics["need"]
    assert ["seats", "need"] == list(Cohort.from_columns(TABLE, id="lead", vocabulary=WORDS).topics)


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pl.DataFrame])
def test_every_maker_gives_the_same_cohort(make):
    """A cohort does not remember who made its table."""
    assert Cohort.from_columns(TABLE, BINDING) == Cohort.from_columns(make(TABLE), BINDING)


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 9), st.none() | st.sampled_from(["x", "y"])), max_size=20)
)
def test_columns_are_judged_as_single_leads_are(rows):
    """The scalar and the columnar answer are the same, row by row."""
    leads = Cohort.from_columns(
        {"seats": [r[0] for r in rows], "when": [r[1] for r in rows]}, at=MAY, vocabulary=WORDS
    )
    criterion = at_least(1, topic("seats") >= 5, topic("when") == "x") & ~topic("need").exists()
    expected = [criterion.truth(leads.facts(row)).value for row in range(len(leads))]
    assert expected == leads.truths(criterion).tolist()


def test_a_topic_without_a_column_is_unknown():
    """The vocabulary has it, and nobody was asked."""
    leads = Cohort.from_columns({"seats": [4]}, vocabulary=WORDS)
    assert [0] == leads.truths(topic("need").exists()).tolist()
    assert leads.columns is leads.columns


def test_nothing_later_than_at_is_seen():
    """Opened later: not there. Closed later: open. So only later, or stale: unknown."""
    table = {
        "opened": ["2026-05-01T09:00Z", "2026-05-01T09:00Z", "2026-05-04T09:00Z"],
        "closed": ["2026-05-02T09:00Z", "2026-05-04T09:00Z", ""],
        "status": ["won", "lost", "lost"],
        "seats": [1, 2, 3],
        "need": ["a", "b", "c"],
        "learned": ["2026-04-03T09:00Z", "2026-05-04T09:00Z", ""],
    }
    leads = Cohort.from_columns(
        table,
        at=MAY,
        vocabulary=WORDS,
        opened="opened",
        closed="closed",
        since="learned",
        outcome=Field("status", yes="won", no="lost"),
        topics={"seats": "seats", "need": "need"},
    )
    assert ["row 0", "row 1"] == leads.ids.tolist()
    assert {"opened later": 1} == dict(leads.left_out)
    assert [1, 0] == leads.outcome.tolist()
    assert [False, True] == np.isnat(leads.closed).tolist()
    assert (None, None) == leads.topics["seats"]  # 30 days old, and known only tomorrow
    assert ("a", None) == leads.topics["need"]


def test_numbers_lose_what_was_not_yet_known():
    """Also where a column of numbers was handed on as it is."""
    table = {"seats": np.array([1, 2]), "since": ["2026-05-03T09:00Z", "2026-05-04T09:00Z"]}
    leads = Cohort.from_columns(table, at=MAY, since="since")
    assert [False, True] == np.isnan(leads.topics["seats"]).tolist()
    assert [["seats"], []] == [list(leads.facts(row)) for row in range(2)]


def test_facts_bear_the_instant_since_when_they_hold():
    """So what a signal teaches later can outvote them."""
    leads = Cohort.from_columns(TABLE, BINDING, vocabulary=WORDS)
    assert datetime(2026, 5, 1, 9, tzinfo=UTC) == leads.facts(0).evidence("seats").at
    assert "ana" == leads.facts(0).subject
    assert MAY + timedelta(days=1) == leads.facts(0, at=MAY + timedelta(days=1)).at


def test_facts_need_an_instant():
    """A file without any has to be given one."""
    with pytest.raises(InvalidValue, match="this cohort has none: give at="):
        Cohort.from_columns({"seats": [4]}).facts(0)


def test_a_row_without_an_id_is_left_out_and_listed():
    """And so is one whose id cannot be read; each is listed once."""
    leads = Cohort.from_columns({"id": ["a", "", "b\u200bc"], "seats": [1, 2, 3]}, id="id", rows=[2, 3, 4])
    assert ["a"] == leads.ids.tolist()
    assert {"no id": 2} == dict(leads.left_out)
    assert [3, 4] == [bad.row for bad in leads.bad]
    assert "a lead needs an id" == leads.bad[0].asked


def test_some_rows_are_a_cohort():
    """Chosen by a slice, by numbers or by bools; columns that nobody gave stay away."""
    leads = Cohort.from_columns(TABLE, BINDING, vocabulary=WORDS)
    chosen = leads[leads.truths(topic("seats") >= 10) == Truth.YES]
    assert (["ana"], (40,), [9.0]) == (
        chosen.ids.tolist(),
        chosen.topics["seats"],
        chosen.surveys["nps"].tolist(),
    )
    assert leads[:2] == leads[[0, 1]]
    assert leads[:2] != leads
    assert leads == leads[:]
    with pytest.raises(InvalidType, match="several rows are chosen"):
        leads[0]


def test_a_cohort_is_equal_by_content():
    """NaN equals NaN, a mask counts, and a column that is missing is not a column of nothing."""
    leads = Cohort.from_columns(TABLE, BINDING)
    assert leads == pickle.loads(pickle.dumps(leads))
    assert leads != Cohort.from_columns({**TABLE, "status": ["won", "open", "open"]}, BINDING)
    assert leads != Cohort.from_columns({**TABLE, "nps": ["8", "", ""]}, BINDING)
    assert leads != Cohort.from_columns({**TABLE, "status": ["won", "", "open"]}, BINDING)
    assert Cohort(["a"], owner=np.array(["x"], object)) != Cohort(["a"])


def test_the_repr_counts():
    """Leads, topics, outcomes and what is bad."""
    assert "Cohort of 3 leads: topics seats, need; outcome 1 won, 0 lost, 1 open, 1 not recorded" == repr(
        Cohort.from_columns(TABLE, BINDING)
    )
    assert "Cohort of 1 lead" == repr(Cohort(["a"]))
    read = Cohort.from_columns({"seats": ["x"]}, topics={"seats": Field("seats", type="number")})
    assert "Cohort of 1 lead: topics seats; 1 bad" == repr(read)


def test_attempts_of_a_table_are_its_recorded_outcomes():
    """Open ones too; a table without outcomes has none."""
    attempts = Cohort.from_columns(TABLE, BINDING).attempts()
    assert ([1, 0], [0, 1]) == (attempts.outcomes.tolist(), attempts.rows.tolist())
    assert 0 == len(Cohort(["a"]).attempts().outcomes)


def test_columns_have_one_length():
    """A column of another length is refused by name."""
    with pytest.raises(InvalidValue, match="Cohort.owner: one entry for each of 1 rows is needed"):
        Cohort(["a"], owner=["x", "y"])
    with pytest.raises(InvalidValue, match="Cohort.topics.seats: one entry"):
        Cohort(["a"], topics={"seats": []})


def test_decisions_are_actions():
    """Other words have to be explained."""
    field = Field("d", values={"Qualified": "sell", "Nurture": "nurture"})
    assert ["sell", None] == Cohort.from_columns({"d": ["Qualified", ""]}, decision=field).decision.tolist()
    with pytest.raises(
        UnknownName, match=r"table, row 0, column 'd': unknown decision \(got 'MQL'\); known are"
    ):
        Cohort.from_columns({"d": ["MQL"]}, decision="d")


def test_a_criterion_that_listens_needs_signals():
    """A table has none, and silence would be a no."""
    with pytest.raises(InvalidValue, match="this criterion listens for signals"):
        Cohort.from_columns({"seats": [4]}, at=MAY).truths(heard("demo"))


def test_wrong_names_are_said_before_anything_is_read():
    """A column or a topic that is not there, or both ways of binding at once."""
    with pytest.raises(UnknownName, match="mapping.topics: unknown topic"):
        Cohort.from_columns(TABLE, topics={"seat": "seats"}, vocabulary=WORDS)
    with pytest.raises(UnknownName, match="mapping.unknown: unknown column"):
        Cohort.from_columns(TABLE, unknown={"seat": "?"})
    with pytest.raises(UnknownName, match="mapping.topics.seats, looked for in table: unknown column"):
        Cohort.from_columns(TABLE, topics={"seats": "seat"})
    with pytest.raises(InvalidType, match="give a binding, or its arguments, not both"):
        Cohort.from_columns(TABLE, BINDING, id="lead")


def test_unknown_is_a_truth_that_nobody_knows():
    """A topic that holds UNKNOWN is as if it were not there."""
    leads = Cohort.from_columns({"need": [UNKNOWN, NO]}, at=MAY)
    assert [0, -1] == leads.truths(topic("need").exists()).tolist()


def test_an_end_without_an_outcome_is_an_end_that_is_not_yet_known():
    """Nothing but the instant is cut."""
    leads = Cohort.from_columns({"closed": ["2026-05-04T09:00Z"]}, at=MAY, closed="closed")
    assert [True] == np.isnat(leads.closed).tolist()
    assert "Cohort of 1 lead" == repr(Cohort.from_columns({"closed": [""]}, closed="closed"))
    only = Cohort.from_columns({"won": [True]}, outcome="won", topics={})
    assert "Cohort of 1 lead: outcome 1 won, 0 lost, 0 open" == repr(only)


def test_a_value_that_the_vocabulary_does_not_list_is_never_judged():
    """It is reported with its row, and a lead and her column are judged alike."""
    words = Vocabulary(Topic("fit", "number", values=(1, 2, 3, 4, 5)), Topic("seats", "number"))
    table = {"fit": np.array([9.0, 4.0]), "seats": np.array([3.0, 4.5])}
    leads = Cohort.from_columns(table, at=MAY, vocabulary=words)
    fits = topic("fit") >= 4
    assert ["row 0, column 'fit'"] == [str(bad).partition(":")[0] for bad in leads.bad]
    assert [0, 1] == leads.truths(fits).tolist()
    assert [UNKNOWN, YES] == [fits.judge(leads.facts(row)).truth for row in range(2)]
    assert (int, 4.5) == (type(leads.facts(1)["fit"]), leads.facts(1)["seats"])


@pytest.mark.parametrize("view", [False, True])
def test_a_cohort_does_not_change_with_the_arrays_of_its_maker(view):
    """What others can write to is copied, what nobody can is not."""
    fit, outcome = np.array([4.0, 2.0]), np.array([1, -1], np.int8)
    given = (fit[:], outcome[:]) if view else (fit, outcome)
    for column in given if view else ():
        column.flags.writeable = False
    leads = Cohort(["ana", "bo"], topics={"fit": given[0]}, outcome=given[1])
    fit[:], outcome[:] = 1.0, 0
    assert ([4.0, 2.0], [1, -1]) == (leads.topics["fit"].tolist(), leads.outcome.tolist())
    again = Cohort(leads.ids, topics=leads.topics, outcome=leads.outcome)
    assert again.outcome is leads.outcome
    with pytest.raises(ValueError, match="read-only"):
        leads.topics["fit"][0] = 1.0
