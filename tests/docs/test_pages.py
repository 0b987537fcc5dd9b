"""README.md and the pages in docs/ do what they say: every block is run, or named here."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from markdown_blocks import (
    Block,
    Shell,
    blocks_of,
    check_excerpt,
    commands_of,
    run_console,
    run_python,
    run_session,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# Commands that are not run here, and why.
EXEMPT = {
    "make train": "`make test` follows it wherever the project is tested",
    "make test": "these tests are a part of it",
    "make compare": "takes minutes; tests/benchmark runs its quick form",
    "python benchmark/compare.py": "takes minutes; tests/benchmark runs its quick form",
    "python -m pip install .": "tests/packaging installs into fresh environments",
    "python -m pip install numpy py-spy": "changes the environment the tests run in",
    "python -m pip install numpy tqdm": "changes the environment the tests run in",
}

# What some blocks need, and what to type where it is missing.
NEEDS = {
    "py-spy": "install py-spy; on macOS be root, in a container have `--cap-add=SYS_PTRACE`",
    "python3.14": "put a CPython 3.14 on PATH",
}
# The machines that check the project every day have these.
NEEDED_BY_CI = {"py-spy"}


def blocks(page: Path) -> list[Block]:
    return blocks_of(page, ROOT)


ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]
EXCERPTS = [block for block in ALL_BLOCKS if block.excerpt_of]


@pytest.fixture(scope="session")
def missing() -> set[str]:
    """Those of NEEDS that are not here, or do not work."""
    probes = {
        "py-spy": "py-spy record -f raw -o /dev/null -- python -c 'sum(range(10**7))'",
        "python3.14": "python3.14 -c pass",
    }
    shell = Shell(ROOT, environment())
    return {need for need in NEEDS if shell.run(probes[need])[0] != 0}


def environment() -> dict[str, str]:
    """A reader's shell, with the tests' own Python as `python` and builds that take little time."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "PYTHON", "CARGO_TARGET", "MAKE"))
    }
    return {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
        "CARGO_PROFILE_RELEASE_LTO": "off",
        "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
        "CARGO_TERM_COLOR": "never",
        "NO_COLOR": "1",
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    # What is compiled is kept for the next time, apart from what `make` compiles.
    compiled = ROOT / "target" / f"docs-{sys.version_info[0]}.{sys.version_info[1]}"
    return copy_project(tmp_path / "checkout", compiled)


def copy_project(copy: Path, compiled: Path) -> Path:
    """The project as a reader has it after `make build`; what cargo makes goes to `compiled`."""
    left_out = shutil.ignore_patterns("target", "__pycache__", "urn.so", "out")
    copy.mkdir()
    for entry in ROOT.iterdir():
        if entry.name.startswith(".") or entry.suffix in (".npz", ".pickle", ".pkl"):
            continue
        if entry.is_dir() and entry.name not in ("target", "tests", "build", "dist"):
            shutil.copytree(entry, copy / entry.name, ignore=left_out)
        elif entry.is_file():
            shutil.copy2(entry, copy)
    compiled.mkdir(parents=True, exist_ok=True)
    (copy / "target").symlink_to(compiled)
    (copy / "examples" / "urn" / "target").symlink_to(compiled)
    return copy


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_does_what_it_shows(
    page: Path, checkout: Path, missing: set[str]
) -> None:
    shell = Shell(checkout, environment())
    for block in blocks(page):
        if block.needs in missing:
            continue
        if block.excerpt_of:
            check_excerpt(block, ROOT)
        elif block.kind == "console":
            run_console(block, shell, EXEMPT)
        elif block.kind == "python":
            run_python(block, shell)
        elif block.kind == "pycon":
            run_session(block, shell)
        else:
            pytest.fail(f"{block}: no kind of block that is known here: {block.kind!r}")


@pytest.mark.parametrize("need", NEEDS)
def test_what_some_blocks_need_is_here(need: str, missing: set[str]) -> None:
    needed_by = ", ".join(str(block) for block in ALL_BLOCKS if block.needs == need)
    if need in missing and needed_by:
        reason = f"not run without {need}: {needed_by}; to run them, {NEEDS[need]}"
        if os.environ.get("CI") == "true" and need in NEEDED_BY_CI:
            pytest.fail(reason)
        pytest.skip(reason)


def test_blocks_ask_only_for_what_can_be_found_out() -> None:
    assert {block.needs for block in ALL_BLOCKS} <= {None, *NEEDS}


def test_exemptions_are_of_commands_that_the_pages_have() -> None:
    typed = {
        command.typed
        for block in ALL_BLOCKS
        if block.kind == "console"
        for command in commands_of(block)
    }
    assert set(EXEMPT) <= typed


@pytest.mark.parametrize("file", sorted({str(block.excerpt_of) for block in EXCERPTS}))
def test_excerpts_leave_out_no_line_of_the_rust_they_explain(file: str) -> None:
    shown = [block.text.splitlines() for block in EXCERPTS if block.excerpt_of == file]
    if not file.endswith(".py"):
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line not in sum(shown, [""])] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_lead_to_files(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text) + re.findall(r"src=\"([^\"]+)\"", text)
    files = [link for link in links if not link.startswith("https:")]
    assert [file for file in files if not (page.parent / file).exists()] == []
