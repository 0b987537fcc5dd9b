"""The comparison in its quick form, run once for all tests that look at what comes out of it."""

from __future__ import annotations

import pytest
from comparing import Quick, compare, comparison_in


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Quick:
    """Run in a folder that is not the checkout's."""
    folder = tmp_path_factory.mktemp("quick")
    done = compare("--quick", "--output", "out", cwd=folder)
    assert (folder / "out" / "timings.json").exists(), done.stderr
    return Quick(done, folder / "out", comparison_in(folder / "out"))
