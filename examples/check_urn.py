"""Does urn draw as it should? `draw` by Pearson's chi-square test over a million draws, `draw_at`
by equality with `random.choices`."""

import random
import sys

from urn import draw, draw_at

WEIGHTS = [3, 4, 0, 6]
DRAWS = 1_000_000
LIMIT = 27.6  # three weights can be drawn: chance alone exceeds this in one run of a million


def main():
    check_draw_at()
    check_draw()


def check_draw_at():
    rng, twin = random.Random(2020), random.Random(2020)
    lists = random.Random(1)
    for _ in range(DRAWS // 10):
        weights = [lists.choice([0, 1, 7, lists.random()]) for _ in range(lists.randrange(9))] + [1]
        [expected] = rng.choices(range(len(weights)), weights)
        if draw_at(weights, twin.random()) != expected:
            sys.exit(f"draw_at does not draw {expected} from {weights}")
    if draw_at([5e-324, 0], 0.9) != 0:  # the point is rounded up to the end
        sys.exit("draw_at draws a weight of zero")
    print(f"{DRAWS // 10} draws equal")


def check_draw():
    counts = [0] * len(WEIGHTS)
    for _ in range(DRAWS):
        counts[draw(WEIGHTS)] += 1
    chi_square = 0.0
    for weight, count in zip(WEIGHTS, counts):
        expected = DRAWS * weight / sum(WEIGHTS)
        print(f"weight {weight}: drawn {count} times, expected {expected:.0f}")
        if weight == 0 and count > 0:
            sys.exit("a weight of zero was drawn")
        if weight > 0:
            chi_square += (count - expected) ** 2 / expected
    print(f"chi-square {chi_square:.2f}, at most {LIMIT}")
    if chi_square > LIMIT:
        sys.exit("the draws do not keep to the weights")


if __name__ == "__main__":
    main()
