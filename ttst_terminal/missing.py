"""The message for a module that the trainer cannot import."""

from __future__ import annotations

import shlex
import sys


def missing_module(error: ImportError) -> str:
    """Says how to get the missing module."""
    python = shlex.quote(sys.executable)
    # Unbuilt, the folder chooser/ is imported as an empty namespace, which has no path.
    if error.name == "chooser" and error.path is None:
        library = "libchooser.dylib" if sys.platform == "darwin" else "libchooser.so"
        return (
            f"the Rust module is not built; type `make build`, or beside ttst.py "
            f"`PYTHON_SYS_EXECUTABLE={python} cargo build --release` "
            f"and `cp target/release/{library} chooser.so`"
        )
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed; type `{python} -m pip install {error.name}`"
    return " ".join(str(error).split())
