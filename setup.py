"""Builds the Rust module `chooser` into the package; pyproject.toml says what the package is."""

import os
import re
import sys
from pathlib import Path
from runpy import run_path

ROOT = Path(__file__).resolve().parent
refusal = run_path(str(ROOT / "chooser" / "interpreter.py"))["refusal"]()
if refusal:
    sys.exit(f"error: {refusal}")

from setuptools import setup  # noqa: E402 - a Python that is refused need not have it
from setuptools_rust import Binding, RustExtension  # noqa: E402

# The interpreter itself, not a link to it: cargo rebuilds when the path changes, but does not
# notice a different Python at the same path.
os.environ["PYTHON_SYS_EXECUTABLE"] = os.path.realpath(
    getattr(sys, "_base_executable", sys.executable)
)
manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
[version] = re.findall(r'^version = "(.+)"$', manifest, re.MULTILINE)

setup(
    version=version,
    rust_extensions=[
        RustExtension(
            "chooser",
            "chooser/Cargo.toml",
            binding=Binding.RustCPython,
            debug=False,
            cargo_manifest_args=["--locked"],
        )
    ],
)
