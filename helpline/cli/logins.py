"""`helpline logins`: who may open the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from helpline.base.errors import HelplineError, NotFound


@click.group()
def logins() -> None:
    """Add, list or remove logins of the desk."""


@logins.command()
@click.argument("email")
@click.option("--name", default="", help="Who this is, for pages and reports.")
@click.option(
    "--language",
    default="",
    type=click.Choice(["", "fr", "en"]),
    help="The language of the desk's pages.",
)
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="Read the password from here (- : standard input).",
)
@click.option("--generate", is_flag=True, help="Make a password and print it once.")
@click.option(
    "--replace",
    is_flag=True,
    help="Give an existing login this new password, and end its sessions.",
)
@click.pass_obj
def add(config: str | None, /, email: str, **options: Any) -> None:
    """Add a login, or with --replace change its password.

    The password is asked twice unless --password-file or --generate is given.
    """
    email = checked_email(email)
    with _opened(config) as (store, settings):
        known = store.one("login_by_email", email=email)
        if known and not options["replace"]:
            raise HelplineError(
                f"{email} has a login already.", "Give --replace to change its password."
            )
        password = _password(
            options["password_file"], options["generate"], email, settings.service.name
        )
        language = options["language"] or ("en" if settings.service.languages[0] == "en" else "fr")
        keep_login(store, email, password, name=options["name"], language=language)
    click.echo(
        f"{email} has a new password; its sessions are ended."
        if known
        else f"{email} may open the desk."
    )
    if options["generate"]:
        click.echo(f"The password, shown this once: {password}")


@logins.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_logins(config: str | None, as_json: bool) -> None:
    """List the logins."""
    with _opened(config) as (store, _):
        rows = [
            {"email": row["email"], "name": row["name"], "language": row["language"]}
            for row in store.all("logins")
        ]
    for row in rows:
        click.echo(
            json.dumps(row, ensure_ascii=False)
            if as_json
            else f"{row['email']}  {row['name']}".rstrip()
        )
    if not rows and not as_json:
        click.echo(
            "No login yet: nobody can open the desk. Add one with `helpline logins add EMAIL`."
        )


@logins.command()
@click.argument("email")
@click.pass_obj
def remove(config: str | None, email: str) -> None:
    """Remove a login; whoever is in with it is out at the next click."""
    with _opened(config) as (store, _), store.transaction():
        row = store.one("login_by_email", email=email.strip())
        if row is None:
            raise NotFound(f"There is no login {email}.", "`helpline logins list` shows them.")
        store.run("remove_sessions_of_login", login_id=row["id"])
        store.run("remove_login", login_id=row["id"])
    click.echo(f"{row['email']} may no longer open the desk.")


def keep_login(store: Any, email: str, password: str, *, name: str, language: str) -> None:
    """Add the login, or give an existing one this password and end its sessions."""
    from helpline.base.clock import SystemClock
    from helpline.base.passwords import kept_password

    kept = kept_password(password)
    with store.transaction():
        row = store.one("login_by_email", email=email)
        if row is None:
            store.add(
                "add_login",
                email=email,
                called=name,
                language=language,
                password_hash=kept,
                now=SystemClock().now(),
            )
            return
        store.run("set_login_password", login_id=row["id"], password_hash=kept)
        store.run("remove_sessions_of_login", login_id=row["id"])


def checked_email(email: str) -> str:
    """Return the address as it is kept. Raises HelplineError for what is none."""
    from helpline.settings.addresses import is_mailbox

    email = email.strip().lower()
    if "<" in email or not is_mailbox(email):
        raise HelplineError(
            f"“{email}” is not an e-mail address.", "Write it as amina@ville.example."
        )
    return email


def _password(file: Any, generate: bool, *known: str) -> str:
    from helpline.base.passwords import check_new_password, new_password

    if generate:
        return new_password()
    password = (
        file.read().rstrip("\r\n")
        if file
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    check_new_password(password, *known)
    return str(password)


@contextmanager
def _opened(config: str | None) -> Iterator[tuple[Any, Any]]:
    from helpline.app.settings import load_settings
    from helpline.store.opening import open_store

    settings = load_settings(config)
    store = open_store(settings.service.database)
    try:
        yield store, settings
    finally:
        store.close()
