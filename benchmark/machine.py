"""Describes where and when the figures were measured: machine, versions, commit, date."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmark.processes import ROOT
from benchmark.results import Machine


def describe() -> Machine:
    changed = " with changes" if said("git", "status", "--porcelain") else ""
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=f"{processor()}, {os.cpu_count()} cores",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        numpy=installed("numpy"),
        numba=installed("numba"),
        rustc=said("rustc", "--version") or "none",
        commit=(said("git", "rev-parse", "--short", "HEAD") or "none") + changed,
        version=project_version(),
        date=datetime.now(timezone.utc).date().isoformat(),
    )


def project_version() -> str:
    try:
        manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    except OSError:
        return "none"
    found = re.search(r'^version = "(.+)"', manifest, re.MULTILINE)
    return found.group(1) if found else "none"


def processor() -> str:
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return model.group(1) if model else platform.machine()


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def said(*command: str) -> str:
    """A command's output, or an empty string if it fails."""
    try:
        answer = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
