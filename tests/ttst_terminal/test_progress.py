"""What is said of a training's score. The bar and the signals are tested on trainings."""

from __future__ import annotations

import re

import pytest

from ttst_terminal.progress import Score


@pytest.mark.parametrize("each", [0, 1, 999, 1_000, 9_999_999, 123_456_789, 10**10])
def test_a_score_fits_60_columns_and_names_every_number(each):
    lines = str(Score(each, 2 * each, 3 * each, 12_345.678)).splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert lines[0] == f"{6 * each} matches in 12345.68 seconds:"
    numbers = re.findall(r"(?:won|tied) ([\d,]+\d|\d)", " ".join(lines))
    assert numbers == [f"{each:,}", f"{2 * each:,}", f"{3 * each:,}"]
