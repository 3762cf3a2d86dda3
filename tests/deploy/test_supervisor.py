"""A killed service comes back, a stop stops everything, and nothing outlives its parent. Real processes only."""

import os
import signal
import sys

import pytest

from tests.deploy.conftest import eventually


def test_a_killed_service_is_started_again(launch):
    launched = launch("plain")
    first = launched.pid("plain")
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: launched.pid("plain") != first)
    assert first not in launched.alive()
    # warden, supervisor, the service and its child: what the killed one had started is gone too
    assert eventually(lambda: len(launched.alive()) == 4)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_everything(launch, number):
    launched = launch("plain", "stubborn")
    launched.process.send_signal(number)
    assert launched.process.wait(15) == 0
    assert launched.alive() == []


def test_int_stops_it_though_a_shell_started_it_in_the_background(launch):
    launched = launch("plain", ignoring=signal.SIGINT)
    launched.process.send_signal(signal.SIGINT)
    assert launched.process.wait(15) == 0
    assert launched.alive() == []


def test_nohup_is_respected(launch):
    launched = launch("plain", ignoring=signal.SIGHUP)
    launched.process.send_signal(signal.SIGHUP)
    assert not eventually(lambda: launched.process.poll() is not None, seconds=1.0)
    launched.process.send_signal(signal.SIGTERM)
    assert launched.process.wait(15) == 0


def test_ctrl_c_reaches_everyone_once_and_stops_in_order(launch):
    launched = launch("plain")
    os.killpg(launched.process.pid, signal.SIGINT)
    assert launched.process.wait(15) == 0
    assert launched.alive() == []


@pytest.mark.parametrize("who", ["supervisor", "warden"])
def test_nothing_outlives_a_killed_parent(launch, who):
    launched = launch("plain", "stubborn")
    os.kill(launched.pid("supervisor") if who == "supervisor" else launched.process.pid, signal.SIGKILL)
    # The stubborn service ignores TERM, and its child has left every process group.
    assert eventually(lambda: launched.alive() == [], seconds=20.0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_make_alone_stops_everything(launch, tmp_path, number):
    recipe = f"\t@{sys.executable} {tmp_path / 'launcher.py'} {tmp_path} plain\n"
    (tmp_path / "Makefile").write_text("demo:\n" + recipe)
    launched = launch("plain", through=["make", "demo"])
    launched.process.send_signal(number)
    launched.process.wait(15)
    assert eventually(lambda: launched.alive() == [])


def test_nothing_outlives_a_killed_make(launch, tmp_path):
    recipe = f"\t@{sys.executable} {tmp_path / 'launcher.py'} {tmp_path} plain\n"
    (tmp_path / "Makefile").write_text("demo:\n" + recipe)
    launched = launch("plain", through=["make", "demo"])
    launched.process.kill()
    assert eventually(lambda: launched.alive() == [])
