"""Whether the module can be built for the Python that runs this, for chooser/build.rs, setup.py and
`make`. Pythons that are too old must be able to parse it."""

import platform
import sys
import sysconfig

OLDEST = (3, 9)


def refusal():
    """Why not, in one line, or None."""
    version = "%d.%d" % sys.version_info[:2]
    if platform.python_implementation() != "CPython":
        reason = "is %s: chooser is for CPython" % platform.python_implementation()
    elif sys.version_info < OLDEST:
        reason = "is Python %s: chooser needs %s or later" % (version, "%d.%d" % OLDEST)
    elif sysconfig.get_config_var("Py_GIL_DISABLED"):
        reason = (
            "is a free-threaded build: chooser needs the GIL; "
            "take the ordinary build of Python %s" % version
        )
    elif sysconfig.get_config_var("Py_DEBUG"):
        reason = (
            "is a debug build, whose objects the binding takes for larger than they are; build "
            "with the ordinary Python %s: the debug build can load that module" % version
        )
    else:
        return None
    return "%s %s" % (sys.executable, reason)


if __name__ == "__main__":
    if refusal():
        sys.exit("error: %s" % refusal())
    print(sys.version_info[1])
    print(sys.int_info.bits_per_digit)
