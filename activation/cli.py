"""The command line: which commands there are, and how every one of them ends.

Exit 0: done. 2: a wrong call or unusable input. 1: failure. Results go to stdout, messages to stderr; with --json
stdout is exactly one JSON document on exit 0 and empty otherwise.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

# Command → where it is, and what it does. Loaded when it is called, so that `activation report` does not wait for the
# web, nor `activation --help` for anything.
COMMANDS = {
    "demo": ("activation.commands.demo:demo", "Makes a demonstration municipality and serves it."),
    "db": ("activation.commands.database:database", "Creates or upgrades the schema: db upgrade."),
    "import": ("activation.commands.imports:import_command", "Takes in a file: import KIND FILE."),
    "report": ("activation.commands.reports:report", "clocks, follow-ups, throughput or aid."),
    "rules": ("activation.commands.rules:rules", "The follow-up rules: rules export, import, preview."),
    "sweep": ("activation.commands.sweep:sweep_command", "Runs every job that is due, once, and ends."),
    "serve": ("activation.commands.serve:serve", "Runs the web server."),
    "scheduler": ("activation.commands.scheduler:scheduler", "Runs the scheduler."),
    "user": ("activation.commands.users:user", "Adds a staff account: user add."),
}
FAILURES = "activation.commands.failures:explain"


def load(place: str) -> Any:
    """`module:name` → what it is."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class UnknownCommand(click.UsageError):
    """There is no such command."""

    def __init__(self, name: str, ctx: click.Context) -> None:
        super().__init__(name, ctx)
        self.name = name


class LazyGroup(click.Group):
    """A group whose commands are loaded when they are called. `places`: name → (module:name, what it does)."""

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.places:
            raise UnknownCommand(cmd_name, ctx)
        command: click.Command = load(self.places[cmd_name][0])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.places.items()])


activation = LazyGroup(
    "activation",
    places=COMMANDS,
    help="Case tracker for municipal labour-market work. The database is DATABASE_URL.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(args: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code. Whatever goes wrong becomes one line on stderr."""
    try:
        code = activation.main(args=args, prog_name="activation", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:  # whoever read our output has enough
        sys.stderr.close()
        return 1
    except (Exception, KeyboardInterrupt) as error:
        explain: Callable[[BaseException], int] = load(FAILURES)
        return explain(error)
