"""The project as a fresh clone has it, for tests that build it, change it or type into it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# For cargo, where what it builds need not be fast.
QUICK_BUILD = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
}


def tracked(*paths: str) -> set[str]:
    """The files that git tracks, or would, under these paths."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *paths]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).splitlines()
    return {name for name in names if (ROOT / name).is_file()}


def copy_project(to: Path) -> Path:
    """Copies it with the files' times, for cargo goes by them."""
    for name in tracked():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    return to
