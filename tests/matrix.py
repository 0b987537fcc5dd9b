"""Runs the module's tests on every Python the project lists: each in a new environment, with the
module installed from a wheel and the tests copied outside the project. `make matrix` calls it.

usage: matrix.py [--list] [VERSION ...]

Without versions: on all that are found, naming the others. With versions: on these, and one that is
not found is an error. `--list` only prints the project's versions, as JSON.

Interpreters are looked for in the variable CHOOSER_PYTHONS (paths of interpreters, or of folders
that hold some, separated as in PATH), on PATH, and among pyenv's versions.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Kept between runs: cargo's folder, and sources and environments at paths that cargo knows again.
WORK = ROOT / "target" / "packaging"
LIBRARY = "libchooser.dylib" if sys.platform == "darwin" else "libchooser.so"

QUESTION = """
import platform, sys, sysconfig
print("%d.%d" % sys.version_info[:2])
print(platform.python_implementation())
print(sysconfig.get_config_var("Py_GIL_DISABLED") or 0)
print(sysconfig.get_config_var("Py_DEBUG") or 0)
print(sys.executable)
"""


def main(arguments: list[str]) -> int:
    versions = listed_versions()
    if arguments == ["--list"]:
        print(json.dumps(versions))
        return 0
    for unknown in set(arguments) - set(versions):
        print(f"matrix: {unknown} is not one of {', '.join(versions)}", file=sys.stderr)
        return 2
    wanted = [version for version in versions if version in arguments or not arguments]
    found = find_pythons(wanted, os.environ)
    missing = [version for version in wanted if version not in found]
    if missing:
        print(f"matrix: not found: Python {', '.join(missing)}", flush=True)
    if not found or (arguments and missing):
        return 1
    start = time.monotonic()
    failed = failures(found)
    print(f"matrix: {len(found)} Pythons in {time.monotonic() - start:.0f} s")
    print(f"matrix: passed on {', '.join(v for v in found if v not in failed) or 'none'}")
    if failed:
        print(f"matrix: failed on {', '.join(failed)}")
    return 1 if failed else 0


# ---- which Pythons ------------------------------------------------------------------------------


def listed_versions() -> list[str]:
    """The versions in the classifiers of pyproject.toml, the project's one list."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)


def find_pythons(versions: list[str], environment: Mapping[str, str]) -> dict[str, Path]:
    """The first usable interpreter of each version, in the versions' order."""
    return {
        version: python
        for version in versions
        if (python := next(usable_pythons(version, environment), None))
    }


def usable_pythons(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    for candidate in candidates(version, environment):
        python = usable(candidate, version)
        if python:
            yield python


def candidates(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    names = (f"python{version}", "python3", "python")
    named = split_path(environment.get("CHOOSER_PYTHONS", ""))
    yield from (path for path in named if path.is_file())
    folders = [path for path in named if path.is_dir()] + split_path(environment.get("PATH", ""))
    pyenv = Path(environment.get("PYENV_ROOT") or Path(environment.get("HOME", "~"), ".pyenv"))
    folders += sorted(pyenv.glob(f"versions/{version}*/bin"))
    for name in names:
        yield from (folder / name for folder in folders if (folder / name).is_file())


def split_path(path: str) -> list[Path]:
    return [Path(part) for part in path.split(os.pathsep) if part]


def usable(candidate: Path, version: str) -> Path | None:
    """The interpreter behind this path, if it is one that the module can be built for. It is asked,
    since a name says little: pyenv's `python3.12` on PATH may only print that there is none."""
    try:
        answer = subprocess.run(
            [candidate, "-c", QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return None
    if answer[:4] != [version, "CPython", "0", "0"] or len(answer) != 5:
        return None
    return Path(answer[4])


# ---- what is done with one ----------------------------------------------------------------------


def failures(pythons: dict[str, Path]) -> list[str]:
    """Prepares and tests each; returns the versions that failed."""
    failed = []
    # The next is built while one is tested: neither keeps more than one core busy.
    with ThreadPoolExecutor(max_workers=1) as builder:
        prepared = {
            version: builder.submit(prepare, version, base) for version, base in pythons.items()
        }
        for version, python in prepared.items():
            try:
                test(version, python.result())
            except subprocess.CalledProcessError as error:
                command = shlex.join(map(os.fspath, error.cmd))
                print(
                    f"matrix: Python {version}: exit code {error.returncode} of {command}",
                    flush=True,
                )
                failed.append(version)
    return failed


def prepare(version: str, base: Path) -> Path:
    """Makes a new environment with what the tests need: their libraries, the module, built as a
    wheel, and the module with the tests' own functions in it. Returns its interpreter."""
    environment = WORK / f"python{version}"
    run([base, "-m", "venv", "--clear", environment])
    python = environment / "bin" / f"python{version}"
    sources = copy_sources(WORK / "sources")
    wheels = environment / "wheels"
    pip: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(
        [*pip, "wheel", "--no-deps", "-w", wheels, sources],
        # For the isolated build: older pips read the first, newer ones the second.
        PIP_CONSTRAINT=pinned("dev"),
        PIP_BUILD_CONSTRAINT=pinned("dev"),
    )
    [wheel] = wheels.iterdir()
    # The oldest Python gets the oldest libraries that pyproject.toml allows, numpy 1 among them.
    libraries = pinned("oldest" if version == listed_versions()[0] else "dev")
    run([*pip, "install", "--no-compile", "-c", libraries, f"{wheel}[test]"])
    run(
        ["cargo", "build", "--quiet", "--locked", "--features", "test-hooks"],
        cwd=sources,
        PYTHON_SYS_EXECUTABLE=os.fspath(python),
    )
    shutil.copy(WORK / "cargo" / "debug" / LIBRARY, environment)
    return python


def pinned(name: str) -> str:
    # As an address, since pip splits paths that hold spaces.
    return (ROOT / "requirements" / f"{name}.txt").as_uri()


def test(version: str, python: Path) -> None:
    print(f"matrix: Python {version}", flush=True)
    asked = "import sysconfig; print(sysconfig.get_path('platlib'))"
    site_packages = subprocess.check_output([python, "-c", asked], text=True).strip()
    with tempfile.TemporaryDirectory(prefix=f"chooser-{version}-") as folder:
        leave_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "tests", Path(folder, "tests"), ignore=leave_out)
        shutil.copy(ROOT / "pyproject.toml", folder)  # pytest's settings
        run(
            [python, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "tests/module"],
            cwd=Path(folder),
            CHOOSER_EXPECTED_DIR=site_packages,
            CHOOSER_HOOKS=os.fspath(python.parent.parent / LIBRARY),
        )


def copy_sources(to: Path) -> Path:
    """Copies what git tracks, or would: a build there leaves nothing in the project, and finds
    nothing of an earlier build. Times are kept, for cargo goes by them."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).split("\0")
    shutil.rmtree(to, ignore_errors=True)
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def run(command: Sequence[str | Path], cwd: Path = ROOT, **variables: str) -> None:
    # What the caller's shell sets for its own Python must not reach another one.
    not_passed_on = ("PYTHON_SYS_EXECUTABLE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    inherited = {name: value for name, value in os.environ.items() if name not in not_passed_on}
    cargo_folder = os.fspath(WORK / "cargo")
    subprocess.run(
        command,
        cwd=cwd,
        env={**inherited, "CARGO_TARGET_DIR": cargo_folder, **variables},
        stdin=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
