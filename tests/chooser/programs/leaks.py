"""Prints by how much the process grows in so many of each call."""

import sys

import leak_cases

leak_cases.grows(int(sys.argv[1]))
