"""Makes the Python that runs this look like 3.8."""

import collections
import sys

Version = collections.namedtuple("Version", "major minor micro releaselevel serial")
sys.version_info = Version(3, 8, 18, "final", 0)
