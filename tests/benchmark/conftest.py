"""The comparison in its quick form, run once for all tests that look at what comes out of it."""

from __future__ import annotations

import json

import pytest
from comparing import Quick, compare


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Quick:
    folder = tmp_path_factory.mktemp("quick")
    done = compare("--quick", "--output", folder)
    assert (folder / "timings.json").exists(), done.stderr
    return Quick(done, folder, json.loads((folder / "timings.json").read_text(encoding="utf-8")))
