"""O: values as objects: pickles, copies, equality, imports."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify import errors, wire
from qualify._canonical import fingerprint
from qualify._maps import Map, Value
from qualify.criteria import criterion, topic
from qualify.errors import CriterionError, InputError, InvalidValue, QualifyError
from qualify.models import Evidence, Facts, Lead, Offer, Person, Signal
from qualify.stages import SAAS, Journey
from qualify.testing import strategy_of
from qualify.testing._types import _OF
from qualify.truth import Truth
from reference.catalogue import NOON, proves

KINDS = [kind for kind in _OF if kind.__name__ != "Scale"]


@proves("O01", "O04")
def pickles_and_copies() -> None:
    """Every value survives every protocol and both copies, with its fingerprint."""

    @settings(max_examples=60)
    @given(st.sampled_from(KINDS).flatmap(strategy_of), st.integers(2, pickle.HIGHEST_PROTOCOL))
    def survives(value, protocol):
        for again in (
            pickle.loads(pickle.dumps(value, protocol)), copy.copy(value), copy.deepcopy(value),
        ):  # fmt: skip
            assert value == again
            if not isinstance(value, Truth):
                assert fingerprint(value) == fingerprint(again)

    survives()
    for protocol in (0, 1):
        lead = Lead("l", evidence=[Evidence("a", 1, at=NOON)])
        assert lead == pickle.loads(pickle.dumps(lead, protocol))


@proves("O02")
def hash_in_another_process() -> None:
    """A kept hash is not carried over: it is made again."""
    rule = topic("need").exists() & (topic("fit") >= 3)
    code = (
        "import pickle, sys; rule = pickle.load(sys.stdin.buffer); from qualify.criteria import topic; "
        "other = topic('need').exists() & (topic('fit') >= 3); print(hash(rule) == hash(other), rule == other)"
    )
    hash(rule)
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], input=pickle.dumps(rule), capture_output=True, check=True,
            env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert b"True True" == done.stdout.strip()


@proves("O03")
def altered_pickle() -> None:
    """A pickle skips every check: it is for trusted hands, and the page on security says so."""
    from pathlib import Path

    person = object.__new__(Person)
    person.__setstate__({"id": " bad ", "name": None, "email": None, "role": None})
    assert " bad " == person.id
    page = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "security.md"
    assert "never unpickle" in page.read_text(encoding="utf-8").lower()


@proves("O05")
def deep_copy_of_a_deep_value() -> None:
    """The deepest criterion that there may be is copied, pickled, hashed, compared and shown."""
    deep = topic("a").exists()
    for _ in range(23):
        deep = (deep & topic("b").exists()).named("x") if deep.depth < 22 else ~deep.named("y")
        if deep.depth > 22:
            break
    again = copy.deepcopy(pickle.loads(pickle.dumps(deep)))
    assert deep == again
    assert hash(deep) == hash(again)
    assert repr(deep) == repr(again)
    inner = 1
    for _ in range(23):
        inner = (inner,)
    evidence = Evidence("a", inner, at=NOON)
    assert evidence == copy.deepcopy(evidence)


def every_error() -> list[QualifyError]:
    """Give an error of each public class."""
    special = {
        "NotKnown": lambda kind: kind("budget"),
        "Refused": lambda kind: kind("refused in a"),
        "Conflict": lambda kind: kind(1, 2, where="x"),
        "IdConflict": lambda kind: kind("e1", "a" * 64, "b" * 64, where="x"),
        "ChartMismatch": lambda kind: kind("c 1", "c 2", ("one",), where="x"),
        "MissingExtra": lambda kind: kind("stats", "scipy", "x"),
    }
    made = []
    for name in errors.__all__:
        kind = getattr(errors, name)
        if issubclass(kind, InputError):
            made.append(kind("asked", code="syntax", path="$.a", pointer="/a", found="f", allowed="w"))
        elif name in special:
            made.append(special[name](kind))
        else:
            made.append(kind("asked", found="f", allowed="w", where="x"))
    return made


@proves("O06")
def errors_in_a_pickle() -> None:
    """Every class keeps its parts, in every protocol and in a copy."""
    for error in every_error():
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for again in (
                pickle.loads(pickle.dumps(error, protocol)),
                copy.deepcopy(error),
                copy.copy(error),
            ):
                assert type(error) is type(again)
                assert str(error) == str(again)
                assert vars(error).keys() == vars(again).keys()


def failing(text: str) -> None:
    """Load a document in another process."""
    wire.loads(text, Lead)


@proves("O07")
def errors_through_a_pool() -> None:
    """Path and message arrive from another process."""
    import multiprocessing

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        error = pool.submit(wire.loads, '{"schema":1,"is":"Lead","id":7}', Lead).exception()
    assert isinstance(error, InputError)
    assert ("$.id", "wrong_type") == (error.path, error.code)


@proves("O08")
def lambda_in_a_pickle() -> None:
    """The error names the criterion, and says where to define it."""
    inner = criterion(uses=("a",), version="1", name="mine")(lambda facts: True)
    with pytest.raises(CriterionError, match="mine"):
        pickle.dumps(inner & topic("b").exists())


@proves("O09", "O10")
def fields_that_change() -> None:
    """Lists become tuples, dicts become Maps; arrays are refused where a value is compared."""
    signal = Signal("s", at=NOON, details={"tags": ["a"], "more": {"b": [1]}})
    hash(signal)
    assert Map({"tags": ("a",), "more": Map({"b": (1,)})}) == signal.details
    with pytest.raises(QualifyError):
        Evidence("a", np.array([1, 2]), at=NOON)
    held = (Lead("l", evidence=[Evidence("a", [1], at=NOON)]), Facts.of({"a": [1]}, at=NOON))
    for value in held:
        hash(value)


@proves("O11")
def not_a_number() -> None:
    """NaN cannot be stored, so every value equals itself."""
    for number in (float("nan"), float("inf"), np.float64("nan")):
        with pytest.raises(InvalidValue):
            Evidence("a", number, at=NOON)


@proves("O12")
def one_and_true() -> None:
    """1, 1.0 and True are three values with three fingerprints."""
    values = [Evidence("a", value, at=NOON) for value in (1, 1.0, True)]
    assert 3 == len(set(values)) == len({fingerprint(value) for value in values})
    assert 3 == len({Map({"a": value}) for value in (1, 1.0, True)})


@proves("O13")
def numpy_scalars() -> None:
    """They become Python's own."""
    for value, kind in (
        (np.float64(1.5), float),
        (np.int64(3), int),
        (np.bool_(True), bool),
        (np.str_("a"), str),
    ):
        assert kind is type(Evidence("a", value, at=NOON).value)


