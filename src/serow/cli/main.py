"""The command ``serow`` and how its errors look."""

from __future__ import annotations

import sys

import click

from serow import __version__
from serow.cli.bench import bench
from serow.cli.evaluate import evaluate
from serow.cli.explain import explain
from serow.cli.policy import policy
from serow.cli.screen import screen
from serow.cli.taxa import taxa
from serow.errors import UserError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="serow")
def serow() -> None:
    """Find illegal wildlife trade in listings and posts, and say why. A hit is a lead, not guilt."""


for command in (screen, explain, taxa, policy, evaluate, bench):
    serow.add_command(command)


def main() -> None:
    """Run the command; expected errors are one line with the remedy and exit status 2."""
    try:
        serow(standalone_mode=False)
    except UserError as error:
        click.echo(f"serow: {error}", err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo("serow: stopped; a run into --output goes on where it stopped when the same command is given again", err=True)
        sys.exit(130)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        if error.name not in ("pyarrow", "numba"):
            raise
        click.echo(f"serow: this command needs {error.name}; install it with: pip install 'serow[bulk]'", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
