"""The real gateway as its own process, spoken to only by its documented names: environment,
commands, HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from helpline.simulator.carrier import Carrier

SID, TOKEN, NUMBER = "AC" + "0" * 30 + "42", "tokentokentokentokentokentoken42", "+33639980000"

QUICK = """
ladders:
  quick:
    resident:
      - {after: 2s, say: reminder}
      - {after: 4s, say: last_word}
    deadline: 6s
    humans:
      - {ask: contacts, wait: 3s}
      - {ask: volunteers, at_once: 1, wait: 3s}
      - {ask: coordinators, wait: 3s, repeat: true}
"""


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class RunningGateway:
    """`helpline serve` on loopback with a simulated carrier; commands run against the same file."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.carrier = Carrier(SID, TOKEN, NUMBER, self.url, self.url)
        (folder / "flows").mkdir(exist_ok=True)
        (folder / "flows" / "ladders.yaml").write_text(QUICK, "utf-8")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("HELPLINE_")},
            "HELPLINE_SERVICE_NAME": "Bonjour Belleville",
            "HELPLINE_SERVICE_TIMEZONE": "Europe/Paris",
            "HELPLINE_SERVICE_PUBLIC_URL": self.url,
            "HELPLINE_SERVICE_DATABASE": f"sqlite:///{folder / 'town.db'}",
            "HELPLINE_SERVICE_FLOWS": str(folder / "flows"),
            "HELPLINE_WEB_PORT": str(self.port),
            "HELPLINE_TWILIO_ACCOUNT_SID": SID,
            "HELPLINE_TWILIO_AUTH_TOKEN": TOKEN,
            "HELPLINE_TWILIO_NUMBER": NUMBER,
            "HELPLINE_TWILIO_API_BASE": self.carrier.api_base,
            "HELPLINE_TWILIO_SEGMENTS_PER_SECOND": "100",
            "HELPLINE_CHECK_INS_LADDER": "quick",
            "HELPLINE_ENGINE_LOOK_UP_SECONDS": "2",
            **more,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "serve.log"

    def serve(self, *arguments: str, ready: bool = True) -> subprocess.Popen[bytes]:
        """Start the gateway and wait until it answers."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "helpline", "serve", *arguments],
                env=self.environment,
                cwd=self.folder,
                stderr=log,
            )
        self.processes.append(process)
        if ready:
            self.wait_until_ready()
        return process

    def wait_until_ready(self, seconds: float = 20) -> None:
        """Wait until /health says ok, or that nothing is missing but a coordinator."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, said = self.get("/health")
            if status == 200 or (status == 503 and _lacks_only_people(json.loads(said))):
                return
            time.sleep(0.05)
        raise AssertionError(
            f"not ready: {self.get('/health')}\n{self.log.read_text('utf-8')[-3000:]}"
        )

    def get(self, path: str) -> tuple[int, str]:
        """GET a page; status 0 when nobody listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def run(self, *arguments: str, expect: int | None = 0) -> str:
        """Run a command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "helpline", *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if expect is not None:
            assert done.returncode == expect, (
                f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done.stdout

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command with --json and return its objects."""
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def import_csv(self, role: str, text: str, expect: int = 0) -> str:
        """Import a CSV text."""
        path = self.folder / f"{role}.csv"
        path.write_text(text, "utf-8")
        return self.run(role, "import", str(path), expect=expect)

    def stop(self) -> None:
        """Stop what was started, by its id."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(20)
        self.carrier.stop()


def _lacks_only_people(health: dict[str, Any]) -> bool:
    problems, breaches = set(health["problems"]), set(health["breaches"])
    return problems <= {"nobody_to_tell", "audit_found"} and breaches <= {"nobody_to_tell"}
