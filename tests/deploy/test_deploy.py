"""The two commands and the service files: what a newcomer and an operator meet first."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpline.app.providers import PROVIDERS
from helpline.app.settings import load_settings

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "dirname", "cat", "cksum", "tail", "mkdir", "chmod", "rm", "grep")

# A Python that makes a virtual environment whose pip keeps a list of what it was asked for, or
# refuses.
PYTHON = """#!/bin/sh
case "$*" in
  *version_info*) exit {new_enough} ;;
  *ensurepip*) exit {has_venv} ;;
  --version) echo Python 3.11.0 ;;
  "-m venv"*) mkdir -p .venv/bin && cat "$0" >.venv/bin/python && chmod +x .venv/bin/python ;;
  "-m pip --version") exit 0 ;;
  "-m pip install"*) echo "$@" >>pip.log
    printf '#!/bin/sh\\necho "plays: $*"\\n' >.venv/bin/helpline; chmod +x .venv/bin/helpline
    if [ {pip} = 1 ]; then echo no route to host; exit 1; fi ;;
esac
"""


class Machine:
    """A fresh machine with a checkout and, perhaps, a Python."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.tools = folder / "a town", folder / "bin"
        self.tools.mkdir()
        shutil.copytree(ROOT / "deploy", self.checkout / "deploy")
        shutil.copy(ROOT / "pyproject.toml", self.checkout)
        for tool in TOOLS:
            (self.tools / tool).symlink_to(str(shutil.which(tool)))

    def has_python(
        self, name: str = "python3", *, new_enough: int = 0, has_venv: int = 0, pip: int = 0
    ) -> None:
        """Install a Python; each number is the exit status of what it is asked for."""
        python = self.tools / name
        python.write_text(
            PYTHON.format(new_enough=new_enough, has_venv=has_venv, pip=pip), encoding="utf-8"
        )
        python.chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run deploy/SCRIPT from a folder elsewhere."""
        command = [str(self.tools / "sh"), str(self.checkout / "deploy" / script), *arguments]
        environ = {"PATH": str(self.tools)}
        return subprocess.run(
            command, cwd=self.tools, env=environ, capture_output=True, text=True, check=False
        )

    @property
    def installs(self) -> list[str]:
        """What pip was asked to install, one line each time."""
        log = self.checkout / "pip.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without Python yet."""
    return Machine(tmp_path)


# --- the two commands ---


def test_try_installs_and_plays_the_story_from_any_folder(machine: Machine) -> None:
    machine.has_python()
    done = machine.run("try", "--story")
    assert done.returncode == 0, done.stderr
    assert "plays: story --story" in done.stdout
    assert machine.installs[0].endswith("-e .")


def test_a_second_run_installs_nothing(machine: Machine) -> None:
    machine.has_python()
    machine.run("try")
    machine.run("try")
    assert len(machine.installs) == 1


