"""In front of the real one on PYTHONPATH: jinja2 is not installed."""

raise ImportError("none", name="jinja2")
