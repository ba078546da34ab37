"""What can be known about a lead: `Topic`, the `Question` that learns it, and the `Vocabulary`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from qualify import _checks
from qualify._maps import Plain, Value, identity, plain
from qualify.errors import DefinitionError, InvalidValue
from qualify.truth import Truth

TopicType: TypeAlias = Literal["any", "text", "number", "boolean", "date", "instant", "duration"]
PythonType: TypeAlias = type[object]

ASK_AGAIN = timedelta(days=14)
_TYPES: dict[TopicType, tuple[type, ...]] = {
    "any": (),
    "text": (str,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "date": (date,),
    "instant": (datetime,),
    "duration": (timedelta,),
}
_NAMES: dict[object, TopicType] = {
    object: "any",
    str: "text",
    int: "number",
    float: "number",
    Decimal: "number",
    bool: "boolean",
    date: "date",
    datetime: "instant",
    timedelta: "duration",
}


@attrs.frozen(init=False)
class Question(Value):
    """One thing to ask: the `topic` it learns, its words, and what asking costs in minutes of a person.

    >>> Question("team_size", "How many people would use it?", cost=5)
    Question(topic='team_size', text='How many people would use it?', cost=5.0)
    """

    topic: str
    text: str
    cost: float = 0.0

    def __init__(self, topic: str, text: str, cost: float = 0.0) -> None:
        self.__attrs_init__(
            topic=_checks.name(topic, "Question.topic"),
            text=_checks.text(text, "Question.text"),
            cost=_checks.real(cost, "Question.cost", least=0),
        )

    def __str__(self) -> str:
        return self.text


@attrs.frozen(init=False)
class Topic(Value):
    """Something worth knowing, and the question that learns it: "seek first to understand" as data.

    `type` is one of "any", "text", "number", "boolean", "date", "instant" and "duration", or the Python
    type that says the same; `values` lists the allowed ones, if they are few: any other value is kept as
    evidence, and read as nothing known. An answer holds for
    `fresh_for` (None: until it is contradicted). Asking costs `cost` minutes of a person (0: a form or a
    mail), and one waits `ask_again` for an answer before asking once more.

    >>> size = Topic("team_size", int, "How many people would use it?", fresh_for=timedelta(days=180))
    >>> size.type, size.cost
    ('number', 0.0)
    """

    name: str
    type: TopicType
    question: Question
    fresh_for: timedelta | None = None
    cost: float = 0.0
    ask_again: timedelta = ASK_AGAIN
    values: tuple[Plain, ...] = attrs.field(default=(), eq=identity, metadata={"open": True})
    _listed: frozenset[object] = attrs.field(init=False, eq=False, repr=False)

    def __init__(
        self,
        name: str,
        type: TopicType | PythonType = "any",
        question: str | Question | None = None,
        *,
        fresh_for: timedelta | None = None,
        cost: float = 0.0,
        ask_again: timedelta = ASK_AGAIN,
        values: Iterable[Plain] = (),
    ) -> None:
        topic = _checks.name(name, "Topic.name")
        where = f"Topic {topic!r}"
        kind = type if isinstance(type, str) else _NAMES.get(type)
        if kind is None or kind not in _TYPES:
            raise InvalidValue(
                "unknown type of a topic",
                found=_checks.show(type),
                allowed=f"allowed are {', '.join(_TYPES)}",
                where=where,
            )
        if isinstance(question, Question):
            question = question.text
        minutes = _checks.real(cost, f"{where}.cost", least=0)
        self.__attrs_init__(
            name=topic,
            type=kind,
            question=Question(topic, question or f"What is known about {topic.replace('_', ' ')}?", minutes),
            fresh_for=None if fresh_for is None else _checks.duration(fresh_for, f"{where}.fresh_for"),
            cost=minutes,
            ask_again=_checks.duration(ask_again, f"{where}.ask_again", positive=False),
            values=tuple(plain(v, f"{where}.values") for v in values),
        )
        object.__setattr__(self, "_listed", frozenset(map(identity, self.values)))
        for value in self.values:
            self.check(value, where)

    def allows(self, value: object) -> bool:
        """Tell whether a value is of this topic's type; a Truth and None always are."""
        types = _TYPES[self.type]
        if not types or value is None or isinstance(value, Truth):
            return True
        if isinstance(value, bool):
            return bool in types
        if isinstance(value, datetime):
            return datetime in types
        return isinstance(value, types)

    def lists(self, value: object) -> bool:
        """Tell whether a value is among `values`; without a list all are, and so are a Truth and None."""
        return not self.values or value is None or isinstance(value, Truth) or identity(value) in self._listed

    def check(self, value: Plain, where: str = "") -> Plain:
        """Give the value back if it may stand under this topic, or raise an error that says what may."""
        if not self.allows(value):
            raise InvalidValue(
                f"{self.name!r} holds {self.type}", found=_checks.kind_of(value), where=where or self.name
            )
        if not self.lists(value):
            shown = ", ".join(map(repr, self.values[:12]))
            raise InvalidValue(
                f"{self.name!r} has a list of values",
                allowed=f"allowed are {shown}",
                where=where or self.name,
            )
        return value

    def _canonical(self) -> dict[str, object]:
        """Write the question as its text, since its topic and cost are this topic's own."""
        written: dict[str, object] = {"name": self.name, "question": self.question.text}
        if self.type != "any":
            written["type"] = self.type
        if self.values:
            written["values"] = self.values
        if self.fresh_for is not None:
            written["fresh_for"] = self.fresh_for
        if self.cost:
            written["cost"] = self.cost
        if self.ask_again != ASK_AGAIN:
            written["ask_again"] = self.ask_again
        return written


@attrs.frozen(init=False)
class Vocabulary(Value):
    """The topics that a host speaks of, each once, in the order given.

    >>> words = Vocabulary(Topic("budget", int), Topic("need", str))
    >>> words["budget"].type, "need" in words, len(words)
    ('number', True, 2)
    """

    topics: tuple[Topic, ...]
    _by_name: dict[str, Topic] = attrs.field(init=False, eq=False, repr=False)

    def __init__(self, *topics: Topic | Iterable[Topic]) -> None:
        flat: list[Topic] = []
        for entry in topics:
            several = [entry] if isinstance(entry, (Topic, str)) else entry
            flat.extend(_checks.of_type(one, Topic, "Vocabulary") for one in several)
        by_name = {topic.name: topic for topic in flat}
        if len(by_name) != len(flat):
            twice = sorted({t.name for t in flat if sum(u.name == t.name for u in flat) > 1})
            raise DefinitionError("a topic is defined once", found=", ".join(twice), where="Vocabulary")
        self.__attrs_init__(topics=tuple(flat))
        object.__setattr__(self, "_by_name", by_name)

    def __getitem__(self, name: str) -> Topic:
        """Give the topic of that name, or raise an error that offers the nearest names."""
        found = self._by_name.get(name)
        if found is None:
            raise _checks.unknown("topic", name, self._by_name)
        return found

    def get(self, name: str) -> Topic | None:
        """Give the topic of that name, or None."""
        return self._by_name.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    def replacing(self, *topics: Topic) -> Vocabulary:
        """Give a vocabulary with these topics added, or in the place of those of the same name."""
        merged = {**self._by_name, **{topic.name: topic for topic in topics}}
        return Vocabulary(merged.values())
