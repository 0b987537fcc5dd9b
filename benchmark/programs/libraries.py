"""The programs, much as the manuals of their libraries have them: the names that each library draws
by, and the function that takes the place of its own. A generator that the library hands to its draw
goes on to `choose`. A library is imported when it is asked for."""

from __future__ import annotations

import random
from collections import Counter
from importlib import import_module
from itertools import islice, product
from types import ModuleType, SimpleNamespace
from typing import Any, Callable

import numpy as np

from benchmark.programs.swap import Program
from chooser import choose


def axelrod() -> Program:
    """A population of 20, in which each match is drawn from those that were played before."""
    axl = import_module("axelrod")
    kinds = [axl.Cooperator, axl.Defector, axl.TitForTat, axl.Grudger, axl.Random]
    played = {}
    for one, other in product(kinds, kinds):
        match = axl.Match((one(), other()), turns=5, noise=0.1, seed=1)
        scores: Counter[Any] = Counter()
        for _ in range(100):
            match.play()
            scores[match.final_score()] += 1
        played[str(one()), str(other())] = axl.Pdf(scores, seed=1)

    def sample(self: Any) -> Any:
        return self.sample_space[choose(self.counts, self._random._random._bit_generator)]

    def run(seed: int) -> object:
        players = [kind() for kind in kinds for _ in range(4)]
        process = axl.ApproximateMoranProcess(players, played, mutation_rate=0.2, seed=seed)
        return list(islice(process, 200))  # fewer if one kind is left

    task = "`ApproximateMoranProcess`"
    return Program("axelrod", task, "`RandomState.choice`", [(axl.Pdf, "sample")], sample, run)


def ciw() -> Program:
    """Customers who go from desk to desk."""
    ciw = import_module("ciw")
    routing = [[0.0, 0.3, 0.3, 0.2], [0.1, 0.0, 0.4, 0.4], [0.2, 0.2, 0.0, 0.4], [0.1] * 4]

    def random_choice(array: Any, probs: Any = None) -> Any:
        if probs is None:
            return array[int(random.random() * len(array))]
        return array[choose(probs)]

    def run(seed: int) -> object:
        ciw.seed(seed)
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(0.2) for _ in routing],
            service_distributions=[ciw.dists.Exponential(3.0) for _ in routing],
            routing=routing,
            number_of_servers=[1] * len(routing),
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(8_000)
        return simulation

    places = [(ciw, "random_choice"), (import_module("ciw.auxiliary"), "random_choice")]
    return Program("ciw", "a network of queues", "a loop", places, random_choice, run)


def deap() -> Program:
    """Genetic search for a list of ones, by 200 at a time."""
    base, tools = import_module("deap.base"), import_module("deap.tools")
    algorithms, creator = import_module("deap.algorithms"), import_module("deap.creator")
    creator.create("Fitness", base.Fitness, weights=(1.0,))
    creator.create("Individual", list, fitness=creator.Fitness)

    def select(individuals: Any, k: int, fit_attr: str = "fitness") -> Any:
        weights = [getattr(one, fit_attr).values[0] for one in individuals]
        return [individuals[choose(weights)] for _ in range(k)]

    def run(seed: int) -> object:
        random.seed(seed)
        toolbox = base.Toolbox()
        toolbox.register("bit", random.randint, 0, 1)
        toolbox.register("individual", tools.initRepeat, creator.Individual, toolbox.bit, 40)
        toolbox.register("population", tools.initRepeat, list, toolbox.individual)
        toolbox.register("evaluate", lambda individual: (sum(individual) + 1.0,))
        toolbox.register("mate", tools.cxTwoPoint)
        toolbox.register("mutate", tools.mutFlipBit, indpb=0.05)
        toolbox.register("select", tools.selRoulette)
        population = toolbox.population(n=200)
        return algorithms.eaSimple(population, toolbox, 0.5, 0.2, ngen=30, verbose=False)

    places = [(tools, "selRoulette"), (import_module("deap.tools.selection"), "selRoulette")]
    task = "`eaSimple`, `selRoulette`"
    return Program("deap", task, "a loop", places, select, run, lambda chosen: map(id, chosen))


def faker() -> Program:
    """People with names and jobs. Names are as frequent as in the United States."""
    faker = import_module("faker")

    def draw(a: Any, p: Any, random: Any, length: int = 1) -> Any:
        if p is None or length > 1:
            return random.choices(a, weights=p, k=length)
        return [a[choose(p, random)]]

    def run(seed: int) -> object:
        fake = faker.Faker("en_US")
        fake.seed_instance(seed)
        return [(fake.name(), fake.city(), fake.job()) for _ in range(2_500)]

    modules = ["faker.providers", "faker.proxy", "faker.providers.internet"]
    places = [(import_module(module), "choices_distribution") for module in modules]
    task = "`name`, `city`, `job`"
    return Program("faker", task, "`Random.choices`", places, draw, run, lambda drawn: drawn)


