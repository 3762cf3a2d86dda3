"""Run a command as one of the deployment's services would: with its environment, and a made-up secret wherever one is
to be filled in.

    python -m deploy.compose_environment web python manage.py check --deploy

The environment is read from docker-compose.yml and deploy/ohsc.env.example, so that what is checked is deployed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")
MADE_UP = "made-up-for-a-check-0123456789-abcdefghijklmnopqrstuvwxyz"
FROM_OUTSIDE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


def filled_in() -> dict[str, str]:
    """The example's variables; those left empty for a secret have one that was made up."""
    example = (ROOT / "deploy" / "ohsc.env.example").read_text()
    known = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"\w+=", line))
    secret = re.compile(r"PASSWORD|SECRET|KEY")
    return {name: value or (MADE_UP if secret.search(name) else "") for name, value in known.items()}


def environment_of(service: str) -> dict[str, str]:
    """What compose would give this service."""
    known = filled_in()

    def value(found: re.Match[str]) -> str:
        name, how, usual = found.groups()
        given = known.get(name, "")
        if not given and how == "?":
            raise SystemExit(
                f"docker-compose.yml needs {name}, and deploy/ohsc.env.example does not give it."
            )
        return given or (usual if how == "-" else "") or ""

    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    given = services[service]["environment"]
    return {name: VARIABLE.sub(value, str(text)) for name, text in given.items()}


def main(service: str, *command: str) -> int:
    outside = {name: os.environ[name] for name in FROM_OUTSIDE if name in os.environ}
    return subprocess.run(command, cwd=ROOT, env=outside | environment_of(service), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
