"""A fuzz target for every loader, with atheris. Install it with `pip install atheris`.

Then run

    python tests/fuzz/atheris_loads.py tests/golden/0.1.0 -max_total_time=60 -max_len=20000

It is not run by the suite. An input that raises anything but `InputError` is written to `tests/fuzz/found/`.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["qualify", "json"]):
    from qualify import wire
    from qualify.errors import InputError

sys.path.insert(0, str(Path(__file__).resolve().parent))
import mutating

USING = mutating.bound()
FOUND = Path(__file__).resolve().parent / "found"


def target(raw: bytes) -> None:
    """Load bytes as any value."""
    try:
        value = wire.loads(raw, object, using=USING)
    except InputError as error:
        str(error)
        return
    except Exception:
        (FOUND / f"{hashlib.sha256(raw).hexdigest()[:16]}.txt").write_bytes(raw)
        raise
    wire.dumps(value)


if __name__ == "__main__":
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
