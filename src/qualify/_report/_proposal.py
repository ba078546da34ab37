"""A binding to start from, guessed from the names of columns and from what stands in them.

What belongs here: guesses, each of which a person has to look at. What does not: any reading of a column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from qualify.cohort import Binding, Field
from qualify.models import Vocabulary

_NOTHING = frozenset(("unknown", "n/a", "na", "none", "null", "nan", "not known", "?", "-", "unbekannt"))
_WON = frozenset(("won", "win", "closed won", "yes", "converted", "true", "1", "customer"))
_LOST = frozenset(("lost", "loss", "closed lost", "no", "not converted", "false", "0"))
_OPEN = frozenset(("open", "pending", "in progress", "working", "new"))
_OUTCOMES = ("outcome", "status", "result", "won", "converted", "is_won", "stage", "y")
_ROLES = {
    "id": ("id", "lead_id", "leadid", "lead", "opportunity_id", "opportunity", "record_id", "respnum"),
    "account": ("account", "account_id", "company", "organisation", "organization", "customer"),
    "person": ("person_id", "contact", "contact_id", "email"),
    "offer": ("offer", "product", "plan"),
    "owner": ("owner", "seller", "rep", "sales_rep", "salesperson", "assigned_to", "owner_id", "agent"),
    "state": ("state", "lifecycle_stage"),
    "opened": ("opened", "created", "created_at", "created_date", "opened_at", "createdate"),
    "closed": ("closed", "closed_at", "close_date", "closed_date", "closedate"),
    "since": ("since", "updated", "updated_at", "modified", "last_modified"),
    "hours": ("hours", "hours_spent", "effort"),
}
_SURVEYS = {"nps": "nps", "enps": "enps", "csat": "csat", "esat": "esat", "ces": "ces"}
_ALSO = {  # one thing, several words: see the frameworks
    "budget": ("funds", "money"),
    "authority": ("buyer", "decider"),
    "need": ("challenge", "challenges", "pain", "problem"),
    "timing": ("timeline", "urgency", "prioritization", "when"),
    "person": ("name", "contact"),
}
_STEM = 4  # letters that two words have in common if they speak of one thing
_MANY = 12  # more different entries than this are not a list of words
_WIDTH = 80  # columns, of which the comma behind a line takes one
_WORD = re.compile(r"[^a-z0-9]+")


def propose(columns: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> Binding:
    """Give a binding whose roles and topics were guessed; it names at least what it could not be wrong about.

    >>> from qualify.models import Topic
    >>> columns = {"Seller": ("A", "B"), "Budget": ("yes", "Unknown"), "Status": ("Won", "Lost")}
    >>> propose(columns, Vocabulary(Topic("budget"))).owner
    Field('Seller')
    """
    words = {name: _WORD.sub("_", name.lower()).strip("_") for name in columns}
    free = dict(words)
    roles: dict[str, Field] = {}
    for name, plain in words.items():
        outcome = _outcome(name, columns[name]) if plain in _OUTCOMES else None
        if outcome is not None and "outcome" not in roles:
            roles["outcome"] = outcome
            del free[name]
    for role, names in _ROLES.items():
        found = next((name for name, plain in free.items() if plain in names), None)
        if found is not None:
            roles[role] = (
                _instant(found, columns[found]) if role in {"opened", "closed", "since"} else Field(found)
            )
            del free[found]
    surveys = {}
    for survey in _SURVEYS:
        found = next((name for name, plain in free.items() if survey in plain.split("_")), None)
        if found is not None:
            surveys[survey] = Field(found)
            del free[found]
    topics = {}
    for topic in vocabulary:
        found = next((name for name, plain in free.items() if _speaks_of(topic.name, plain)), None)
        if found is not None:
            topics[topic.name] = _topic(found, columns[found])
            del free[found]
    return Binding(topics=topics, surveys=surveys, **roles)  # type: ignore[arg-type]  # roles are Binding's own


def written(value: object, indent: str = "", key: str = "") -> str:
    """Give a document as JSON in lines of at most 80 columns: on one line what fits there.

    >>> print(written({"id": "Lead", "topics": {"need": "Need"}}))
    {
      "id": "Lead",
      "topics": {
        "need": "Need"
      }
    }
    """
    start = f"{indent}{key}"
    line = start + json.dumps(value, ensure_ascii=False)
    is_table = isinstance(value, dict) and value and (not key or not {"column"} & value.keys())
    if not value or not isinstance(value, (dict, list)) or (len(line) < _WIDTH and not is_table):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        inner = [
            written(entry, deeper, f"{json.dumps(name, ensure_ascii=False)}: ")
            for name, entry in value.items()
        ]
        return f"{start}{{\n" + ",\n".join(inner) + f"\n{indent}}}"
    return f"{start}[\n" + ",\n".join(written(entry, deeper) for entry in value) + f"\n{indent}]"


def _speaks_of(topic: str, column: str) -> bool:
    """Tell whether the name of a column is that of a topic, or holds its stem or another word for it."""
    if column == topic:
        return True
    parts = column.split("_")
    if "_" not in topic and any(part[:_STEM] == topic[:_STEM] and len(part) >= _STEM for part in parts):
        return True
    return any(word in parts for word in _ALSO.get(topic, ()))


def _few(entries: Sequence[str]) -> list[str]:
    different = [entry.strip() for entry in dict.fromkeys(entries) if entry.strip()]
    return list(dict.fromkeys(different)) if len(different) <= _MANY else []


def _outcome(name: str, entries: Sequence[str]) -> Field | None:
    few = _few(entries)
    won, lost, open_ = (tuple(e for e in few if e.lower() in listed) for listed in (_WON, _LOST, _OPEN))
    if not won or not lost:
        return None
    rest = tuple(entry for entry in few if entry not in (*won, *lost, *open_))
    return Field(name, yes=won, no=lost, unknown=open_, missing=rest)


def _topic(name: str, entries: Sequence[str]) -> Field:
    few = _few(entries)
    unknown = tuple(entry for entry in few if entry.lower() in _NOTHING)
    yes = tuple(entry for entry in few if entry.lower() in {"yes", "true", "y"})
    no = tuple(entry for entry in few if entry.lower() in {"no", "false", "n"})
    if (yes or no) and len(yes) + len(no) + len(unknown) == len(few):
        return Field(name, yes=yes, no=no, unknown=unknown)
    if yes or no:
        rest = tuple(entry for entry in few if entry not in (*yes, *no))
        return Field(name, yes=yes, no=no, unknown=rest)  # what they mean is for a person to say
    return Field(name, unknown=unknown)


def _instant(name: str, entries: Sequence[str]) -> Field:
    """Give a field of instants; a naive one is said to be UTC, a date the end of a working day."""
    first = next((entry.strip() for entry in entries if entry.strip()), "")
    try:
        found = datetime.fromisoformat(first)
    except ValueError:
        return Field(name, zone="UTC", hour=17, format="%d.%m.%Y" if "." in first else "%m/%d/%Y")
    if found.tzinfo is not None:
        return Field(name)
    is_date = len(first) <= 10  # noqa: PLR2004 - 2026-05-03
    return Field(name, zone="UTC", hour=17 if is_date else None)
