"""The command line: parses, calls, shows. No logic of its own."""

from dkbm_monitor.cli.root import main as main

__all__ = ["main"]
