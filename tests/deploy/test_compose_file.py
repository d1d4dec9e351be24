"""docker-compose.yml: valid by the specification's schema, and as narrow as it says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from engine.protocol.names import TURNS_QUEUE
from tests.deploy.compose import paths_copied, read_plain, read_services, variables_of
from tools.requirements import list_requirements
from webapp.core.environment import PROJECT_ROOT, read_environment
from webapp.rendering.names import RENDER_QUEUE
from webapp.serving.children import ChildPlan

HERE = Path(__file__).parent
PLAIN = read_plain()
SERVICES = read_services({})
# Root within its container, without root's capabilities: it makes the keys; it owns its volumes.
ROOT_ALLOWED = {"keys", "caddy"}
ONE_SHOT = {"keys", "migrate"}
OF_OUR_OWN = ["migrate", "web", "turns", "render", "engine", "engine-gpu"]


def test_it_is_valid_by_the_specification() -> None:
    schema = json.loads((HERE / "compose-spec.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(PLAIN)] == []
    wrong = {**PLAIN, "services": {"web": {"image": "x", "comand": ["y"]}}}
    assert list(validator.iter_errors(wrong))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name].plain
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["pids_limit"] > 0
    assert service["logging"]["options"]["max-size"]
    if name not in ROOT_ALLOWED:
        assert int(service["user"].split(":")[0]) > 0
        assert "cap_add" not in service
    if name not in ONE_SHOT:
        assert service["healthcheck"]["test"]
        assert service["restart"] == "unless-stopped"
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:") or name == "caddy"


def test_what_is_named_is_there() -> None:
    volumes, networks = set(PLAIN["volumes"]), set(PLAIN["networks"])
    used = set()
    for service in SERVICES.values():
        for source, _target in service.volumes:
            if source.startswith("."):
                assert (PROJECT_ROOT / source).exists(), source
            else:
                used.add(source)
        assert set(service.plain["networks"]) <= networks
        assert set(service.depends_on) <= set(SERVICES)
        for needed, condition in service.depends_on.items():
            expected = "completed_successfully" if needed in ONE_SHOT else "healthy"
            assert condition == f"service_{expected}"
    assert used == volumes
    assert PLAIN["networks"]["inside"] == {"internal": True}
    outside = {name for name, one in SERVICES.items() if "outside" in one.plain["networks"]}
    assert outside == {"web", "caddy"}


def test_by_default_it_is_what_runs_without_a_gpu() -> None:
    profiles = {name: one.plain.get("profiles") for name, one in SERVICES.items()}
    with_profile = {name: value for name, value in profiles.items() if value}
    assert with_profile == {"engine-gpu": ["gpu"], "caddy": ["tls"]}
    gpu = SERVICES["engine-gpu"].plain["deploy"]["resources"]["reservations"]["devices"]
    assert gpu == [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]
    assert SERVICES["engine"].environment["ATELIER_DEVICE"] == "cpu"


@pytest.mark.parametrize("name", ["web", "turns", "render", "engine"])
def test_the_commands_are_those_of_serve(name: str, tmp_path: Path) -> None:
    variables = {"ATELIER_HOME": str(tmp_path), "ATELIER_HOST": "0.0.0.0"}
    plan = ChildPlan(read_environment(variables), variables)
    own = {"web": plan.web(), "turns": plan.turns(), "render": plan.render()}
    command = list((own.get(name) or plan.engines()[0]).command)
    expected = ["python", *(re.sub(r"@.*", "@%h", word) for word in command[1:])]
    assert SERVICES[name].command == expected
    queues = {"turns": TURNS_QUEUE, "render": RENDER_QUEUE, "engine": "engine.glm-nano"}
    if name in queues:
        assert queues[name] in expected


def test_every_setting_is_one_that_is_read() -> None:
    manual = (PROJECT_ROOT / "docs" / "configure.md").read_text("utf-8")
    for name in OF_OUR_OWN:
        for setting in SERVICES[name].environment:
            assert f"### `{setting}`" in manual, setting
    for name in ("engine", "engine-gpu"):
        assert "DATABASE_URL" not in SERVICES[name].environment


def test_every_setting_of_the_web_side_can_be_chosen() -> None:
    manual = (PROJECT_ROOT / "docs" / "configure.md").read_text("utf-8")
    settings = set(re.findall(r"^### `(\w+)`", manual, re.MULTILINE))
    of_engines = {f"ATELIER_{name}" for name in ("DEVICE", "ENGINES", "CPU_THREADS", "TORCH")}
    # The data folder is the image's, and the secret key is made there.
    of_the_folder = {"ATELIER_HOME", "ATELIER_SECRET_KEY"}
    for name in ("web", "turns", "render"):
        given = set(SERVICES[name].environment)
        assert settings - of_engines - of_the_folder == given, name


def test_the_web_image_can_send_the_traces_it_may_be_asked_for() -> None:
    recipe = (PROJECT_ROOT / "deploy" / "web.Dockerfile").read_text("utf-8")
    (groups,) = re.findall(r"tools\.requirements ([a-z ]+?) >", recipe)
    names = {re.split(r"[<>=;]", line)[0] for line in list_requirements(groups.split())}
    tracing = {re.split(r"[<>=;]", line)[0] for line in list_requirements(["tracing"])}
    assert tracing <= names
    assert SERVICES["turns"].environment["ATELIER_OTLP_ENDPOINT"] == ""


def test_the_example_names_every_variable_but_rare_ones_and_no_other() -> None:
    example = (PROJECT_ROOT / "deploy" / "example.env").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    rare = {"ATELIER_CPU_THREADS", "ATELIER_CPU_ENGINE_MEMORY", "ATELIER_TORCH"}
    assert named - {"COMPOSE_PROFILES"} == variables_of(PLAIN) - rare


@pytest.mark.parametrize("role", ["web", "render", "engine"])
def test_an_image_is_built_from_files_that_exist(role: str) -> None:
    for path in paths_copied(PROJECT_ROOT / "deploy" / f"{role}.Dockerfile"):
        assert (PROJECT_ROOT / path).exists(), path
    files = {SERVICES[name].plain["build"]["dockerfile"] for name in OF_OUR_OWN}
    assert f"deploy/{role}.Dockerfile" in files


def test_the_web_image_has_no_torch_and_the_engine_image_no_django() -> None:
    """What each image copies is enough to import what its commands start."""
    heavy = {"torch", "triton", "transformers", "safetensors"}
    assert not heavy & {re.split(r"[<>=;]", line)[0] for line in list_requirements(["web"])}
    engine = list_requirements(["engine", "worker", "gpu"])
    assert not [line for line in engine if "django" in line.lower() or "daphne" in line]


def test_the_web_side_runs_on_the_protocol_alone(tmp_path: Path) -> None:
    """The web image holds of the engine its protocol only, and no torch."""
    (tmp_path / "engine").mkdir()
    for name in ("webapp", "manage.py", "frontend", "engine/__init__.py", "engine/protocol"):
        (tmp_path / name).symlink_to(PROJECT_ROOT / name)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['torch'] = None\n"
        "import webapp.core.environment as e; from pathlib import Path\n"
        "import webapp.config.celery as c; c.app.loader.import_default_modules()\n"
        "import webapp.config.asgi, webapp.config.render_celery as r\n"
        "r.app.loader.import_default_modules(); import engine\n"
        "assert engine.__path__[0].startswith(sys.argv[1]), engine.__path__\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)],
        env={"ATELIER_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr


def test_the_profile_for_chromium_refuses_what_administers_a_machine() -> None:
    profile = json.loads((PROJECT_ROOT / "deploy" / "render-seccomp.json").read_text("utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    (rule,) = profile["syscalls"]
    assert rule["action"] == "SCMP_ACT_ERRNO"
    assert {"mount", "bpf", "kexec_load", "init_module", "keyctl", "reboot"} <= set(rule["names"])
    assert not {"clone", "clone3", "unshare", "chroot", "seccomp"} & set(rule["names"])
    options = SERVICES["render"].plain["security_opt"]
    assert "seccomp=./deploy/render-seccomp.json" in options
    assert [name for name, one in SERVICES.items() if "seccomp" in str(one.plain)] == ["render"]