def test_new_dependencies_are_installed(machine: Machine) -> None:
    machine.has_python()
    machine.run("try")
    with (machine.checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    machine.run("try")
    assert len(machine.installs) == 2


def test_a_python_of_another_name_is_found(machine: Machine) -> None:
    machine.has_python("python3", new_enough=1)
    machine.has_python("python3.12")
    assert machine.run("try").returncode == 0


@pytest.mark.parametrize("name", ["", "python3"])
def test_without_a_new_enough_python_the_remedy_is_said(machine: Machine, name: str) -> None:
    if name:
        machine.has_python(name, new_enough=1)
    done = machine.run("try")
    assert done.returncode == 1
    assert "Helpline needs Python 3.11 or later" in done.stderr
    assert "sudo apt install python3 python3-venv" in done.stderr


def test_without_venv_the_remedy_is_said(machine: Machine) -> None:
    machine.has_python(has_venv=1)
    done = machine.run("try")
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr


def test_without_a_way_to_the_registry_the_remedy_is_said_and_the_next_run_tries_again(
    machine: Machine,
) -> None:
    machine.has_python(pip=1)
    done = machine.run("try")
    assert done.returncode == 1
    assert "no route to host" in done.stderr
    assert "Check that this machine reaches the package registry" in done.stderr
    machine.run("try")
    assert len(machine.installs) == 2


def test_the_tests_know_quick_and_refuse_other_words(machine: Machine) -> None:
    done = machine.run("test", "slowly")
    assert done.returncode == 1
    assert (
        "deploy/test knows only 'quick' and 'coverage'; 'slowly' it does not know." in done.stderr
    )


# --- service files ---


def test_the_example_settings_can_be_loaded() -> None:
    secrets = {"HELPLINE_TWILIO_AUTH_TOKEN": "t", "HELPLINE_EMAIL_PASSWORD": "p"}
    settings = load_settings(str(ROOT / "deploy/helpline.example.toml"), secrets)
    assert settings.can_send
    assert settings.can_mail


def test_the_example_names_every_setting() -> None:
    example = (ROOT / "deploy/helpline.example.toml").read_text("utf-8")
    sections = re.split(r"^\[(\w+)\]", example, flags=re.M)
    named = dict(zip(sections[1::2], sections[2::2], strict=True))
    missing = [
        k.label
        for k in PROVIDERS.schema.keys
        if not re.search(rf"^(# )?{k.name} = ", named.get(k.section, ""), flags=re.M)
    ]
    assert missing == []


def unit() -> configparser.ConfigParser:
    """Return the systemd unit; a key that stands twice keeps its last value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as configparser says
    parser.read(ROOT / "deploy/helpline.service", encoding="utf-8")
    return parser


def test_the_unit_comes_back_after_a_crash_and_is_shut_in() -> None:
    service = unit()["Service"]
    assert service["Restart"] == "always"
    assert service["ExecStart"].endswith("/helpline serve")
    assert service["User"] == "helpline"
    assert (
        service["ProtectSystem"],
        service["NoNewPrivileges"],
        service["CapabilityBoundingSet"],
    ) == (
        "strict",
        "yes",
        "",
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = (ROOT / "deploy/helpline.service").read_text(encoding="utf-8")
    (tmp_path / "helpline.service").write_text(
        re.sub("ExecStart=.*", "ExecStart=/bin/true", text), encoding="utf-8"
    )
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "helpline.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_credentials_of_the_unit_are_settings() -> None:
    text = (ROOT / "deploy/helpline.service").read_text(encoding="utf-8")
    named = re.findall(r"LoadCredential=(\w+):", text)
    assert named
    assert all(f"HELPLINE_{name.upper()}" in PROVIDERS.schema.by_variable for name in named)


def test_variables_of_the_containers_are_settings() -> None:
    composed: Any = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    variables = set(composed["services"]["helpline"]["environment"])
    variables |= set(
        re.findall(r"(HELPLINE_\w+)=", (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8"))
    )
    assert {name.removesuffix("_FILE") for name in variables} <= PROVIDERS.schema.by_variable.keys()
    assert composed["services"]["helpline"]["restart"] == "unless-stopped"


def test_the_container_runs_as_nobody_in_particular_and_tells_its_health() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert "USER helpline" in text
    assert "HEALTHCHECK" in text
    assert "/health" in text


@pytest.mark.parametrize("file", ["Caddyfile", "nginx.conf"])
def test_proxies_keep_figures_and_simulated_phones_inside(file: str) -> None:
    text = (ROOT / "deploy" / file).read_text(encoding="utf-8")
    assert "/metrics" in text
    assert "/phones" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    "page",
    [
        "running.md",
        "raspberry-pi.md",
        *(f"providers/{name}.md" for name in ("twilio", "africastalking", "email")),
    ],
)
def test_the_guides_name_only_files_and_settings_that_exist(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    files = re.findall(r"\b(?:deploy|docs)/[\w./-]+\w", text)
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    ours = {"HELPLINE_CONFIG", "HELPLINE_SITE", "HELPLINE_AT"} | PROVIDERS.schema.by_variable.keys()
    named = {name.removesuffix("_FILE") for name in re.findall(r"HELPLINE_[A-Z_]+[A-Z]", text)}
    assert named
    assert named <= ours
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert [
        link for link in links if not (ROOT / "docs" / page).parent.joinpath(link).exists()
    ] == []