def gymnasium() -> Program:
    """Random steps across a frozen lake."""
    gym = import_module("gymnasium")

    def categorical_sample(prob_n: Any, np_random: Any) -> int:
        return choose(prob_n, np_random)

    def run(seed: int) -> object:
        lake = gym.make("FrozenLake-v1")
        lake.reset(seed=seed)
        lake.action_space.seed(seed)
        wins = 0.0
        for _ in range(40_000):
            _, reward, terminated, truncated, _ = lake.step(lake.action_space.sample())
            wins += reward
            if terminated or truncated:
                lake.reset()
        return wins

    # This module has imported the function by name, so it is replaced here.
    places = [(import_module("gymnasium.envs.toy_text.frozen_lake"), "categorical_sample")]
    task, draw = "`FrozenLake-v1`", "`cumsum`, `argmax`"
    return Program("gymnasium", task, draw, places, categorical_sample, run)


def isobar() -> Program:
    """A melody of weighted notes."""
    iso = import_module("isobar")

    def wnchoice(array: Any, weights: Any, rng: Any) -> Any:
        return array[choose(weights, rng)]

    def run(seed: int) -> object:
        degrees = iso.PChoice([0, 1, 2, 3, 4, 5, 6, 7, 9], [8, 2, 5, 3, 6, 2, 1, 4, 2]).seed(seed)
        notes = iso.PDegree(degrees, iso.Scale.minor) + 60
        lengths = iso.PChoice([0.25, 0.5, 1], [5, 4, 1]).seed(seed)
        loudness = iso.PWhite(40, 80).seed(seed)
        melody = iso.PDict({"note": notes, "duration": lengths, "amplitude": loudness})
        return [next(melody) for _ in range(40_000)]

    places = [(import_module("isobar.pattern.chance"), "wnchoice")]
    places += [(import_module("isobar.util"), "wnchoice")]
    return Program("isobar", "a melody by `PChoice`", "a loop", places, wnchoice, run)


def markovify() -> Program:
    """Sentences by a Markov chain of the words of Python's documentation."""
    markov = import_module("markovify")
    begin = ("___BEGIN__",) * 2
    text = "\n".join(import_module("pydoc_data.topics").topics.values())
    model = markov.Text(text, state_size=2)

    def move(self: Any, state: Any) -> Any:
        if state == begin:  # its cumulative sums are prepared
            return random.choices(self.begin_choices, cum_weights=self.begin_cumdist)[0]
        follow = self.model[state]
        return [*follow][choose([*follow.values()])]

    def run(seed: int) -> object:
        random.seed(seed)
        return [model.make_sentence() for _ in range(1_500)]

    task, draw = "`make_sentence`", "`accumulate`, `bisect`"
    return Program("markovify", task, draw, [(type(model.chain), "move")], move, run)


def networkx() -> Program:
    """A network that grows, a node at a time."""
    nx = import_module("networkx")

    def discrete_sequence(
        n: int, distribution: Any = None, cdistribution: Any = None, seed: Any = None
    ) -> list[int]:
        return [choose(distribution, seed) for _ in range(n)]

    places = [(import_module("networkx.generators.directed"), "discrete_sequence")]
    places += [(import_module("networkx.utils.random_sequence"), "discrete_sequence")]
    return Program(
        "networkx",
        "`gn_graph(2000)`",
        "a loop, `bisect`",
        places,
        discrete_sequence,
        lambda seed: nx.gn_graph(2_000, seed=seed),
        lambda drawn: drawn,
    )


def open_spiel() -> Program:
    """Monte Carlo counterfactual regret minimisation for Leduc poker."""
    game = import_module("pyspiel").load_game("leduc_poker")
    solvers = import_module("open_spiel.python.algorithms.outcome_sampling_mccfr")
    # It calls `np.random.choice`. In this module alone, `np` is a copy of numpy's namespace, whose
    # `choice` can be replaced.
    names = ModuleType("numpy")
    vars(names).update(vars(np))
    names.random = SimpleNamespace(choice=np.random.choice)  # type: ignore[attr-defined]
    solvers.np = names  # type: ignore[attr-defined]

    def choice(a: Any, p: Any) -> Any:
        return a[choose(p)]

    def run(seed: int) -> object:
        np.random.seed(seed)
        solver = solvers.OutcomeSamplingSolver(game)
        for _ in range(1_000):
            solver.iteration()
        return solver

    places = [(names.random, "choice")]
    task, draw = "`OutcomeSamplingSolver`", "`np.random.choice`"
    return Program("open_spiel", task, draw, places, choice, run)


# By the name of the package they import.
PROGRAMS: dict[str, Callable[[], Program]] = {
    make.__name__: make
    for make in (axelrod, ciw, deap, faker, gymnasium, isobar, markovify, networkx, open_spiel)
}
