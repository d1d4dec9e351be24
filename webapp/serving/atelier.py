"""The whole of `manage.py serve`: look, start, wait, say that it is ready, keep, stop."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from django.core.management import call_command
from django.db import DatabaseError

from webapp.core.environment import Environment
from webapp.serving import embedded_redis
from webapp.serving.child_failures import explain_exit
from webapp.serving.children import ChildPlan
from webapp.serving.errors import StartError
from webapp.serving.exit_notes import ExitNotes
from webapp.serving.heartbeats import HeartbeatReader, connect_for_beats
from webapp.serving.instance_lock import hold_instance_lock
from webapp.serving.log_file import log_to_file
from webapp.serving.open_files import allow_many_files
from webapp.serving.preflight import check_home, check_model, check_port
from webapp.serving.readiness import is_ready, own_address
from webapp.serving.supervisor import Supervisor

TEND_SECONDS = 0.25
STOPPED_LAST = ("redis",)
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """The operator asked for the end."""


def run_atelier(
    environment: Environment, variables: Mapping[str, str], say: Callable[[str], None]
) -> None:
    """Serve until a signal asks for the end. Raises StartError with a sentence."""
    check_home(environment.home)
    log_to_file(environment.home / "log" / "serve.log")
    allow_many_files()
    with hold_instance_lock(environment.home):
        check_port(environment.host, environment.port, "--port")
        check_port(environment.host, environment.artifact_port, "--artifact-port")
        check_model(environment.model_path)
        _serve(environment, ChildPlan(environment, variables), say)


def _serve(environment: Environment, plan: ChildPlan, say: Callable[[str], None]) -> None:
    client = connect_for_beats(environment.redis_url)
    supervisor = Supervisor(explain_exit, ExitNotes(client).note)
    try:
        with _stop_on_signal():
            _start_all(environment, plan, supervisor)
            _wait_until_ready(environment, supervisor)
            say(f"Atelier is ready at {_address(environment)}")
            _keep(HeartbeatReader(client), supervisor)
    except StopRequested:
        pass
    finally:
        _stop_all(supervisor)


def _start_all(environment: Environment, plan: ChildPlan, supervisor: Supervisor) -> None:
    if environment.redis_socket is not None:
        embedded_redis.end_leftover(environment.redis_socket)
        configuration = embedded_redis.write_configuration(
            environment.home, environment.redis_socket
        )
        supervisor.start(plan.child("redis", *embedded_redis.redis_command(configuration)))
    if not embedded_redis.wait_for_redis(environment.redis_url):
        where = environment.home / "log" / "redis.log" if environment.redis_socket else "REDIS_URL"
        raise StartError(f"Redis does not answer; look at {where}.")
    for engine in plan.engines():
        supervisor.start(engine)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise StartError(f"The database cannot be used ({error}); check DATABASE_URL.") from error
    supervisor.start(plan.turns())
    supervisor.start(plan.render())
    supervisor.start(plan.web())


def _wait_until_ready(environment: Environment, supervisor: Supervisor) -> None:
    while not is_ready(own_address(environment.host), environment.port):
        supervisor.tend()
        time.sleep(TEND_SECONDS)
    supervisor.is_ready = True


def _keep(heartbeats: HeartbeatReader, supervisor: Supervisor) -> NoReturn:
    """Start again what ends, and end what hangs, until a signal comes."""
    while True:
        supervisor.tend()
        for hung in heartbeats.find_hung(supervisor.list_running(), time.monotonic()):
            supervisor.replace_hung(hung.name, hung.reason)
        time.sleep(TEND_SECONDS)


@contextmanager
def _stop_on_signal() -> Iterator[None]:
    """Turn the first stop signal into StopRequested; what follows runs undisturbed."""

    def request_stop(_number: int, _frame: FrameType | None) -> None:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise StopRequested

    for number in _STOP_SIGNALS:
        signal.signal(number, request_stop)
    yield


def _stop_all(supervisor: Supervisor) -> None:
    """End all in order; a second signal ends them at once."""

    def kill(_number: int, _frame: FrameType | None) -> None:
        supervisor.kill_all()

    for number in _STOP_SIGNALS:
        signal.signal(number, kill)
    supervisor.stop(last=STOPPED_LAST)


def _address(environment: Environment) -> str:
    host = own_address(environment.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{environment.port}"
