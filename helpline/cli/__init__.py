"""The command line: one file per group of commands, each loaded only when called."""

from __future__ import annotations

import importlib
import os

import click

# name -> (module, help in one line); modules are imported only when their command runs, to keep
# --help quick
COMMANDS = {
    "init": ("helpline.cli.init", "Ask a few questions and write helpline.toml."),
    "serve": ("helpline.cli.serve", "Run the gateway: web and engine."),
    "doctor": ("helpline.cli.doctor", "Say in words what is wrong."),
    "chat": ("helpline.cli.chat", "Talk to the flows in the terminal."),
    "flows": ("helpline.cli.flows", "Check the flow files."),
    "residents": ("helpline.cli.people", "Import residents from a CSV file."),
    "volunteers": ("helpline.cli.people", "Import volunteers from a CSV file."),
    "coordinators": ("helpline.cli.people", "Import coordinators from a CSV file."),
    "people": ("helpline.cli.reports", "List people."),
    "cases": ("helpline.cli.reports", "List cases."),
    "messages": ("helpline.cli.reports", "List messages."),
    "check-ins": ("helpline.cli.check_ins", "List check-ins, or ask somebody now."),
    "digest": ("helpline.cli.digest", "Print a day's summary."),
    "logins": ("helpline.cli.logins", "Add, list or remove logins of the desk."),
    "backup": ("helpline.cli.backup", "Copy the database, also while the gateway runs."),
    "restore": ("helpline.cli.backup", "Make a database from a copy; its sender waits."),
    "drill": ("helpline.cli.backup", "Rehearse a restore with the newest copy."),
    "audit": ("helpline.cli.backup", "Ask whether all is as it must be."),
    "copy-to": ("helpline.cli.copy", "Move the town to another database."),
    "story": ("helpline.cli.story", "Play the demo town."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when run; `NAME` is `NAME.replace('-', '_')` in its
    module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config",
    metavar="FILE",
    envvar="HELPLINE_CONFIG",
    help="The settings file [helpline.toml].",
)
@click.version_option(package_name="helpline")
@click.pass_context
def cli(ctx: click.Context, config: str | None) -> None:
    """A helpline for towns on plain phones: ask for help, a daily hello, and a person who goes."""
    os.umask(os.umask(0) | 0o077)  # what is written here names people: for its owner alone
    ctx.obj = config


def main() -> None:
    """Run the command line; a HelplineError ends it with status 1 and its two sentences."""
    from helpline.base.errors import HelplineError

    try:
        cli(prog_name="helpline")
    except HelplineError as error:
        click.echo(error.problem, err=True)
        if error.remedy:
            click.echo(error.remedy, err=True)
        raise SystemExit(1) from None
