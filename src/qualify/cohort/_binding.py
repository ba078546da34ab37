"""`Binding`: which column of a table means what.

What belongs here: the roles, and the way from a plain document and back. What does not: how the entries of
one column are read (`_field`), and any table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qualify import _checks, scales
from qualify._maps import EMPTY, Map, Plain, Value
from qualify.cohort._field import Field, Words, as_field, document_of, field_of, words_of
from qualify.errors import InvalidType

# Where a role of the binding is read as something else than text.
TRUTH_ROLES = ("outcome", "pursued", "contact")
TIME_ROLES = ("since", "opened", "closed")
NUMBER_ROLES = ("hours", "weight")
TEXT_ROLES = ("id", "account", "person", "offer", "owner", "state", "decision")
ROLES = (*TEXT_ROLES, *TRUTH_ROLES, *TIME_ROLES, *NUMBER_ROLES)
SURVEYS = {
    scale.name.lower(): scale for scale in (scales.NPS, scales.ENPS, scales.CSAT, scales.ESAT, scales.CES)
}


@attrs.frozen(init=False)
class Binding(Value):
    """Which columns of a table hold the topics, the outcome, the instants, the surveys and the people.

    Each argument is a `Field`, or the name of a column. `topics` maps a topic to its field; None takes
    every column that has no other role as a topic of its own name, and `unknown` then lists, column by
    column, the entries that mean that nobody knows. `since` is when the topics were so, `opened` and
    `closed` bound the pursuit; `state` names where she stands in the chart, `decision` what was decided
    about her, `pursued` whether anybody sold to her, `contact` whether a conversation may be started
    (a no forbids it), `hours` what it took. `surveys` maps nps, enps, csat,
    esat and ces; `weight` counts a row several times.

    >>> binding = Binding(topics={"budget": "Budgt_alloc"}, owner="Seller")
    >>> binding.columns
    ('Seller', 'Budgt_alloc')
    """

    topics: Map[Field] | None = None
    unknown: Map[tuple[Plain, ...]] = EMPTY
    id: Field | None = None
    account: Field | None = None
    person: Field | None = None
    offer: Field | None = None
    owner: Field | None = None
    state: Field | None = None
    decision: Field | None = None
    outcome: Field | None = None
    pursued: Field | None = None
    contact: Field | None = None
    since: Field | None = None
    opened: Field | None = None
    closed: Field | None = None
    hours: Field | None = None
    weight: Field | None = None
    surveys: Map[Field] = EMPTY

    def __init__(
        self,
        *,
        topics: Mapping[str, Field | str] | None = None,
        unknown: Mapping[str, Words] | None = None,
        id: Field | str | None = None,
        account: Field | str | None = None,
        person: Field | str | None = None,
        offer: Field | str | None = None,
        owner: Field | str | None = None,
        state: Field | str | None = None,
        decision: Field | str | None = None,
        outcome: Field | str | None = None,
        pursued: Field | str | None = None,
        contact: Field | str | None = None,
        since: Field | str | None = None,
        opened: Field | str | None = None,
        closed: Field | str | None = None,
        hours: Field | str | None = None,
        weight: Field | str | None = None,
        surveys: Mapping[str, Field | str] | None = None,
    ) -> None:
        for name in surveys or {}:
            if name not in SURVEYS:
                raise _checks.unknown("survey", name, SURVEYS, where="Binding.surveys")
        roles = {
            "id": id, "account": account, "person": person, "offer": offer, "owner": owner, "state": state,
            "decision": decision, "outcome": outcome, "pursued": pursued, "contact": contact, "since": since,
            "opened": opened, "closed": closed, "hours": hours, "weight": weight,
        }  # fmt: skip
        self.__attrs_init__(
            topics=None if topics is None else _fields(topics, "Binding.topics"),
            unknown=_unknown(unknown or {}, "Binding.unknown"),
            surveys=_fields(surveys or {}, "Binding.surveys"),
            **{role: None if f is None else as_field(f, f"Binding.{role}") for role, f in roles.items()},
        )

    @classmethod
    def of(cls, document: Mapping[str, object], *, where: str = "mapping") -> Binding:
        """Give the binding that a plain document (as JSON holds it) describes.

        The keys are the arguments of `Binding`; a field is the name of a column, or an object with the
        arguments of `Field`. An outcome may say `won`, `lost` and `open` for yes, no and unknown. Errors
        name the place in the document.

        >>> Binding.of({"outcome": {"column": "Status", "won": ["Won"], "lost": ["Lost"]}}).outcome
        Field('Status', yes=('Won',), no=('Lost',))
        """
        if not isinstance(document, Mapping):
            raise InvalidType("a mapping is an object", found=_checks.kind_of(document), where=where)
        allowed = ("topics", "surveys", "unknown", *ROLES)
        for key in document:
            if key not in allowed:
                raise _checks.unknown("key", key, allowed, where=where)
        made: dict[str, object] = {}
        for key, entry in document.items():
            if entry is None:
                continue
            if key not in {"topics", "surveys", "unknown"}:
                made[key] = field_of(entry, f"{where}.{key}", outcome=key == "outcome")
            elif not isinstance(entry, Mapping):
                raise InvalidType("an object is needed", found=_checks.kind_of(entry), where=f"{where}.{key}")
            elif key == "unknown":
                made[key] = entry
            else:
                made[key] = {name: field_of(one, f"{where}.{key}.{name}") for name, one in entry.items()}
        return cls(**made)  # type: ignore[arg-type]  # the loop above gave each key its kind

    def to_document(self) -> dict[str, object]:
        """Give the document that `Binding.of` reads back: plain dicts, lists and text.

        >>> Binding(owner="Seller").to_document()
        {'owner': 'Seller'}
        """
        written: dict[str, object] = {}
        if self.unknown:
            written["unknown"] = {column: list(words) for column, words in self.unknown.items()}
        for role in ROLES:
            field = getattr(self, role)
            if field is not None:
                written[role] = document_of(field, outcome=role == "outcome")
        for name in ("topics", "surveys"):
            fields = getattr(self, name)
            if fields or (name == "topics" and fields is not None):  # none chosen is not "all of them"
                written[name] = {key: document_of(field) for key, field in fields.items()}
        return written

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Give every field with the place where it stands in the binding."""
        for role in ROLES:
            field = getattr(self, role)
            if field is not None:
                yield role, field
        for name in ("topics", "surveys"):
            for key, field in (getattr(self, name) or EMPTY).items():
                yield f"{name}.{key}", field

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        return tuple(dict.fromkeys(field.column for _, field in self.fields()))


def _fields(fields: Mapping[str, Field | str], where: str) -> Map[Field]:
    return Map({name: as_field(field, f"{where}.{name}") for name, field in fields.items()})


def _unknown(unknown: Mapping[str, Words], where: str) -> Map[tuple[Plain, ...]]:
    return Map({column: words_of(words, f"{where}.{column}") for column, words in unknown.items()})
