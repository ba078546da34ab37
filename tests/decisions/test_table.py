"""Nine cells: complete, honest about what is unknown, the same on one pair and on columns."""

from __future__ import annotations

import pickle

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import fingerprint
from qualify.decisions import CUSTOMER, PROSPECT, Table
from qualify.errors import DefinitionError, InvalidType, InvalidValue, UnknownName
from qualify.models import Action
from qualify.truth import NO, UNKNOWN, YES

TRUTHS = (YES, UNKNOWN, NO)
ANYWHERE = [Action.SELL, Action.NURTURE, Action.SERVE]


def allowed(row, column):
    """Give the actions that may stand in a cell."""
    return [
        *ANYWHERE,
        *([Action.DISCOVER] if UNKNOWN in (row, column) else []),
        *([Action.DISQUALIFY] if NO in (row, column) else []),
    ]


tables = st.tuples(
    *(st.tuples(*(st.sampled_from(allowed(row, column)) for column in TRUTHS)) for row in TRUTHS)
).map(lambda cells: Table("rows", "columns", cells))


@pytest.mark.parametrize(
    ("row", "column", "action"),
    [
        (YES, YES, Action.SELL),
        (YES, UNKNOWN, Action.DISCOVER),
        (YES, NO, Action.NURTURE),
        (UNKNOWN, YES, Action.DISCOVER),
        (UNKNOWN, UNKNOWN, Action.DISCOVER),
        (UNKNOWN, NO, Action.NURTURE),
        (NO, YES, Action.DISQUALIFY),
        (NO, UNKNOWN, Action.NURTURE),
        (NO, NO, Action.NURTURE),
    ],
)
def test_a_prospect_gets_what_the_table_says(row, column, action):
    """The nine cells of a prospect are those of the design."""
    assert action is PROSPECT.action(row, column)


@pytest.mark.parametrize("column", TRUTHS)
def test_a_customer_gets_what_the_table_says(column):
    """A customer who is well is sold to only if she needs more; else she is left, asked or served."""
    expected = Action.SELL if column is YES else Action.NURTURE
    assert expected is CUSTOMER.action(YES, column)
    assert Action.DISCOVER is CUSTOMER.action(UNKNOWN, column)
    assert Action.SERVE is CUSTOMER.action(NO, column)


def test_the_captions_name_what_each_cell_means():
    """The tempting one, expand, check in and the promise stand where the design has them."""
    assert "the tempting one" == PROSPECT.caption(NO, YES)
    assert "expand" == CUSTOMER.caption(YES, YES)
    assert "check in" == CUSTOMER.caption(UNKNOWN, NO)
    assert "keep the promise made at the sale" == CUSTOMER.caption(NO, UNKNOWN)
    assert all(table.caption(row, column) for table in (PROSPECT, CUSTOMER) for row, column, _ in table)


def test_each_caption_stands_in_its_cell():
    """The two tables that are shipped ask their questions by name, and each cell has its own words."""
    assert ("meaningful", "timely") == (PROSPECT.rows, PROSPECT.columns)
    assert (
        ("meaningfully and now", "ask whether now is the time", "keep an ear open"),
        ("ask what she needs", "seek first to understand", "let her come back"),
        ("the tempting one", "not ours, and nobody hurries", "wish her well"),
    ) == PROSPECT.captions
    assert ("healthy", "growing") == (CUSTOMER.rows, CUSTOMER.columns)
    assert (
        ("expand", "listen for a further need", "let her enjoy it"),
        ("check in",) * 3,
        ("keep the promise made at the sale",) * 3,
    ) == CUSTOMER.captions


@given(tables, st.lists(st.tuples(st.sampled_from(TRUTHS), st.sampled_from(TRUTHS))))
def test_columns_say_the_same_as_cells(table, pairs):
    """The batch form gives the same action for every pair."""
    rows = np.array([row.value for row, _ in pairs], np.int8)
    columns = np.array([column.value for _, column in pairs], np.int8)
    expected = [table.action(row, column) for row, column in pairs]
    assert expected == [tuple(Action)[code] for code in table.actions(rows, columns)]


@given(tables)
def test_a_table_survives_pickling_and_evolving(table):
    """Equal tables are equal after a round trip, with equal hashes and fingerprints."""
    for twin in (pickle.loads(pickle.dumps(table)), attrs.evolve(table)):
        assert table == twin
        assert hash(table) == hash(twin)
        assert fingerprint(table) == fingerprint(twin)


@given(tables)
def test_a_table_can_be_written_in_names(table):
    """A row of names gives the same table as a row of actions."""
    assert table == Table("rows", "columns", [[action.name for action in line] for line in table.cells])


@pytest.mark.parametrize(("row", "column"), [(r, c) for r in TRUTHS for c in TRUTHS if UNKNOWN not in (r, c)])
def test_discover_needs_something_unknown(row, column):
    """Where both answers are known nothing is left to discover."""
    with pytest.raises(DefinitionError, match="DISCOVER stands only where an answer is UNKNOWN"):
        PROSPECT.replacing(row, column, Action.DISCOVER)


