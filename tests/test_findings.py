"""A finding reads as one line."""

from qualify._findings import Finding


def test_a_finding_reads_as_one_line():
    """Where, what, the code and the cure; what says nothing is left out."""
    assert "a: odd [x]; mend it" == str(Finding("x", "a", "odd", "mend it"))
    assert "odd [x]" == str(Finding("x", "", "odd"))
