"""The module's tests on every Python the project lists: each in a new environment, with the module
installed from an sdist and the tests copied outside the project. `make matrix` runs two at a time.

Interpreters are looked for in the variable CHOOSER_PYTHONS (folders, or interpreters in them,
separated as in PATH), among pyenv's versions, and on PATH.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import nox
from filelock import FileLock, Timeout

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
TARGET = Path("target", "matrix").absolute()
LIBRARY = "libchooser.dylib" if sys.platform == "darwin" else "libchooser.so"

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"

named = [Path(path) for path in os.environ.get("CHOOSER_PYTHONS", "").split(os.pathsep) if path]
pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
folders = [
    *(path if path.is_dir() else path.parent for path in named),
    # Free-threaded and debug builds, which are not supported, have names that end in letters.
    *sorted(pyenv.glob("versions/3.*[0-9]/bin")),
]
os.environ["PATH"] = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
# Like pip, uv should trust the system's certificate authorities.
os.environ.setdefault("UV_SYSTEM_CERTS", "true")


@nox.session(python=PYTHONS)
def matrix(session: nox.Session) -> None:
    with tempfile.TemporaryDirectory(prefix="chooser-") as folder, target() as built:
        shutil.copytree("tests", Path(folder, "tests"))
        shutil.copy("pyproject.toml", folder)  # pytest's settings
        install(session, sdist(session, folder), built)
        variables = {
            "CHOOSER_EXPECTED_DIR": site_packages(session),
            "CHOOSER_HOOKS": str(built / "debug" / LIBRARY),
        }
        with session.chdir(folder):
            session.run("python", "-m", "pytest", "--quiet", "tests/chooser", env=variables)


@contextmanager
def target() -> Iterator[Path]:
    """A target folder for cargo that no parallel session uses. It is kept, so that for the next
    Python cargo rebuilds only what depends on Python."""
    for number in count(1):
        folder = TARGET / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(Timeout), FileLock(folder / "taken", blocking=False):
            yield folder
            return


def sdist(session: nox.Session, folder: str) -> Path:
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder]
    with FileLock(TARGET / "sdist"):  # setuptools collects the files in the project's own folder
        session.run(*command, silent=True, external=True)
    [path] = Path(folder).glob("*.tar.gz")
    return path


def install(session: nox.Session, sdist: Path, built: Path) -> None:
    """Installs the module and what its tests need, and builds it with the tests' own functions."""
    build = {
        "CARGO_TARGET_DIR": str(built),
        "PYTHON_SYS_EXECUTABLE": f"{session.bin}/python{session.python}",
    }
    # The oldest Python gets the oldest libraries that pyproject.toml allows, numpy 1 among them.
    libraries = "oldest" if session.python == PYTHONS[0] else "dev"
    session.install(
        f"ttst-chooser[test] @ {sdist.as_uri()}",
        f"--constraints=requirements/{libraries}.txt",
        "--build-constraints=requirements/dev.txt",
        env=build,
    )
    hooks = ["cargo", "build", "--quiet", "--locked", "--features", "test-hooks"]
    session.run(*hooks, external=True, env=build)


def site_packages(session: nox.Session) -> str:
    question = "import sysconfig; print(sysconfig.get_path('platlib'))"
    answer = session.run("python", "-c", question, silent=True)
    return str(answer).strip()
