"""A finding reads as one line."""

from qualify._findings import Finding


def test_a_finding_reads_as_one_line():
    """Where, what, the code and the cure; what says nothing is left out."""
    assert "a: odd [x]; mend it" == str(Finding("x", "a", "odd", "mend it"))
    assert "odd [x]" == str(Finding("x", "", "odd"))


def test_a_finding_is_a_value():
    """Two that say the same are one."""
    assert 1 == len({Finding("x", "a", "odd", "mend it"), Finding("x", "a", "odd", "mend it")})
    assert Finding("x", "a", "odd") != Finding("x", "b", "odd")
