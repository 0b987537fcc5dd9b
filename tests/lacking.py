"""What a test does where the machine lacks something. No tests."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def cannot_run(why: str) -> NoReturn:
    """Skips with a reason; where the project is checked every day, what is missing is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
