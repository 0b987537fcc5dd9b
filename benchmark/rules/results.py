"""What a study found, and its JSON: raw enough to compute every figure from it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from benchmark.results import Machine, present
from benchmark.rules.plan import Effort, Goal, Tried
from benchmark.rules.training import Job, Training, rule_of
from ttst_brain.rule import Rule


class Finalists(NamedTuple):
    """The two best rules of the search for one goal, and how surely the confirmation tells them
    apart."""

    goal: Goal
    best: Rule
    runner_up: Rule
    better: float  # the chance that a training by the best loses less than one by the runner-up
    p: float  # of a difference as large, by Mann and Whitney's test, if there were none


@dataclass(frozen=True)
class Study:
    """The content of `study.json`."""

    machine: Machine
    effort: Effort
    seconds: float  # of the run that ended it
    trained: int  # trainings that it made; the others it found in the journal
    tried: Tried
    finalists: list[Finalists]
    confirmed: dict[Rule, list[Training]]  # by seed, with the article's rule among them

    def as_json(self) -> str:
        """A line for each rule."""
        head = {
            "schema": 1,
            "machine": present(self.machine),
            "effort": asdict(self.effort),
            "seconds": self.seconds,
            "trained": self.trained,
            "finalists": [
                {**one._asdict(), "best": one.best._asdict(), "runner_up": one.runner_up._asdict()}
                for one in self.finalists
            ],
        }
        tried = [
            {
                "rule": rule._asdict(),
                "seeds": [*by_seed],
                "points": [*next(iter(by_seed.values()))],  # the same with every seed
                "losses": [[*at.values()] for at in by_seed.values()],
            }
            for rule, by_seed in self.tried.losses.items()
        ]
        confirmed = [
            {
                "rule": rule._asdict(),
                "points": trainings[0].job.points,
                "odds": [training.odds for training in trainings],
                "brains": [training.brains for training in trainings],
            }
            for rule, trainings in self.confirmed.items()
        ]
        parts = [f'"{name}":{compact(value)}' for name, value in head.items()]
        for name, lines in (("tried", tried), ("confirmed", confirmed)):
            parts.append(f'"{name}":[\n' + ",\n".join(map(compact, lines)) + "\n]")
        return "{" + ",\n".join(parts) + "}\n"

    @classmethod
    def from_json(cls, text: str) -> Study:
        data = json.loads(text)
        parts: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data["effort"].items()
        }
        effort = Effort(**parts)
        tried = Tried()
        for line in data["tried"]:
            tried.losses[rule_of(line["rule"])] = {
                seed: dict(zip(line["points"], map(tuple, losses)))
                for seed, losses in zip(line["seeds"], line["losses"])
            }
        confirmed = {}
        for line in data["confirmed"]:
            rule, points = rule_of(line["rule"]), tuple(line["points"])
            confirmed[rule] = [
                Training(Job(rule, seed, points), tuple(map(tuple, odds)), brains)
                for seed, odds, brains in zip(
                    effort.confirmation_seeds, line["odds"], line["brains"]
                )
            ]
        finalists = [
            Finalists(
                Goal(*line["goal"]),
                rule_of(line["best"]),
                rule_of(line["runner_up"]),
                line["better"],
                line["p"],
            )
            for line in data["finalists"]
        ]
        return cls(
            Machine(**data["machine"]),
            effort,
            data["seconds"],
            data["trained"],
            tried,
            finalists,
            confirmed,
        )


def compact(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))
