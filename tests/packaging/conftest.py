"""What is built once for the tests of building, and interpreters that the module is not for."""

from __future__ import annotations

import sys

import pytest
from packaging_support import disguised_python, matrix, run


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """A copy of the tracked files, as a fresh clone has them."""
    return matrix.copy_sources(tmp_path_factory.mktemp("packaging") / "sources")


@pytest.fixture(scope="session")
def distributions(sources, tmp_path_factory):
    """The sdist, and the wheel built from it: the folder that holds just these two."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, sources, cwd=sources)
    return folder


@pytest.fixture(scope="session")
def sdist(distributions):
    [path] = distributions.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def wheel(distributions):
    [path] = distributions.glob("*.whl")
    return path


@pytest.fixture(params=["PyPy", "free-threaded", "debug", "too old"])
def refused_python(request, tmp_path):
    """An interpreter that the module is not for, and the words that say so."""
    disguise, words = {
        "PyPy": ("import platform; platform.python_implementation = lambda: 'PyPy'", "PyPy"),
        "free-threaded": (
            "import sysconfig; sysconfig.get_config_vars()['Py_GIL_DISABLED'] = 1",
            "free-threaded build",
        ),
        "debug": ("import sysconfig; sysconfig.get_config_vars()['Py_DEBUG'] = 1", "debug build"),
        "too old": (
            "import collections, platform, sys\n"
            "Version = collections.namedtuple('Version', 'major minor micro releaselevel serial')\n"
            "sys.version_info = Version(3, 8, 18, 'final', 0)\n"
            "platform.python_version = lambda: '3.8.18'",
            "3.9 or later",
        ),
    }[request.param]
    return disguised_python(tmp_path, disguise), words