@attrs.frozen
class Heir(Value):
    """A host's own value."""

    id: str
    extra: int = 0


@proves("O14", "O18")
def heirs() -> None:
    """A value of another class is another value, whatever it holds."""

    @attrs.frozen(init=False)
    class Fan(Person):
        def __init__(self, id):
            self.__attrs_init__(id=id)

    assert Person("a") != Fan("a")
    assert Fan("a") == Fan("a")
    assert hash(Fan("a")) == hash(Fan("a"))
    assert Heir("a") != Person("a")


@proves("O15")
def fingerprint_and_hash() -> None:
    """A fingerprint is 64 digits of SHA-256 that no process changes; a hash is never written."""
    lead = Lead("l", evidence=[Evidence("a", "text", at=NOON)])
    assert 64 == len(fingerprint(lead))
    assert str(hash(lead)) not in wire.dumps(lead)


@proves("O16")
def evolved() -> None:
    """`attrs.evolve` runs the same checks."""
    with pytest.raises(InvalidValue):
        attrs.evolve(Person("a"), id=" ")
    with pytest.raises(QualifyError):
        attrs.evolve(Offer("a"), price=1.5)


@proves("O17")
def behind_the_frozen() -> None:
    """`object.__setattr__` cannot be prevented; the fingerprint tells."""
    evidence = Evidence("a", 1, at=NOON)
    before = fingerprint(evidence)
    object.__setattr__(evidence, "value", 2)
    assert before != fingerprint(evidence)


@proves("O19")
def weak_references() -> None:
    """Values have slots: no `__dict__`, and a weak reference to nouns and criteria."""
    for value in (Person("a"), Evidence("a", 1, at=NOON), Lead("l"), topic("a").exists(), SAAS):
        assert not hasattr(value, "__dict__")
        assert weakref.ref(value)() is value


@proves("O20")
def long_chains_are_freed() -> None:
    """A journey of many events is a chain; freeing it does not recurse."""
    journey = Journey.start(SAAS, "ana", at=NOON)
    for i in range(30_000):
        journey = journey.record("discover", at=NOON + timedelta(seconds=i))
    del journey
    gc.collect()


@proves("O21")
def without_asserts_and_docstrings() -> None:
    """`-OO` changes no answer and no refusal."""
    code = (
        "from qualify import wire; from qualify.errors import InputError; from qualify.models import Lead\n"
        'try: wire.loads(\'{"schema":1,"is":"Lead","id":7}\', Lead)\n'
        "except InputError as error: print(error)\n"
    )
    said = {
        subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, check=True).stdout
        for flags in ((), ("-O",), ("-OO",))
    }
    assert {b"$.id: text is needed (got a whole number)\n"} == said


@proves("O22")
def importing() -> None:
    """An import warns of nothing, opens nothing, and leaves the sources of chance alone."""
    code = (
        "import random, socket, sys; state = random.getstate(); socket.socket = None; "
        "import qualify, qualify.wire, qualify.playbooks; "
        "print(state == random.getstate(), 'importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, check=True, text=True
    )
    assert "True False" == done.stdout.strip()


@proves("O23")
def testing_without_hypothesis() -> None:
    """The error names the extra; what needs no hypothesis is there."""
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from qualify.testing import CATALOGUE, check_store\n"
        "try: from qualify.testing import leads\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert "pip install 'qualify[testing]'" in done.stdout


@proves("O24")
def checks_switched_off() -> None:
    """Our checks stand in `__init__`, which no switch of attrs reaches."""
    with attrs.validators.disabled():
        for make in (lambda: Person(" "), lambda: Evidence("a", float("nan"), at=NOON)):
            with pytest.raises(InvalidValue):
                make()
    assert not any(a.validator for kind in KINDS if attrs.has(kind) for a in attrs.fields(kind))
