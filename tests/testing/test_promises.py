"""What the kit promises to hosts: its laws, the variants that it runs, the columns that it makes."""

from __future__ import annotations

from qualify.testing._arrays import _DTYPES
from qualify.testing._determinism import VARIANTS
from qualify.testing._laws import LAWS


def test_the_laws_are_these():
    """Each by its name, once."""
    assert [
        "double negation", "order of and", "order of or", "De Morgan", "brackets", "refinement",
        "order of parts", "De Morgan of criteria", "truth and verdict", "replay", "prefixes", "resuming",
        "pooling", "fingerprints",
    ] == [law.name for law in LAWS]  # fmt: skip


def test_what_a_program_must_not_depend_on():
    """Hash seeds, asserts, docstrings, development mode, time zones, locales."""
    flags = {flag for flags, _ in VARIANTS for flag in flags}
    settings = {(name, value) for _, given in VARIANTS for name, value in given.items()}
    assert {"-O", "-OO", "-X", "dev"} == flags
    assert {"0", "1", "2", "random"} == {value for name, value in settings if name == "PYTHONHASHSEED"}
    assert 2 == len({value for name, value in settings if name == "TZ"})
    assert {("LC_ALL", "C"), ("LC_ALL", "tr_TR.UTF-8"), ("PYTHONUTF8", "0")} <= settings


def test_surveys_come_in_every_width_and_order_of_bytes():
    """Whole numbers and floats of one to eight bytes, little and big end first."""
    assert {"<", ">"} == {dtype[0] for dtype in _DTYPES if dtype[0] in "<>"}
    assert {("<", "i"), (">", "i"), ("<", "f"), (">", "f")} <= {(d[0], d[1]) for d in _DTYPES}
    assert {">i2", ">i8", ">f8"} <= set(_DTYPES)
