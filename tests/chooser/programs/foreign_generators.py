"""Bit generators by other hands than numpy's, which may do anything while a word is made."""

import array
import contextlib
import ctypes
import threading

import numpy as np
from module_support import LAYOUTS_ARE_KNOWN, run_case

import chooser


class Interface(ctypes.Structure):
    """`bitgen_t` of numpy's C interface."""

    _fields_ = (
        ("state", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in ("uint64", "uint32", "double", "raw")),
    )


class Calling:
    """The capsule of an interface whose words are made by Python code."""

    def __init__(self):
        self.act = lambda: None
        self.function = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(self.word)
        address = ctypes.cast(self.function, ctypes.c_void_p).value
        self.interface = Interface(None, *[address] * 4)
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        self.capsule = new(ctypes.addressof(self.interface), b"BitGenerator", None)

    def word(self, _state):
        self.act()
        return 2**63 + 1


calling = Calling()


class OnlyInterface:
    capsule = calling.capsule
    lock = threading.Lock()


class BasedOnNumpys(np.random.PCG64):
    capsule = calling.capsule


class PosesAsNumpys(OnlyInterface):
    pass


PosesAsNumpys.__module__ = "numpy.random._pcg64"
GENERATORS = [OnlyInterface, lambda: BasedOnNumpys(1), PosesAsNumpys]


def test_what_is_drawn_from_may_go_while_a_word_is_made():
    chooser.choose(array.array("d", [1.0]))  # from now on, its memory is read where it lies
    for make in GENERATORS:
        for _ in range(3):
            weights = array.array("d", [1.0]) * 1_000_000

            def empty(weights=weights):
                with contextlib.suppress(BufferError):
                    del weights[:]

            calling.act = empty
            assert chooser.choose(weights, rng=make()) == 500_000
            # By public calls, an array is viewed until the end.
            assert len(weights) == (0 if LAYOUTS_ARE_KNOWN else 1_000_000)


def test_a_table_may_be_written_to_while_a_word_is_made():
    for make in GENERATORS:
        table = np.ones((1000, 4))
        calling.act = lambda table=table: table.fill(0)
        assert set(chooser.choose_rows(table, rng=make())) <= {0, 2, 3}


def test_kept_weights_do_not_change_while_a_word_is_made():
    refused = []

    def change():
        try:
            weights.append(1)
        except RuntimeError as error:
            refused.append(error)

    for make in GENERATORS:
        weights = chooser.Weights([1, 2, 3])
        calling.act = change
        assert weights.choose(rng=make()) == 2
    assert len(refused) == len(GENERATORS)


def test_another_capsule_is_another_generator():
    class Changing:
        def __init__(self, bit_generator):
            self.lock = threading.Lock()
            self.bit_generator_ = bit_generator

        @property
        def capsule(self):
            return self.bit_generator_.capsule

    class ChangingPCG64(np.random.PCG64):
        capsule = property(lambda self: self.other.capsule)

    changing, based = Changing(np.random.PCG64(1)), ChangingPCG64(1)
    weights = [1] * 256
    for seed in range(5):
        expected = chooser.choose(weights, rng=np.random.PCG64(seed))
        changing.bit_generator_ = based.other = np.random.PCG64(seed)
        assert chooser.choose(weights, rng=changing) == expected
        based.other = np.random.PCG64(seed)
        assert chooser.choose(weights, rng=based) == expected
    changing.bit_generator_ = None
    try:
        chooser.choose(weights, rng=changing)
    except TypeError as error:
        assert "rng must be" in str(error)
    else:
        raise AssertionError


if __name__ == "__main__":
    run_case(globals())
