"""A host's own cattrs classes hold our values, as strictly as `loads` reads them."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import attrs
import pytest
from cattrs.errors import ClassValidationError
from hypothesis import given

from qualify import wire
from qualify.criteria import Criterion, topic
from qualify.errors import InputError, LimitError
from qualify.models import Lead, Person
from qualify.testing import leads
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


@attrs.frozen
class Ticket:
    """A host's own class."""

    lead: Lead
    rule: Criterion
    truth: Truth
    at: datetime
    day: date
    span: timedelta
    price: Decimal


@given(leads())
def test_a_host_class_that_holds_our_values_comes_back(lead):
    """Ours inside theirs, and scalars in our spelling."""
    ticket = Ticket(
        lead, topic("need").exists(), Truth.NO, NOON, NOON.date(), timedelta(days=3), Decimal("12.5")
    )
    converter = wire.converter()
    written = converter.unstructure(ticket)
    assert "2026-05-03T12:00:00Z" == written["at"]
    assert "P3D" == written["span"]
    assert ticket == converter.structure(written, Ticket)


def test_errors_of_ours_stand_among_theirs():
    """Cattrs groups an `InputError` with its own errors, and forbids extra keys."""
    with pytest.raises(ClassValidationError) as caught:
        wire.converter().structure({"lead": {"is": "Lead", "id": 7}, "more": 1}, Ticket)
    assert "$.id" in {error.path for error in caught.value.exceptions if isinstance(error, InputError)}


@pytest.mark.parametrize("kind", [dict, OrderedDict, MappingProxyType])
def test_any_mapping_is_read_once(kind):
    """A subclass or a proxy will do."""
    assert Person("a") == wire.converter().structure(kind({"is": "Person", "id": "a"}), Person)


def test_a_document_with_a_number_is_read_too():
    """A nested document may bear its schema number."""
    assert Person("a") == wire.converter().structure({"is": "Person", "id": "a", "schema": 1}, Person)


def test_what_holds_itself_is_refused():
    """A cycle ends at the limit of depth."""
    loop = {"is": "Person", "id": "a"}
    loop["role"] = loop
    with pytest.raises(LimitError, match="nested"):
        wire.converter().structure(loop, Person)


def test_what_is_shared_too_often_is_refused():
    """A small value that stands for millions ends at the limit of values."""
    shared = []
    for _ in range(40):
        shared = [shared, shared]
    with pytest.raises(LimitError, match="values"):
        wire.converter().structure({"is": "Person", "id": shared}, Person)


@pytest.mark.parametrize("value", [{7: 1}, {"id": {1, 2}}, {"id": b"a"}, {"id": object()}])
def test_only_what_json_can_say_is_read(value):
    """Keys are text, and values are JSON's."""
    with pytest.raises(InputError):
        wire.converter().structure(value, Person)


@pytest.mark.parametrize(("value", "kind"), [("10", Decimal), (10, Decimal), ("x", datetime), (1, Truth)])
def test_scalars_are_not_coerced(value, kind):
    """A Decimal is text of digits, an instant has its zone."""
    converter = wire.converter()
    if (value, kind) == ("10", Decimal):
        assert Decimal(10) == converter.structure(value, kind)
    else:
        with pytest.raises(InputError):
            converter.structure(value, kind)


def test_a_nearly_full_stack_is_a_limit(monkeypatch):
    """A host that is deep already gets an error of the library."""
    from qualify.wire import _text

    def endless(*_):
        raise RecursionError

    monkeypatch.setattr(_text, "_copied", endless)
    with pytest.raises(LimitError, match="nested"):
        wire.converter().structure({}, Person)
