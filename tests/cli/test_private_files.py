"""What the command line writes names people: it is for its owner alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from helpline.app.settings import load_settings
from helpline.ops.doctor import machine
from helpline.ops.doctor.patient import Patient

NOON = 1_780_000_000_000


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_made_by_a_command_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    settings = tmp_path / "helpline.toml"
    settings.write_text('[service]\ndatabase = "sqlite:///town.db"\n', "utf-8")
    subprocess.run(
        [sys.executable, "-m", "helpline", "--config", str(settings), "logins", "list"],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        umask=0o022,
        check=True,
        capture_output=True,
    )
    assert permissions(tmp_path / "town.db") == 0o600


def test_the_doctor_warns_of_data_that_others_on_the_machine_may_read(tmp_path: Path) -> None:
    settings = tmp_path / "helpline.toml"
    settings.write_text('[service]\ndatabase = "sqlite:///town.db"\n', "utf-8")
    town = tmp_path / "town.db"
    town.touch(mode=0o600)
    patient = Patient(load_settings(str(settings), {}), (), NOON)
    assert [each.level for each in machine.data_is_private(patient)] == ["ok"]
    wal = tmp_path / "town.db-wal"
    wal.touch()
    wal.chmod(0o644)
    (finding,) = machine.data_is_private(patient)
    assert finding.level == "warning"
    assert finding.remedy == f"chmod 600 {wal}"
