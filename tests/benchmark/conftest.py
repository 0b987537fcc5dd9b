"""The comparison in its quick form, run once for all tests that look at what comes out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browsing import browser  # noqa: F401 - a fixture
from comparing import Quick, compare, comparison_in

from ttst_terminal.progress import signals_restored


@pytest.fixture(autouse=True)
def _signals_restored() -> Iterator[None]:
    """A measurement ignores signals at its end, and the next test may be another program's."""
    with signals_restored():
        yield


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Quick:
    """Run in another folder than the checkout, by a Python that looks for no modules there."""
    folder = tmp_path_factory.mktemp("quick")
    safe = {**os.environ, "PYTHONSAFEPATH": "1"}
    done = compare("--quick", "--output", "out", cwd=folder, env=safe)
    return Quick(done, folder / "out", comparison_in(folder / "out"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at samples taken while a program ran is not to run beside other tests."""
    for item in items:
        if "quick" in getattr(item, "fixturenames", ()):
            item.add_marker("alone")
