"""A copy of the project, made once for all tests that change nothing in it."""

import pytest
from checkout import copy_project


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("packaging") / "sources")
