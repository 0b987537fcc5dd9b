"""What a type checker must refuse, line by line."""

import numpy as np

import chooser

table = np.zeros((19683, 9), np.int64)
weights = chooser.Weights([1, 2])
# from here on
chooser.choose()
chooser.choose(None)
chooser.choose(5)
chooser.choose("12")
chooser.choose(["1"])
chooser.choose([1j])
chooser.choose([[1]])
chooser.choose({1})
chooser.choose({"a": 1})
chooser.choose(iter([1]))
chooser.choose([1], [2])
chooser.choose([1], rng=5)
chooser.choose([1], rng=np.random)
chooser.choose([1], rng=np.random.RandomState(1))
chooser.choose([1], None, None)
chooser.choose(weights=[1])
nothing: str = chooser.choose([1])
chooser.choose_rows([1, 2])
chooser.choose_rows([["1"]])
chooser.choose_rows([[1]], None)
chooser.choose_rows([[1]], rng=5)
chooser.choose_rows([[1]], uniforms=0.5)
chooser.choose_rows([[1]], out=[0])
chooser.Weights()
chooser.Weights("12")
chooser.Weights(weights=[1])
weights[0] = "1"
weights["0"] = 1
weights.choose(5)
weights.choices(0.5)
weights.choices(5, [0])
weights.sample(2, out=None)
weights.update([0.5], [1])
weights.append("1")
weights.total = 5
chooser.seed(1.5)
chooser.seed("1")
chooser.seed(n=1)
chooser.play([1], [1], 5)
chooser.play(np.ones((19683, 9)), table, 5)
chooser.play(table, table, 0.5)
chooser.play(table, table, 5, True)
chooser.nothing()
