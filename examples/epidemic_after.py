"""An epidemic in a network of people: one after the other falls ill or recovers.

Who is next is drawn by `next_event`. At first each infects two others on average, and theory
(Kermack and McKendrick, 1927) knows the share x that falls ill: x = 1 - exp(-2 x), which is 79.7%.
"""

import sys
import time

import numpy as np

from chooser import Weights

CONTACTS = 10  # of a person, on average
INFECTION = 1 / 16  # infections a day by each contact who is ill
RECOVERY = 1 / 4  # recoveries a day of each person who is ill
FIRST = 10  # people who are ill at the beginning
SUSCEPTIBLE, ILL, RECOVERED = range(3)


def next_event(rates, rng):
    """The person to whom something happens, and the days until then."""
    return rates.choose(rng), rng.standard_exponential() / rates.total


def simulate(contacts, rng):
    """How many people fall ill, and after how many days nobody is."""
    states = [SUSCEPTIBLE] * len(contacts)
    rates = Weights(np.zeros(len(contacts)))  # of what happens next to each person
    for person in range(FIRST):
        change(person, states, rates, contacts)
    ill = fallen_ill = FIRST
    days = 0.0
    while ill > 0:
        person, pause = next_event(rates, rng)
        change(person, states, rates, contacts)
        fallen_ill += states[person] == ILL
        ill += 1 if states[person] == ILL else -1
        days += pause
    return fallen_ill, days


def change(person, states, rates, contacts):
    """A susceptible person falls ill, or an ill one recovers."""
    states[person] += 1
    rates[person], step = (RECOVERY, INFECTION) if states[person] == ILL else (0, -INFECTION)
    for contact in contacts[person]:
        if states[contact] == SUSCEPTIBLE:
            rates[contact] += step


def network(people, rng):
    """The contacts of each person: pairs of people, at random."""
    contacts = [[] for _ in range(people)]
    for one, other in rng.integers(people, size=(people * CONTACTS // 2, 2)).tolist():
        contacts[one].append(other)
        contacts[other].append(one)
    return contacts


def main():
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = np.random.default_rng(2020)
    contacts = network(people, rng)
    start = time.perf_counter()
    fallen_ill, days = simulate(contacts, rng)
    seconds = time.perf_counter() - start
    print(f"{people} people in {seconds:.3f} seconds")
    print(f"{fallen_ill / people:.2%} fell ill within {days:.1f} days")


if __name__ == "__main__":
    main()
