"""What tests of exported scripts share: an interpreter that has none of this project, and a linter's opinion."""

import subprocess
import sys
from pathlib import Path


def run_alone(folder: Path, runner: str) -> None:
    """Run a program in a folder. -I hides this one."""
    command = [sys.executable, "-I", "-c", runner]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What ruff finds in the scripts of a folder: names that are unknown or unused."""
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F,E9", "--ignore", "F841"]
    return subprocess.run([*ruff, "."], cwd=folder, capture_output=True, encoding="utf-8", check=False)
