"""The command line: composes the rooms' commands, and imports a room only when its command is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, cast

import click
import typer

from cauce import __version__
from cauce.journal.errors import CauceError, Misused
from cauce.journal.full import is_full

FULL = (
    "The disk is full. Nothing of this was saved; what was said to be saved before is saved. Make room on the disk of "
    "the store, then do it again."
)

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("cauce.desk.store_commands:init", "Make a store: keys, tables, corridor."),
    "demo": ("cauce.demo.commands:demo", "Fill an empty training store with one real day."),
    "serve": ("cauce.desk.serve_commands:serve", "Serve the desk and run pending work."),
    "account": ("cauce.desk.factor_commands:app", "Accounts: who signs in, with what, and what was done."),
    "token": ("cauce.desk.token_commands:app", "Tokens for devices and partners: add, list, revoke."),
    "corridor": ("cauce.corridor.commands:app", "The corridor file: check, apply."),
    "quota": ("cauce.corridor.quota_commands:app", "Shares of a border's quota: allot, list, withdraw."),
    "people": (
        "cauce.desk.people_commands:app",
        "People: import, find, correct, export, erase and more.",
    ),
    "group": ("cauce.people.group_commands:app", "Groups: who travels with whom, and who never does."),
    "mrz": ("cauce.people.mrz_commands:app", "Machine-readable zones: check, name, fits."),
    "watchlist": ("cauce.vetting.list_commands:app", "Watchlists: import, list, threshold, unload."),
    "alert": ("cauce.vetting.alert_commands:app", "Local alerts: add, list, review, end."),
    "tracing": ("cauce.vetting.tracing_commands:app", "Families to reunite: add, list, found, agreed, told, end."),
    "screen": ("cauce.vetting.screen_commands:app", "Screen people in a file against lists in files."),
    "dedupe": ("cauce.vetting.screen_commands:dedupe", "Find who stands twice in a file of people."),
    "vet": ("cauce.vetting.commands:vet", "Run the checks that are pending."),
    "reviews": ("cauce.vetting.review_commands:app", "Reviews: what waits for a person, and decisions."),
    "duplicates": ("cauce.vetting.duplicate_commands:app", "Registered twice: list, decide, undo."),
    "holds": ("cauce.protection.commands:app", "Holds: place, lift, list."),
    "dispatch": ("cauce.movement.commands:dispatch", "Propose the manifests of a place and a day."),
    "queue": ("cauce.movement.queue_commands:queue", "The queue of a place: positions and why, or a replay of it."),
    "plan": ("cauce.movement.plan_commands:app", "Plans: buses, returns; nothing is written."),
    "manifest": ("cauce.movement.aboard.commands:app", "Manifests: seal, board, depart, arrive, export."),
    "return": ("cauce.movement.returns.commands:app", "Returns: cases, consent, decisions, custody."),
    "flight": ("cauce.movement.charters.commands:app", "Flights home: offers, permits, costs, places, calling off."),
    "fund": ("cauce.movement.funds.seat_commands:app", "Money: pledged, granted, received, committed, spent."),
    "why": ("cauce.desk.why_commands:why", "Why somebody still waits: every reason, from the rules."),
    "report": ("cauce.outlook.commands:report", "The day in figures."),
    "outlook": ("cauce.outlook.outlook_commands:app", "What is coming: forecasts and how well they did."),
    "node": ("cauce.desk.versions_commands:app", "Nodes: invite, enrol, admit, join, list, revoke, versions, release."),
    "sync": ("cauce.sync.matter_commands:app", "A station and its hub: exchange, status, receipt, sticks."),
    "journal": ("cauce.journal.commands:app", "The journal: verify, rebuild."),
    "retention": ("cauce.desk.retaining_commands:retention", "Let go what is over: show it, then do it."),
    "key": ("cauce.journal.key_commands:app", "The master key: status, rotate, seal."),
    "backup": ("cauce.desk.backup_commands:backup", "Copy the whole store: once, or following every write."),
    "restore": ("cauce.desk.backup_commands:restore", "Make a store from a backup."),
    "migrate": ("cauce.desk.store_commands:migrate", "Bring a store to this version."),
}

# Typer carries a click of its own, whose exceptions are not click's.
TYPER_REFUSAL: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


class Lazy(click.Group):
    """A group whose commands live in modules that are imported when first needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        found: Any = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(name=cmd_name)(found)
            found = alone
        found._add_completion = False
        command: Any = typer.main.get_command(found)  # typer's own kind of command, called the same way
        command.name = cmd_name
        return cast(click.Command, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _version(ctx: click.Context) -> None:
    click.echo(f"cauce {__version__}")
    ctx.exit()


root = Lazy(
    name="cauce", help="Cauce runs a migration corridor.", context_settings={"help_option_names": ["-h", "--help"]}
)
root.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="Print the version.",
        callback=lambda ctx, _, on: _version(ctx) if on else None,
    )
)


def _name_both(param: Any) -> None:
    """An option that is said one way or the other (`--same/--not-same`): what is wrong with it names both."""
    if both := getattr(param, "secondary_opts", None):
        param.opts = [*param.opts, *both]


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Exit status 0 done, 1 something was refused, 2 usage."""
    try:
        status = root.main(args=arguments, prog_name="cauce", standalone_mode=False)
    except (click.exceptions.Abort, typer.Abort):
        sys.exit(130)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (click.ClickException, TYPER_REFUSAL) as reason:
        _name_both(getattr(reason, "param", None))
        reason.show()
        sys.exit(reason.exit_code)
    except Misused as reason:
        print(f"cauce: {reason}", file=sys.stderr)
        sys.exit(2)
    except CauceError as reason:
        print(f"cauce: {reason}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as reason:
        print(f"cauce: {reason.filename}: {reason.strerror}. Name one that can be read or written.", file=sys.stderr)
        sys.exit(2)
    except OverflowError:
        print("cauce: A day or number lies further out than can be reckoned with. Name a nearer one.", file=sys.stderr)
        sys.exit(2)
    except OSError as reason:
        print(f"cauce: {reason}. Nothing more was written; what was said to be saved is saved.", file=sys.stderr)
        sys.exit(1)
    except Exception as reason:
        if not is_full(reason):
            raise
        print(f"cauce: {FULL}", file=sys.stderr)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