@pytest.mark.parametrize(("row", "column"), [(r, c) for r in TRUTHS for c in TRUTHS if NO not in (r, c)])
def test_disqualify_needs_a_no(row, column):
    """Nobody is disqualified for what is not known."""
    with pytest.raises(DefinitionError, match="not knowing is not a no"):
        PROSPECT.replacing(row, column, "DISQUALIFY")


def test_a_missing_cell_is_named():
    """The error says which cells are missing."""
    with pytest.raises(DefinitionError, match="missing is fits NO, now UNKNOWN; fits NO, now NO") as error:
        Table("fits", "now", [["SELL", "DISCOVER", "NURTURE"], ["DISCOVER"] * 3, ["DISQUALIFY"]])
    assert "7 cells" == error.value.found
    with pytest.raises(DefinitionError, match="missing is fits UNKNOWN, now YES;") as error:
        Table("fits", "now", [["SELL", "DISCOVER", "NURTURE"]])
    assert "3 cells" == error.value.found


@pytest.mark.parametrize("cells", [[["SELL"] * 4, ["SELL"] * 3, ["SELL"] * 3], [["SELL"] * 3] * 4])
def test_a_tenth_cell_is_refused(cells):
    """Three rows of three are all there is."""
    with pytest.raises(DefinitionError, match="three rows of three cells are all there is"):
        Table("fits", "now", cells)


@pytest.mark.parametrize(
    ("build", "error", "says"),
    [
        (lambda: Table("fits", "fits", PROSPECT.cells), DefinitionError, "two different questions"),
        (lambda: Table("fits", "now", [["SEL"] * 3] * 3), UnknownName, "did you mean 'SELL'"),
        (lambda: Table("fits", "now", [[1] * 3] * 3), InvalidType, "holds an Action"),
        (lambda: Table("fits", "now", "SELL"), InvalidType, "three rows of three"),
        (lambda: Table("fits", "now", [1, 2, 3]), InvalidType, "three rows of three"),
        (lambda: Table("fits", "now", PROSPECT.cells, [[1] * 3] * 3), InvalidType, "a caption is text"),
        (lambda: Table(" ", "now", PROSPECT.cells), InvalidValue, "a name is not blank"),
    ],
)
def test_what_is_no_table_is_an_error(build, error, says):
    """Each wrong part is named."""
    with pytest.raises(error, match=says):
        build()


def test_columns_are_int8_of_one_shape():
    """Floats or columns of two lengths are refused."""
    good = np.zeros(3, np.int8)
    for rows, columns in ((good.astype(float), good), (good, good[:2])):
        with pytest.raises(InvalidType, match="two int8 columns of one shape"):
            PROSPECT.actions(rows, columns)


def test_one_cell_can_be_replaced():
    """A host changes one cell, with or without a caption, and the others stay."""
    bold = PROSPECT.replacing(YES, UNKNOWN, Action.SELL, "sell first, ask later")
    assert Action.SELL is bold.action(YES, UNKNOWN)
    assert "sell first, ask later" == bold.caption(YES, UNKNOWN)
    assert 8 == sum(one == other for one, other in zip(bold, PROSPECT, strict=True))
    plain = Table("fits", "now", PROSPECT.cells)
    assert "" == plain.caption(NO, YES)
    assert plain == plain.replacing(NO, YES, "DISQUALIFY")
    assert (("", "", ""), ("", "", ""), ("no", "", "")) == (
        plain.replacing(NO, YES, "DISQUALIFY", "no").captions
    )


def test_a_table_prints_as_a_table():
    """Text shows the two questions, the nine actions, and their captions in lines of their own."""
    table = Table("fits", "now", PROSPECT.cells)
    assert str(table.replacing(NO, YES, "DISQUALIFY", "the tempting one, who wants")).splitlines() == [
        "fits \\ now  YES                      UNKNOWN   NO",
        "------------------------------------------------------",
        "YES         SELL                     DISCOVER  NURTURE",
        "UNKNOWN     DISCOVER                 DISCOVER  NURTURE",
        "NO          DISQUALIFY               NURTURE   NURTURE",
        "              the tempting one, who",
        "              wants",
    ]


def test_a_table_prints_in_markdown():
    """A notebook shows the same nine cells, each with its caption where it has one."""
    bare = Table("fits", "now", PROSPECT.cells).replacing(NO, YES, "DISQUALIFY", "the tempting one")
    assert bare._repr_markdown_().splitlines() == [
        "| fits \\ now | YES | UNKNOWN | NO |",
        "|---|---|---|---|",
        "| **YES** | SELL | DISCOVER | NURTURE |",
        "| **UNKNOWN** | DISCOVER | DISCOVER | NURTURE |",
        "| **NO** | DISQUALIFY (the tempting one) | NURTURE | NURTURE |",
    ]
