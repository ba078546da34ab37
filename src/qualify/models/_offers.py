"""What is sold and what came of it: `Offer`, `Subscription`, `Outcome`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.models._evidence import learned
from qualify.truth import Truth


def _money(value: object, where: str) -> Decimal | None:
    """Give an amount as a Decimal, which floats are not; None stays None."""
    if value is None or (isinstance(value, Decimal) and value.is_finite()):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise InvalidType(
        "money is a Decimal or a whole number",
        found=_checks.kind_of(value),
        allowed="a float is not exact",
        where=where,
    )


def _currency(value: str | None, amount: Decimal | None, where: str) -> str | None:
    """Give an ISO 4217 code of three capital letters; an amount needs one."""
    if value is None:
        if amount is not None:
            raise InvalidValue("an amount needs a currency", allowed="give currency='EUR'", where=where)
        return None
    code = _checks.name(value, where)
    if len(code) != 3 or not (code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004 - ISO 4217
        raise InvalidValue(
            "a currency is three capital letters (ISO 4217)", found=_checks.show(value), where=where
        )
    return code


@attrs.frozen(init=False)
class Offer(Value):
    """What a lead is pursued for: an opaque `id`, a name, and its price per month in a currency.

    >>> Offer("pro", price=Decimal("49.00"), currency="EUR").currency
    'EUR'
    """

    id: str
    name: str | None = None
    price: Decimal | None = None
    currency: str | None = None

    def __init__(
        self,
        id: str,
        *,
        name: str | None = None,
        price: Decimal | int | None = None,
        currency: str | None = None,
    ) -> None:
        amount = _money(price, "Offer.price")
        self.__attrs_init__(
            id=_checks.name(id, "Offer.id"),
            name=_checks.optional_text(name, "Offer.name"),
            price=amount,
            currency=_currency(currency, amount, "Offer.currency"),
        )


@attrs.frozen(init=False)
class Subscription(Value):
    """What a customer pays for, as known from `known_at` on: it runs from `started` until it has `ended`.

    `renews` is the next instant at which she may leave without breaking her contract. A later record
    with the same `id` takes the place of an earlier one.

    >>> from datetime import datetime, timezone
    >>> may = datetime(2026, 5, 1, tzinfo=timezone.utc)
    >>> Subscription("s-1", started=may).runs(may)
    True
    """

    id: str
    started: datetime
    known_at: datetime
    offer: str | None = None
    renews: datetime | None = None
    ended: datetime | None = None

    def __init__(
        self,
        id: str,
        *,
        started: datetime,
        known_at: datetime | None = None,
        offer: str | None = None,
        renews: datetime | None = None,
        ended: datetime | None = None,
    ) -> None:
        begin, known = learned(started, known_at, "Subscription")
        for name, value in (("renews", renews), ("ended", ended)):
            if value is not None and _checks.instant(value, f"Subscription.{name}") < begin:
                raise TimeError(
                    f"a subscription cannot have {name!r} before it started",
                    found=value.isoformat(),
                    where=f"Subscription {id!r}",
                )
        self.__attrs_init__(
            id=_checks.name(id, "Subscription.id"),
            started=begin,
            known_at=known,
            offer=None if offer is None else _checks.name(offer, "Subscription.offer"),
            renews=_checks.optional_instant(renews, "Subscription.renews"),
            ended=_checks.optional_instant(ended, "Subscription.ended"),
        )

    @property
    def at(self) -> datetime:
        """The instant from which it holds: `started`."""
        return self.started

    def runs(self, at: datetime) -> bool:
        """Tell whether it runs at an instant; the window is half-open."""
        when = _checks.instant(at, "Subscription.runs.at")
        return self.started <= when and (self.ended is None or when < self.ended)


@attrs.frozen(init=False)
class Outcome(Value):
    """What came of a pursuit: won YES, lost NO, open UNKNOWN; opened when, closed when, for how much.

    `cancelled` is the instant at which a won customer left again.

    >>> from datetime import datetime, timezone
    >>> Outcome("ana", Truth.YES, opened=datetime(2026, 5, 1, tzinfo=timezone.utc)).result
    Truth.YES
    """

    subject: str
    result: Truth
    opened: datetime
    closed: datetime | None = None
    amount: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
    cancelled: datetime | None = None

    def __init__(
        self,
        subject: str,
        result: Truth,
        *,
        opened: datetime,
        closed: datetime | None = None,
        amount: Decimal | int | None = None,
        currency: str | None = None,
        reason: str | None = None,
        cancelled: datetime | None = None,
    ) -> None:
        where = "Outcome"
        if not isinstance(result, Truth):
            raise InvalidType("an outcome is a Truth", found=_checks.kind_of(result), where=f"{where}.result")
        begin = _checks.instant(opened, f"{where}.opened")
        end = _checks.optional_instant(closed, f"{where}.closed")
        left = _checks.optional_instant(cancelled, f"{where}.cancelled")
        if end is not None and (end < begin or result is Truth.UNKNOWN):
            asked = (
                "an open outcome has no end"
                if result is Truth.UNKNOWN
                else "it cannot close before it opened"
            )
            raise TimeError(asked, found=end.isoformat(), where=f"{where}.closed")
        if left is not None and (result is not Truth.YES or left < (end or begin)):
            raise TimeError(
                "only what was won is cancelled, and afterwards", found=left.isoformat(), where=where
            )
        total = _money(amount, f"{where}.amount")
        self.__attrs_init__(
            subject=_checks.name(subject, f"{where}.subject"),
            result=result,
            opened=begin,
            closed=end,
            amount=total,
            currency=_currency(currency, total, f"{where}.currency"),
            reason=None if reason is None else _checks.name(reason, f"{where}.reason"),
            cancelled=left,
        )
