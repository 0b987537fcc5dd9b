"""Builds the Rust module `chooser` into the package; pyproject.toml says what the package is."""

from __future__ import annotations

import platform
import re
import sys
import sysconfig
from pathlib import Path


def refusal() -> str | None:
    """Why the running Python cannot have the module, or None. chooser/build.rs asks the same."""
    if platform.python_implementation() != "CPython":
        return f"chooser is for CPython, and this is {platform.python_implementation()}"
    if sys.version_info < (3, 9):  # noqa: UP036 - setup.py can be run without pip, which would look
        return f"chooser needs Python 3.9 or later, and this is {platform.python_version()}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "chooser needs the GIL, and this is a free-threaded build; take the ordinary one"
    if sysconfig.get_config_var("Py_DEBUG"):
        return "chooser is built with an ordinary Python; this debug build can load what that built"
    return None


if refusal():
    sys.exit(f"error: {refusal()} ({sys.executable})")

from setuptools import setup  # noqa: E402 - a Python that is refused need not have it
from setuptools_rust import Binding, RustExtension  # noqa: E402

manifest = Path(__file__).with_name("Cargo.toml").read_text(encoding="utf-8")
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
