"""What is remembered of types, in the module built with the feature `test-hooks`; and its panic."""

import array
import ctypes
import mmap
from contextlib import suppress

import numpy as np
from hooks_loader import loaded
from module_support import LAYOUTS_ARE_KNOWN, run_case

hooks = loaded()


def test_numpys_arrays_are_left_to_public_calls_until_one_has_been_seen():
    seen = [np.ones(3), array.array("b", [1])]
    assert list(map(hooks._choose_quickly, seen)) == [None, None]
    hooks.choose(np.ones((2, 2))[0])
    hooks.choose(array.array("q", [1]))
    quick = list(map(hooks._choose_quickly, seen))
    assert (None not in quick) if LAYOUTS_ARE_KNOWN else quick == [None, None]


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


def test_numpys_scalars_are_left_to_public_calls_until_one_has_been_seen():
    for kind in (np.float64, np.float32, np.int64, np.uint8):
        assert hooks._choose_quickly([0.0, kind(1)]) is None
        assert hooks.choose([0.0, kind(1)]) == 1
        assert hooks._choose_quickly([0.0, kind(1)]) == (1 if LAYOUTS_ARE_KNOWN else None)


def test_a_class_that_poses_as_a_scalar_of_numpys_is_not_taken_for_it():
    real = np.float32
    for base in (np.float32, float):
        np.float32 = type("numpy.float32", (base,), {"__module__": "numpy"})
        for _ in range(3):
            assert hooks.choose([0, np.float32(1)]) == 1
            assert hooks._choose_quickly([0, np.float32(1)]) is None
    np.float32 = real


def test_a_class_that_poses_as_array_is_not_taken_for_it():
    real = array.array
    for base in (mmap.mmap, ctypes.c_double * 3, object):
        methods = {"__module__": "array", "__getitem__": lambda self, index: [1, 1, 1][index]}
        if base is object:  # as large as an array, and from 3.12 on it shows memory
            methods["__slots__"] = ["a", "b", "c", "d", "e", "f"]
            methods["__buffer__"] = lambda self, flags: memoryview(b"\1\1\1")
        array.array = type("array.array", (base,), methods)
        arguments = (-1, 3) if base is mmap.mmap else ()
        for _ in range(3):
            with suppress(ValueError, TypeError):
                hooks.choose(array.array(*arguments))
            assert hooks._choose_quickly(array.array(*arguments)) is None
            for other in (mmap.mmap(-1, 4096), bytearray(10), (ctypes.c_int * 3)()):
                assert hooks._choose_quickly(other) is None
    array.array = real


def test_an_unknown_numpy_gets_public_calls():
    for version in ("3.0.0", "0.9", "", None):
        np.__version__ = version
        for _ in range(3):
            assert hooks.choose(np.array([0, 1])) == 1
            assert hooks._choose_quickly(np.array([0, 1])) is None
            assert hooks.choose([0, np.int16(1)]) == 1
            assert hooks._choose_quickly([0, np.int16(1)]) is None


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
