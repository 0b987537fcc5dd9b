"""A trainer that tests run as a process, in a folder of its own."""

from trainer_process import trainer  # noqa: F401 - a fixture
