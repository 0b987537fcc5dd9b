"""A trainer that tests run as a process, in a folder of its own."""

from __future__ import annotations

import pytest
from trainer_process import Trainer


@pytest.fixture
def trainer(tmp_path):
    return Trainer(tmp_path)
