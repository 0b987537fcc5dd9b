"""Replaces a function in modules that are not yours, in memory."""

import sys


def swap(old, new):
    """Binds `new` to each name by which a module knows `old`; returns these names."""
    names = []
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is old:
                setattr(module, name, new)
                names.append(f"{module.__name__}.{name}")
    return sorted(names)
