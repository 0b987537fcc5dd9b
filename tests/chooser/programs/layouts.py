"""What is remembered of types, in the module built with the feature `test-hooks`; and its panic."""

import array

import numpy as np
from hooks_loader import loaded
from module_support import run_case

hooks = loaded()


def test_numpys_arrays_are_left_to_public_calls_until_one_has_been_seen():
    seen = [np.ones(3), array.array("b", [1])]
    assert list(map(hooks._choose_quickly, seen)) == [None, None]
    hooks.choose(np.ones((2, 2))[0])
    hooks.choose(array.array("q", [1]))
    assert None not in map(hooks._choose_quickly, seen)


def test_a_type_that_calls_itself_ndarray_is_not_taken_for_numpys():
    class ndarray(np.ndarray):
        pass

    ndarray.__module__ = "numpy"
    weights = np.ones(9)[::2].view(ndarray)
    real, np.ndarray = np.ndarray, ndarray
    for _ in range(3):
        assert hooks.choose(weights) in range(5)
        assert hooks._choose_quickly(weights) is None
    np.ndarray = real


def test_an_unknown_numpy_gets_public_calls():
    for version in ("3.0.0", "0.9", "", None):
        np.__version__ = version
        for _ in range(3):
            assert hooks.choose(np.array([0, 1])) == 1
            assert hooks._choose_quickly(np.array([0, 1])) is None


def test_a_panic_is_a_runtime_error_and_not_the_end():
    for _ in range(3):
        try:
            hooks._panic()
        except RuntimeError as error:
            assert "a bug" in str(error) and "a panic on purpose" in str(error)
        else:
            raise AssertionError
    assert hooks.choose([0, 1]) == 1


if __name__ == "__main__":
    run_case(globals())
