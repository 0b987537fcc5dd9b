"""The wheel and the sdist: what they hold, what they say of themselves, and that they install."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from email.parser import Parser

import pytest
from checkout import ROOT, tracked
from packaging_support import PYTHONS, run

RUN_TIME = {"numpy", "tqdm"}


@pytest.fixture(scope="module")
def distributions(sources, tmp_path_factory):
    """The folder that holds just the sdist, and the wheel pip builds from it, as it would for a
    reader: in an environment of the build's own."""
    folder = tmp_path_factory.mktemp("dist")
    pins = (ROOT / "requirements" / "dev.txt").as_uri()  # pip splits paths that hold spaces
    constraints = {"PIP_CONSTRAINT": pins, "PIP_BUILD_CONSTRAINT": pins}
    run(sys.executable, "-m", "build", "--outdir", folder, cwd=sources, **constraints)
    return folder


@pytest.fixture(scope="module")
def sdist(distributions):
    [path] = distributions.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(distributions):
    [path] = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The interpreter of an environment that was empty before the wheel was installed."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", environment, cwd=environment.parent)
    python = environment / "bin" / "python"
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--no-compile", wheel, cwd=environment)
    return python


def test_an_environment_gets_the_module_the_trainer_and_its_command(installed, tmp_path):
    program = "import chooser, ttst; print(chooser.__file__, ttst.__file__, chooser.choose([0, 1]))"
    module, trainer, index = run(installed, "-c", program, cwd=tmp_path).stdout.split()
    environment = str(installed.parent.parent)
    assert module.startswith(environment)
    assert trainer.startswith(environment)
    assert index == "1"
    done = run(installed.with_name("ttst"), "-n", "100", "-q", cwd=tmp_path)
    assert done.stdout.splitlines()[-2].startswith("Trained 100 matches in ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brain1.npz", "brain2.npz"]
    run(installed.with_name("ttst"), "-p1", "brain1.npz", "--page", "play.html", cwd=tmp_path)
    assert "</html>" in (tmp_path / "play.html").read_text(encoding="utf-8")


def test_a_type_checker_finds_the_stubs_beside_the_module(installed, tmp_path):
    (tmp_path / "program.py").write_text("import chooser\nreveal_type(chooser.choose([1, 2]))\n")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed]
    assert '"int"' in run(*mypy, "program.py", cwd=tmp_path).stdout


def test_the_wheel_holds_the_modules_and_their_stubs_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    [module] = (name for name in names if re.fullmatch(r"chooser\.\S+\.so", name))
    python = tracked("ttst.py", "ttst_*", "chooser-stubs")
    about = {name for name in names if ".dist-info/" in name}
    assert names == {module} | python | about
    assert {"licenses/LICENSE", "METADATA", "entry_points.txt"} <= {
        name.partition("/")[2] for name in about
    }


def test_the_sdist_holds_the_whole_crate_and_its_lock_file(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    root = {"Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "setup.py", "pyproject.toml"}
    assert root | tracked("chooser", "chooser-stubs", "ttst.py", "ttst_*") <= names
    assert not [name for name in names if re.match(r"target|tests|.*__pycache__", name)]


def test_a_lock_file_that_cargo_would_change_fails_the_build(sources):
    lock = sources / "Cargo.lock"
    text = lock.read_text()
    lock.write_text(re.sub(r'\[\[package\]\]\nname = "half"\n.*?\n\n', "", text, flags=re.DOTALL))
    try:
        failed = run(sys.executable, "setup.py", "build_rust", cwd=sources, fails=True)
    finally:
        lock.write_text(text)
    assert "--locked" in failed.stderr


def test_the_metadata_say_what_cargo_and_the_list_of_pythons_say(wheel):
    metadata = metadata_of(wheel)
    assert f'\nversion = "{metadata["Version"]}"\n' in (ROOT / "Cargo.toml").read_text()
    prefix = "Programming Language :: Python :: 3."
    listed = [line for line in metadata.get_all("Classifier") if line.startswith(prefix)]
    assert [line.rpartition(" ")[2] for line in listed] == PYTHONS
    assert metadata["Requires-Python"] == f">={PYTHONS[0]}"
    assert metadata["License-Expression"] == "MIT"
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert {re.match(r"[\w-]+", line).group() for line in needed} == RUN_TIME
    assert set(metadata.get_all("Provides-Extra")) == {"test", "benchmark", "study"}


def test_the_lock_files_pin_what_the_metadata_need_and_agree(wheel):
    needed = metadata_of(wheel).get_all("Requires-Dist")
    assert {re.match(r"[\w-]+", line).group() for line in needed} <= names(pins("dev"))
    assert names(pins("run")) - {"colorama"} == RUN_TIME
    # But for the markers, which are simpler where fewer packages ask.
    versions = {line.partition(" ")[0] for line in pins("dev")}
    others = pins("run") | pins("benchmark") | pins("study") | pins("peers")
    assert {line.partition(" ")[0] for line in others} <= versions
    shared = {pin.partition(" ")[0] for pin in pins("programs") if names({pin}) <= names(versions)}
    assert shared <= versions
    assert f"--python-version {PYTHONS[0]} " in (ROOT / "Makefile").read_text()


def test_twine_finds_nothing_to_say_about_either(wheel, sdist, tmp_path):
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist, cwd=tmp_path)


def metadata_of(wheel):
    archive = zipfile.ZipFile(wheel)
    [path] = (path for path in archive.namelist() if path.endswith(".dist-info/METADATA"))
    return Parser().parsestr(archive.read(path).decode())


def pins(name):
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if not line.lstrip().startswith("#")}


def names(pins):
    return {line.partition("==")[0] for line in pins}
