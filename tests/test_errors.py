"""Facts about every error: its parts, its message, and its way through pickle."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from qualify import errors
from qualify.errors import (
    ChartMismatch,
    Conflict,
    IdConflict,
    InputError,
    InvalidValue,
    LimitError,
    MissingExtra,
    NotKnown,
    QualifyError,
    Refused,
)

OWN_ARGUMENTS = {
    "Conflict": Conflict(3, 5, where="ana"),
    "IdConflict": IdConflict("e-1", "a" * 64, "b" * 64),
    "ChartMismatch": ChartMismatch("saas 1", "saas 2", ("state added: x",)),
    "NotKnown": NotKnown("budget"),
    "Refused": Refused("won refused in prospect"),
    "MissingExtra": MissingExtra("stats", "scipy", "method"),
}
EVERY = [
    OWN_ARGUMENTS.get(name) or getattr(errors, name)("asked", found="found", allowed="allowed")
    for name in errors.__all__
]


@pytest.mark.parametrize("error", EVERY, ids=lambda e: type(e).__name__)
def test_an_error_survives_pickle_and_copy(error):
    """Message, arguments and parts come through pickle and deepcopy."""
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(error) is type(twin)
        assert str(error) == str(twin)
        assert error.args == twin.args


@pytest.mark.parametrize("error", EVERY, ids=lambda e: type(e).__name__)
def test_an_error_is_ours_and_a_builtin(error):
    """Whoever catches QualifyError gets all; those that stand for a builtin are one too."""
    assert isinstance(error, QualifyError)
    builtin = [base for base in type(error).__mro__ if base.__module__ == "builtins"]
    assert len(builtin) > 3 or type(error) in {QualifyError, Conflict, Refused}


def test_who_catches_the_wider_error_gets_the_narrower():
    """What each error is, besides ours: what hosts write behind `except` stays true."""
    kinds = {name: {base.__name__ for base in getattr(errors, name).__mro__} for name in errors.__all__}
    for wider, narrower in {
        "ValueError": "InvalidValue",
        "TypeError": "InvalidType",
        "LookupError": "UnknownName NotKnown",
        "KeyError": "NotKnown",
        "ImportError": "MissingExtra",
        "InvalidValue": "TimeError DefinitionError IdConflict ChartMismatch ContractError MetricError",
        "DefinitionError": "CriterionError",
        "InputError": "LimitError UnsupportedVersion UpcastError",
    }.items():
        assert [] == [name for name in narrower.split() if wider not in kinds[name]]


def test_an_input_error_alone_is_invalid_at_the_root():
    """Without a code it is `invalid`, without a path it is about the whole document, and it is one."""
    error = InputError("an object is needed")
    assert ("invalid", "$", "", 1) == (error.code, error.path, error.pointer, error.count)


def test_a_message_shows_ten_errors():
    """The first ten, a line each, and how many more there are."""
    many = tuple(InputError("text is needed", path=f"$.a[{i}]") for i in range(12))
    lines = str(InputError("text is needed", path="$.a[0]", errors=many, count=400)).splitlines()
    assert [f"$.a[{i}]: text is needed" for i in range(10)] + ["and 390 more"] == lines


def test_the_message_has_one_shape():
    """Where, what was asked, what was found, what is allowed; empty parts are left out."""
    full = InvalidValue("a share lies in 0 to 1", found="2", allowed="give a share", where="win")
    assert "win: a share lies in 0 to 1 (got 2); give a share" == str(full)
    assert "only this" == str(InvalidValue("only this"))


def test_a_document_holds_all_its_errors():
    """One InputError may stand for many; alone it stands for itself."""
    one, two = InputError("a", path="$.a"), LimitError("b", path="$.b", code="too_long")
    assert (one,) == one.errors
    both = InputError("2 errors", errors=(one, two))
    assert (one, two) == pickle.loads(pickle.dumps(both)).errors or both.errors == (one, two)
    assert "$.a" == one.where
    assert "too_long" == two.code


def test_a_mismatch_says_what_changed():
    """The changes stand in the message and on the error."""
    error = ChartMismatch("saas 1", "saas 2", ("state 'x' is gone",))
    assert "state 'x' is gone" in str(error)
    assert "what changed" not in str(ChartMismatch("a", "b"))
    assert ("state 'x' is gone",) == error.changes


def test_every_public_error_is_listed():
    """`__all__` is sorted, `dir` gives it, and no error class is left out."""
    defined = sorted(
        name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, QualifyError)
    )
    assert sorted(errors.__all__) == errors.__dir__() == defined
