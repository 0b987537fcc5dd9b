"""What the recorded study says follows from its raw values, and these can be had again."""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from comparing import RECORDED

from benchmark.report.study import section
from benchmark.rules import answers, pictures
from benchmark.rules.plan import Goal
from benchmark.rules.results import Study
from benchmark.rules.training import Training, train
from ttst_brain.rule import ORIGINAL


def recorded() -> Study:
    return Study.from_json((RECORDED / "study.json").read_text(encoding="utf-8"))


def test_finalists_are_the_rules_with_the_lowest_medians_of_the_search() -> None:
    found = recorded()
    weaker = {"both players": max, "player one": lambda pair: pair[0], "player two": lambda p: p[1]}
    for finalists in found.finalists:
        matches, of = finalists.goal.matches, weaker[finalists.goal.who]
        medians = {
            rule: statistics.median(of(at[matches]) for at in by_seed.values())
            for rule, by_seed in found.tried.losses.items()
            if sum(matches in at for at in by_seed.values()) == found.effort.searched
        }
        best, runner_up = medians.pop(finalists.best), medians.pop(finalists.runner_up)
        assert best <= runner_up <= min(medians.values())


def test_a_recorded_training_can_be_repeated_to_the_bit() -> None:
    study = recorded()
    for rule in (ORIGINAL, study.finalists[-3].best):
        for training in study.confirmed[rule][:2]:
            assert train(training.job) == training


def test_the_shown_figures_follow_from_the_recorded_trainings() -> None:
    study = recorded()
    shown = answers.as_text(study, answers.answers(study))
    for finalists in study.finalists:
        goal = finalists.goal
        ours, others, article = (
            [lost(goal, training) for training in study.confirmed[rule]]
            for rule in (finalists.best, finalists.runner_up, ORIGINAL)
        )
        assert len(ours) == len(others) == len(article) == study.effort.confirmed
        for values in (ours, others, article):
            tenths = statistics.quantiles(values, n=10, method="inclusive")
            figures = (statistics.median(values), tenths[0], tenths[-1])
            text = "{}% ({}–{}%)".format(*(answers.percent(x)[: -len("%")] for x in figures))
            [row, *_] = re.findall(rf"^{goal.matches:,} +{goal.who} .*$", shown, re.MULTILINE)
            assert text in row
        assert (finalists.better, finalists.p) == pytest.approx(normal_test(ours, others), rel=0.05)


def lost(goal: Goal, training: Training) -> float:
    """Of the raw odds, the fourth and the eighth: the losses of players one and two to the best."""
    odds = training.odds[training.job.points.index(goal.matches)]
    one, two = odds[3], odds[7]
    return {"both players": max(one, two), "player one": one, "player two": two}[goal.who]


def normal_test(best: list[float], second: list[float]) -> tuple[float, float]:
    """The chance of a lower value and the p-value, by the normal approximation."""
    n = len(best)
    lower = np.less.outer(best, second).sum() + 0.5 * np.equal.outer(best, second).sum()
    counts = np.unique(best + second, return_counts=True)[1]
    ties = (counts**3 - counts).sum() / (2 * n * (2 * n - 1))
    deviation = (n * n / 12 * (2 * n + 1 - ties)) ** 0.5
    z = (abs(lower - n * n / 2) - 0.5) / deviation
    return lower / n**2, 2 * statistics.NormalDist().cdf(-z)


def test_machine_and_date_are_kept_and_shown_together() -> None:
    found = recorded()
    dated = replace(found, machine=replace(found.machine, date="2026-01-31"))
    assert json.loads(dated.as_json())["machine"]["date"] == "2026-01-31"
    assert Study.from_json(dated.as_json()).machine == dated.machine
    shown = answers.as_markdown(dated).splitlines()[-1]
    tried = f"{len(found.tried.losses):,} rules tried"
    assert shown == f"{tried}, on 2026-01-31; {found.machine.processor}."
    undated = replace(found, machine=replace(found.machine, date=None))
    assert "date" not in json.loads(undated.as_json())["machine"]
    shown = answers.as_markdown(undated).splitlines()[-1]
    assert shown == f"{tried}; {found.machine.processor}."


# ---- how it is shown ----------------------------------------------------------------------------


def test_the_report_has_a_section_where_a_study_lies_beside_it(tmp_path: Path) -> None:
    assert section(tmp_path) is None
    study = recorded()
    shown = section(RECORDED)
    assert shown
    html = unescape(str(shown.body))
    assert html.count("<svg") == 4  # two pictures, for a wide page and for a phone
    for row in answers.rows(answers.answers(study)):
        assert all(f">{cell}</t" in html for cell in row)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"effort": {"children": 1}}', None])
def test_a_study_that_cannot_be_read_is_named_in_the_report_and_costs_no_other_section(
    text: str | None, tmp_path: Path
) -> None:
    if text is None:
        (tmp_path / "study.json").mkdir()
    else:
        (tmp_path / "study.json").write_text(text)
    shown = section(tmp_path)
    assert shown
    assert f"{tmp_path / 'study.json'} cannot be read" in unescape(str(shown.body))


def test_the_recorded_pictures_show_the_map_and_the_bands(tmp_path: Path) -> None:
    study = recorded()
    pictures.write(study, tmp_path)
    rules, curves = (
        (folder / f"{name}.svg").read_text(encoding="utf-8")
        for folder, name in ((RECORDED, "rules"), (RECORDED, "curves"))
    )
    for value in pictures.weaker_brain(study).values():
        assert f">{answers.percent(value)}</text>" in unescape(rules)
    for label in ("the article's rule", "the best rule for both", "for this player alone"):
        assert label in unescape(curves)
    for name, picture in (("rules", rules), ("curves", curves)):
        drawn = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert re.findall(">([^<]+)</text>", drawn) == re.findall(">([^<]+)</text>", picture)
