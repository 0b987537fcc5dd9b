"""Loads the module built with the feature `test-hooks`, beside the one that `import chooser`
gives. No tests."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path


def load(path):
    """The module at `path`, beside the one that `import chooser` gives."""
    loader = importlib.machinery.ExtensionFileLoader("chooser", path)
    spec = importlib.util.spec_from_file_location("chooser", path, loader=loader)
    # Modules of this kind put themselves where `import` looks.
    before = sys.modules.get("chooser")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.modules["chooser"] = before
    return module


def loaded():
    path = os.environ.get("CHOOSER_HOOKS")
    assert path, "CHOOSER_HOOKS must name the module built with the feature test-hooks"
    assert Path(path).exists(), f"there is no {path}: build it with the feature test-hooks"
    module = load(path)
    assert hasattr(module, "_choose_quickly"), f"{path} was built without the feature test-hooks"
    return module
