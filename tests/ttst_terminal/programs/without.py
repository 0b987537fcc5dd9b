"""The trainer where some modules are not installed: `without.py MODULE,MODULE [ARGUMENT ...]`."""

import sys

sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))

import ttst  # noqa: E402 - without them

sys.exit(ttst.main())
