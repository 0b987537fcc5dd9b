"""The wheel and the sdist: what they hold, what they say of themselves, and that they install."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser

import pytest
from packaging_support import matrix, run

RUN_TIME = {"numpy", "tqdm"}


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def installed(request, tmp_path_factory):
    """The interpreter of an environment that was empty before one of the two was installed."""
    folder = tmp_path_factory.mktemp(f"from-{request.param}")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    # The crates are there since this environment's own module was built.
    distribution = request.getfixturevalue(request.param)
    options = ["--quiet", "--disable-pip-version-check", "--no-compile"]
    run(
        python, "-m", "pip", "install", *options, distribution, cwd=folder, CARGO_NET_OFFLINE="true"
    )
    return python


def test_an_environment_gets_the_module_the_trainer_and_its_command(installed, tmp_path):
    program = "import chooser, ttst; print(chooser.__file__, ttst.__file__, chooser.choose([0, 1]))"
    module, trainer, index = run(installed, "-c", program, cwd=tmp_path).stdout.split()
    environment = str(installed.parent.parent)
    assert module.startswith(environment)
    assert trainer.startswith(environment)
    assert index == "1"
    assert run(installed.with_name("ttst"), "--help", cwd=tmp_path).stdout.startswith("usage: ttst")


def test_an_installed_trainer_trains(installed, tmp_path):
    done = run(installed.with_name("ttst"), "-n", "100", "-q", cwd=tmp_path)
    assert done.stdout.splitlines()[-1].startswith("Trained 100 matches in ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brain1.npz", "brain2.npz"]


def test_a_type_checker_finds_the_stubs_beside_the_module(installed, tmp_path):
    (tmp_path / "program.py").write_text("import chooser\nreveal_type(chooser.choose([1, 2]))\n")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed]
    assert '"int"' in run(*mypy, "program.py", cwd=tmp_path).stdout


def test_the_wheel_holds_the_modules_and_their_stubs_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    [module] = (name for name in names if re.fullmatch(r"chooser\.\S+\.so", name))
    python = tracked("ttst.py", "ttst_brain", "ttst_terminal", "chooser-stubs")
    about = {name for name in names if ".dist-info/" in name}
    assert names == {module} | python | about
    assert {"licenses/LICENSE", "METADATA", "entry_points.txt"} <= {
        name.partition("/")[2] for name in about
    }


def test_the_metadata_say_what_cargo_and_the_list_of_pythons_say(wheel):
    metadata = Parser().parsestr(read(wheel, "METADATA"))
    cargo = (matrix.ROOT / "Cargo.toml").read_text()
    assert f'\nversion = "{metadata["Version"]}"\n' in cargo
    versions = matrix.listed_versions()
    prefix = "Programming Language :: Python :: 3."
    listed = [line for line in metadata.get_all("Classifier") if line.startswith(prefix)]
    assert [line.rpartition(" ")[2] for line in listed] == versions
    assert metadata["Requires-Python"] == f">={versions[0]}"
    assert metadata["License-Expression"] == "MIT"
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert {re.match(r"[\w-]+", line).group() for line in needed} == RUN_TIME
    assert set(metadata.get_all("Provides-Extra")) == {"test", "benchmark"}


def test_the_lock_files_pin_what_the_metadata_need_and_agree(wheel):
    metadata = Parser().parsestr(read(wheel, "METADATA"))
    needed = {re.match(r"[\w-]+", line).group() for line in metadata.get_all("Requires-Dist")}
    assert needed <= {line.partition("==")[0] for line in pins("dev")}
    assert {line.partition("==")[0] for line in pins("run")} - {"colorama"} == RUN_TIME
    # But for the markers, which are simpler where fewer packages ask.
    versions = {line.partition(" ")[0] for line in pins("dev")}
    assert {line.partition(" ")[0] for line in pins("run") | pins("benchmark")} <= versions
    makefile = (matrix.ROOT / "Makefile").read_text()
    assert f"--python-version {matrix.listed_versions()[0]} " in makefile


def test_the_sdist_holds_the_whole_crate_and_its_lock_file(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = tracked("chooser", "chooser-stubs", "ttst_brain", "ttst_terminal")
    needed |= {
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "setup.py",
        "pyproject.toml",
        "ttst.py",
    }
    assert needed <= names
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("target", "tests"))
    ]


def test_twine_finds_nothing_to_say_about_either(wheel, sdist, tmp_path):
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist, cwd=tmp_path)


def pins(name):
    lines = (matrix.ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if not line.lstrip().startswith("#")}


def tracked(*paths):
    """The files that git tracks, or would, under these paths."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *paths]
    names = subprocess.check_output(listing, cwd=matrix.ROOT, text=True).splitlines()
    return {name for name in names if (matrix.ROOT / name).is_file()}


def read(wheel, name):
    archive = zipfile.ZipFile(wheel)
    [path] = (path for path in archive.namelist() if path.endswith(f".dist-info/{name}"))
    return archive.read(path).decode()
