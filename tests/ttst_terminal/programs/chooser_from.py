"""The trainer where chooser is what a folder holds of it: `chooser_from.py FOLDER ...`."""

import sys
from importlib.machinery import PathFinder

folder = sys.argv.pop(1)


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name != "chooser":
            return None
        spec = PathFinder.find_spec(name, [folder])
        if spec is None:
            raise ModuleNotFoundError("no such module", name=name)
        return spec


sys.meta_path.insert(0, Finder())

import ttst  # noqa: E402 - with this module

sys.exit(ttst.main())
