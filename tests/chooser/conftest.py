"""Makes sure that the tests run against the module they are meant for, and sets how thorough they
are. The folder can be copied anywhere: it imports nothing from elsewhere in the project.

CHOOSER_EXPECTED_DIR  the folder that `chooser` must have been imported from
CHOOSER_HOOKS         the module built with the feature `test-hooks` (see test_hooks.py)
CHOOSER_LONG          1 for the long profile: 10^6 cases, hours instead of seconds
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import chooser

if not hasattr(chooser, "choose"):
    pytest.exit("chooser is not built: `make build` (or `pip install .`) makes it", returncode=4)

LONG = os.environ.get("CHOOSER_LONG", "0") not in ("", "0")

settings.register_profile(
    "short",
    max_examples=100,
    deadline=None,
    # The same cases in every run: an unlucky one must not depend on the day.
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# More than 10^6 in all.
settings.register_profile("long", settings.get_profile("short"), max_examples=200_000)
settings.load_profile("long" if LONG else "short")


def pytest_report_header():
    return f"chooser: {chooser.__file__} ({'long' if LONG else 'short'} profile)"


@pytest.fixture(scope="session", autouse=True)
def _the_module_under_test_is_the_expected_one():
    expected = os.environ.get("CHOOSER_EXPECTED_DIR")
    if expected:
        found = Path(chooser.__file__).resolve()
        assert Path(expected).resolve() in found.parents, f"{found} is not in {expected}"
