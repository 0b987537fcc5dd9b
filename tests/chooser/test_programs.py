"""Runs each function of programs/ whose name begins with `test_` in a process of its own: some may
end the interpreter, some need one in which nothing has happened yet."""

from __future__ import annotations

import re

import pytest
from module_support import PROGRAMS, run_program

CASES = [
    (path.stem, name)
    for path in sorted(PROGRAMS.glob("*.py"))
    for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize(("program", "case"), CASES)
def test_in_a_process_of_its_own(program, case):
    run_program(program, case)
