"""A café as three queues: a guest passes the counter, the kitchen and the cash desk.

What happens next is drawn by `next_event`. Queueing theory (Jackson, 1957) knows the mean numbers
of guests that must come out: 3, 1.5 and 1.
"""

import sys
import time

from urn import draw

PLACES = ("counter", "kitchen", "cash desk")
ARRIVALS = 3  # guests a minute who come in
SERVICE = (4, 5, 6)  # guests a minute who leave each place for the next, while any are there


def next_event(rates):
    return draw(rates)


def simulate(events):
    """The mean number of guests at each place, over the time that so many events take."""
    guests = [0, 0, 0]
    guest_minutes = [0.0, 0.0, 0.0]
    minutes = 0.0
    for _ in range(events):
        rates = event_rates(guests)
        pause = 1 / sum(rates)  # how long nothing happens, on average
        minutes += pause
        for place, count in enumerate(guests):
            guest_minutes[place] += count * pause
        move_guest(guests, next_event(rates))
    return [total / minutes for total in guest_minutes]


def event_rates(guests):
    """How often a minute each event happens: a guest comes to place 0, 1, 2; a guest leaves."""
    return [ARRIVALS] + [rate if count else 0 for rate, count in zip(SERVICE, guests)]


def move_guest(guests, event):
    if event > 0:
        guests[event - 1] -= 1
    if event < len(guests):
        guests[event] += 1


def main():
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    start = time.perf_counter()
    means = simulate(events)
    seconds = time.perf_counter() - start
    print(f"{events} events in {seconds:.2f} seconds")
    print("guests:", ", ".join(f"{mean:.2f} at {place}" for place, mean in zip(PLACES, means)))


if __name__ == "__main__":
    main()
