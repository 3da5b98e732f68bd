"""`dkbm demo`."""
import click
from dkbm_monitor.cli.speech import Command, msgid
@click.command(cls=Command, help=msgid("X."))
def demo() -> None:
    pass
