"""Who takes part: `Person`, `Account`, `Rep`."""

from __future__ import annotations

import attrs

from qualify import _checks
from qualify._maps import Value


@attrs.frozen(init=False)
class Person(Value):
    """Somebody on the customer's side: an opaque `id`, and what the host likes to show.

    >>> Person("p-1", name="Ana", role="head of support")
    Person(id='p-1', name='Ana', email=None, role='head of support')
    """

    id: str
    name: str | None = None
    email: str | None = None
    role: str | None = None

    def __init__(
        self, id: str, *, name: str | None = None, email: str | None = None, role: str | None = None
    ) -> None:
        self.__attrs_init__(
            id=_checks.name(id, "Person.id"),
            name=_checks.optional_text(name, "Person.name"),
            email=_checks.optional_text(email, "Person.email"),
            role=_checks.optional_text(role, "Person.role"),
        )


@attrs.frozen(init=False)
class Account(Value):
    """The organisation that would pay: an opaque `id` that sister leads share, and a name to show.

    >>> Account("acme", name="Acme Ltd")
    Account(id='acme', name='Acme Ltd')
    """

    id: str
    name: str | None = None

    def __init__(self, id: str, *, name: str | None = None) -> None:
        self.__attrs_init__(
            id=_checks.name(id, "Account.id"), name=_checks.optional_text(name, "Account.name")
        )


@attrs.frozen(init=False)
class Rep(Value):
    """Somebody on our side who sells, asks or serves: an opaque `id`, a name and a team.

    >>> Rep("rep-7", team="north")
    Rep(id='rep-7', name=None, team='north')
    """

    id: str
    name: str | None = None
    team: str | None = None

    def __init__(self, id: str, *, name: str | None = None, team: str | None = None) -> None:
        self.__attrs_init__(
            id=_checks.name(id, "Rep.id"),
            name=_checks.optional_text(name, "Rep.name"),
            team=_checks.optional_text(team, "Rep.team"),
        )
