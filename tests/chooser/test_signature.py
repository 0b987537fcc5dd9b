"""What the module says of itself: signatures, docstrings, names."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import sys

import pytest

import chooser

PUBLIC = [getattr(chooser, name) for name in vars(chooser) if not name.startswith("_")]
FUNCTIONS = [each for each in PUBLIC if each is not chooser.Weights]
METHODS = [getattr(chooser.Weights, name) for name in vars(chooser.Weights) if name[0] != "_"]


def test_choose_takes_weights_by_position():
    assert str(inspect.signature(chooser.choose)) == "(weights, /, rng=None)"
    with pytest.raises(TypeError, match="keyword"):
        chooser.choose(weights=[1])
    with pytest.raises(TypeError, match="argument"):
        chooser.choose()
    with pytest.raises(TypeError, match="argument"):
        chooser.choose([1], None, [2])


def test_choose_rows_takes_a_table_by_position_and_the_rest_by_keyword():
    signature = "(table, /, *, rng=None, uniforms=None, out=None)"
    assert str(inspect.signature(chooser.choose_rows)) == signature
    with pytest.raises(TypeError, match=r"takes 1 positional argument but 2 were given$"):
        chooser.choose_rows([[1]], None)
    with pytest.raises(TypeError, match="missing required argument 'table'"):
        chooser.choose_rows()
    with pytest.raises(TypeError, match="unexpected keyword argument 'table'"):
        chooser.choose_rows(table=[[1]])


def test_seed_takes_a_number_or_nothing_by_position():
    assert str(inspect.signature(chooser.seed)) == "(n=None, /)"
    with pytest.raises(TypeError, match=r"^seed\(\) takes at most 1 argument \(2 given\)$"):
        chooser.seed(1, 2)
    with pytest.raises(TypeError, match="keyword"):
        chooser.seed(n=1)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_its_name_and_module(function):
    assert function.__module__ == "chooser"
    assert function.__qualname__ == function.__name__
    assert getattr(chooser, function.__name__) is function
    assert pickle.loads(pickle.dumps(function)) is function
    assert function.__self__ is chooser


def test_weights_take_weights_by_position_and_their_methods_what_the_functions_take():
    signatures = {
        "Weights": "(weights, /)",
        "choose": "(self, /, rng=None)",
        "choices": "(self, k, /, *, out=None, rng=None)",
        "sample": "(self, k, /, *, rng=None)",
        "find": "(self, point, /)",
        "update": "(self, indices, weights, /)",
        "append": "(self, weight, /)",
    }
    callables = [chooser.Weights, *filter(inspect.isroutine, METHODS)]
    if sys.version_info < (3, 10):  # CPython keeps no signature of a type that is made like this
        callables.remove(chooser.Weights)
        del signatures["Weights"]
    assert {each.__name__: str(inspect.signature(each)) for each in callables} == signatures
    assert chooser.Weights.__module__ == "chooser"


@pytest.mark.parametrize("function", [*PUBLIC, *METHODS], ids=lambda each: each.__name__)
def test_a_docstring_is_a_sentence_and_more_without_the_signature(function):
    lines = function.__doc__.splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    assert "--" not in lines
    assert max(map(len, lines)) <= 100
    assert function.__name__ in pydoc.plain(pydoc.render_doc(function))


def test_the_module_offers_no_other_public_names():
    public = {name for name in vars(chooser) if not name.startswith("_")}
    assert public == {"choose", "choose_rows", "seed", "play", "Weights"}
