"""The module's tests on every Python the project lists: each in a new environment, with the module
installed from an sdist and the tests copied outside the project. `make matrix` runs two at a time.
`make wheels` tests wheels for Linux instead, which need no Rust, and leaves them in dist/.

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
# The oldest that Rust's own standard library runs on.
GLIBC = "2.17"

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
        copy_tests(folder)
        install(session, sdist(session, folder), built)
        variables = {
            "CHOOSER_EXPECTED_DIR": site_packages(session),
            "CHOOSER_HOOKS": str(built / "debug" / LIBRARY),
        }
        with session.chdir(folder):
            session.run("python", "-m", "pytest", "--quiet", "tests/chooser", env=variables)


@nox.session(python=PYTHONS, default=False)
def wheels(session: nox.Session) -> None:
    if sys.platform != "linux":
        session.error("these wheels are for Linux, and are built there")
    session.install("--requirement=requirements/wheels.txt")
    with tempfile.TemporaryDirectory(prefix="chooser-") as folder:
        copy_tests(folder)
        wheel = build_wheel(session, folder)
        python = install_alone(session, wheel, Path(folder, "environment"))
        # But for the tests of the module built with its test functions, which the wheel is not.
        tests = ["tests/chooser", "--ignore=tests/chooser/test_hooks.py", "-k", "not layouts"]
        with session.chdir(folder):
            path = {"PATH": str(python.parent)}
            session.run(python, "-m", "pytest", "--quiet", *tests, external=True, env=path)
        Path("dist").mkdir(exist_ok=True)
        shutil.copy(wheel, "dist")
        session.log(f"dist/{wheel.name} is ready")


def copy_tests(folder: str) -> None:
    shutil.copytree("tests", Path(folder, "tests"))
    shutil.copy("pyproject.toml", folder)  # pytest's settings


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
    TARGET.mkdir(parents=True, exist_ok=True)
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


def build_wheel(session: nox.Session, folder: str) -> Path:
    """Builds it against an old glibc; fails where the wheel would need a newer one after all."""
    rustc = str(session.run("rustc", "-vV", silent=True, external=True))
    host = next(line.split()[1] for line in rustc.splitlines() if line.startswith("host: "))
    cc = ["cc", "-print-file-name=libgcc_s.so.1"]
    unwinder = str(session.run(*cc, silent=True, external=True)).strip()
    build = {
        "CARGO": "cargo-zigbuild",
        "CARGO_BUILD_TARGET": f"{host}.{GLIBC}",
        # By itself it looks into the environment that the wheel is built in.
        "CARGO_ZIGBUILD_ZIG_PATH": f"{site_packages(session)}/ziglang/zig",
        "CARGO_TARGET_DIR": str(TARGET.with_name("wheels")),
        # zig's own would crash when a daemon thread ends, which glibc unwinds by this one.
        "RUSTFLAGS": f"-C link-arg={unwinder}",
    }
    session.run(
        *("uv", "build", "--wheel", sdist(session, folder)),
        *("--python", str(session.python), "--build-constraints=requirements/dev.txt"),
        *("--out-dir", f"{folder}/built"),
        external=True,
        env=build,
    )
    [built] = Path(folder, "built").glob("*.whl")
    platform = f"manylinux_{GLIBC.replace('.', '_')}_{host.split('-')[0]}"
    session.run("auditwheel", "repair", "--plat", platform, "--wheel-dir", f"{folder}/named", built)
    [named] = Path(folder, "named").glob("*.whl")
    session.run("auditwheel", "show", named)
    return named


def install_alone(session: nox.Session, wheel: Path, environment: Path) -> Path:
    """Installs the wheel where no cargo is on PATH, and nothing can be built."""
    session.run(
        "uv", "venv", "--quiet", "--python", str(session.python), environment, external=True
    )
    python = environment / "bin" / "python"
    session.run(
        *("uv", "pip", "install", "--quiet", "--python", python, "--only-binary=:all:"),
        *("--constraints=requirements/dev.txt", f"ttst-chooser[test] @ {wheel.as_uri()}"),
        external=True,
        env={"PATH": str(python.parent)},
    )
    return python
