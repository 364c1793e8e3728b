"""The image, the Space and the workflows agree with each other and with the service they carry."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from loan_default.app.settings import PREFIX, Settings

PROJECT = Path(__file__).parents[1]
PORT = Settings.model_fields["port"].default


def _load_image_steps() -> ModuleType:
    spec = importlib.util.spec_from_file_location("image_steps", PROJECT / "deploy/image_steps.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


image_steps = _load_image_steps()
STEPS = image_steps.read_steps((PROJECT / "Dockerfile").read_text())


def _texts(instruction: str, stage: int | None = None) -> list[str]:
    return [step.text for step in STEPS if step.instruction == instruction and stage in (None, step.stage)]


def _environment() -> dict[str, str]:
    words = [word for text in _texts("ENV", stage=1) for word in shlex.split(text)]
    return dict(word.split("=", 1) for word in words)


def _copied() -> list[str]:
    texts = [text for text in _texts("COPY") if not text.startswith("--from=")]
    return [source for text in texts for source in shlex.split(text)[:-1]]


def _pins(name: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for line in (PROJECT / name).read_text().splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            pins.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return pins


def _workflow(name: str) -> dict[Any, Any]:
    return yaml.safe_load((PROJECT / f".github/workflows/{name}.yml").read_text())


def _front_matter() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "deploy/space/README.md").read_text().split("---\n")[1])


# What is installed


def test_every_serving_package_has_the_version_training_has():
    serving, training = _pins("requirements-serving.lock"), _pins("requirements.lock")

    assert len(serving) > 40
    assert {name: pins for name, pins in serving.items() if training.get(name) != pins} == {}


def test_serving_lock_holds_exact_pins_and_no_address():
    text = (PROJECT / "requirements-serving.lock").read_text()

    pins = set().union(*_pins("requirements-serving.lock").values())
    assert [pin for pin in pins if not re.fullmatch(r"==[\w.+]+", pin)] == []
    assert "://" not in text
    assert "--" not in "".join(line for line in text.splitlines() if not line.startswith("#"))
    assert "uv pip compile deploy/requirements-serving.in -c requirements.lock" in text


def test_serving_lock_has_all_that_is_asked_for_and_nothing_of_training():
    pins = _pins("requirements-serving.lock")
    training = {"imbalanced-learn", "keras", "kedro", "lightgbm", "mlflow", "scikit-learn", "tensorflow"}

    assert _pins("deploy/requirements-serving.in").keys() - pins.keys() == set()
    assert training & pins.keys() == set()


def test_whatever_the_service_imports_is_asked_for_by_name_or_comes_with_what_is():
    distributions = packages_distributions()
    imported = set()
    for path in [
        *PROJECT.glob("src/loan_default/app/**/*.py"),
        *PROJECT.glob("src/loan_default/scoring/**/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"loan_default"}

    assert {"fastapi", "onnxruntime", "numpy"} <= foreign
    foreign.remove(
        "mlflow"
    )  # only for a bundle that MLflow keeps; the message says so where it is not installed
    pinned = _pins("requirements-serving.lock").keys()
    missing = {
        name
        for name in foreign
        if not pinned & {canonicalize_name(one) for one in distributions.get(name, [])}
    }
    assert missing == set()


# The image


def test_both_stages_start_from_the_same_slim_python():
    bases = [text.split()[0] for text in _texts("FROM")]

    assert bases == ["python:3.12-slim"] * 2


def test_all_that_is_copied_exists_and_passes_dockerignore():
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert set(_copied()) == {rule[1:] for rule in rules if rule.startswith("!")}
    assert [source for source in _copied() if not (PROJECT / source).exists()] == []
    dropped = [rule.removeprefix("**/") for rule in rules[1:] if not rule.startswith("!")]
    assert not any(fnmatch(Path(source).name, rule) for source in _copied() for rule in dropped)


def test_image_is_not_run_as_root():
    (user,) = _texts("USER", stage=1)

    assert user == str(image_steps.IMAGE_USER)
    assert any(f"useradd --uid {user} " in text for text in _texts("RUN", stage=1))


def test_image_speaks_the_settings_of_the_service(monkeypatch):
    given = {name: value for name, value in _environment().items() if name.startswith(PREFIX)}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert {name.removeprefix(PREFIX).lower() for name in given} <= Settings.model_fields.keys()
    settings = Settings()
    assert settings.bundle == "/bundle"
    assert f"deploy/bundle {settings.bundle}" in _texts("COPY", stage=1)
    assert settings.listen_on == "0.0.0.0"
    assert str(settings.log_path).startswith("/logs/")
    assert _texts("CMD") == ['["python", "-m", "loan_default.app"]']


def test_port_is_one_and_the_same_everywhere():
    assert _texts("EXPOSE") == [str(PORT)]
    assert _front_matter()["app_port"] == PORT
    assert f'"{PORT}"' in (PROJECT / "deploy/healthcheck.py").read_text()


def test_health_check_is_the_file_that_was_copied():
    (check,) = _texts("HEALTHCHECK")

    assert check.endswith('CMD ["python", "/opt/healthcheck.py"]')
    assert "deploy/healthcheck.py /opt/healthcheck.py" in _texts("COPY", stage=1)


def test_health_check_fails_where_nothing_answers():
    outcome = subprocess.run(
        [sys.executable, PROJECT / "deploy/healthcheck.py"],
        env={"LOAN_DEFAULT_PORT": "1"},
        capture_output=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert b"refused" in outcome.stderr


# Reading and moving the steps


def test_read_steps_joins_lines_drops_comments_and_counts_stages():
    text = "# a\nFROM one AS build\nRUN a \\\n    b\n\nFROM two\n  # c\nUSER 7\n"

    steps = [(step.stage, step.instruction, step.text) for step in image_steps.read_steps(text)]

    assert steps == [(0, "FROM", "one AS build"), (0, "RUN", "a b"), (1, "FROM", "two"), (1, "USER", "7")]


def test_absolute_paths_of_the_image_are_moved_and_others_kept(tmp_path):
    image = image_steps.Image(tmp_path)

    assert image.moved("/opt/venv/bin:$PATH") == f"{tmp_path}/opt/venv/bin:$PATH"
    assert image.moved("deploy/bundle /bundle") == f"deploy/bundle {tmp_path}/bundle"
    assert image.moved('["python", "/opt/a.py"]') == f'["python", "{tmp_path}/opt/a.py"]'
    assert image.moved("/usr/opt /optional src/build") == "/usr/opt /optional src/build"


def test_a_step_the_check_does_not_know_stops_it(tmp_path):
    with pytest.raises(SystemExit, match="ARG is not known"):
        image_steps.Image(tmp_path).run(image_steps.Step(0, "ARG", "a=1"))


# The Space


def _make_space(bundle: Path | str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [PROJECT / "deploy/make_space.sh", bundle, folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_space_is_a_docker_space():
    front = _front_matter()

    assert front["sdk"] == "docker"
    assert len(front["short_description"]) <= 60  # the Hub refuses longer ones


def test_space_holds_all_that_the_dockerfile_copies(tmp_path):
    bundle = tmp_path / "made up bundle"
    bundle.mkdir()
    (bundle / "manifest.json").write_text("{}")

    outcome = _make_space(bundle, tmp_path / "a space")

    space = tmp_path / "a space"
    assert outcome.returncode == 0, outcome.stderr
    assert [source for source in _copied() if not (space / source).exists()] == []
    assert (space / "deploy/bundle/manifest.json").read_text() == "{}"
    assert (space / "README.md").read_text() == (PROJECT / "deploy/space/README.md").read_text()
    assert not list(space.rglob("__pycache__"))


def test_space_can_fetch_a_published_bundle_at_its_commit(tmp_path):
    source = f"hf://bank/made-up@{'0a' * 20}"

    outcome = _make_space(source, tmp_path / "space")

    assert outcome.returncode == 0, outcome.stderr
    assert [file.name for file in (tmp_path / "space/deploy/bundle").iterdir()] == [".gitignore"]
    steps = image_steps.read_steps((tmp_path / "space/Dockerfile").read_text())
    assert steps[:-1] == STEPS
    assert steps[-1] == image_steps.Step(1, "ENV", f"LOAN_DEFAULT_BUNDLE={source}")


def test_space_refuses_a_published_bundle_that_can_move(tmp_path):
    outcome = _make_space("hf://bank/made-up@main", tmp_path / "space")

    assert outcome.returncode == 2
    assert "names no fixed bundle" in outcome.stderr
    assert not (tmp_path / "space").exists()


def test_space_without_a_bundle_is_refused(tmp_path):
    outcome = _make_space(tmp_path, tmp_path / "space")

    assert outcome.returncode == 2
    assert "no scoring bundle" in outcome.stderr
    assert not (tmp_path / "space").exists()


def test_a_folder_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")

    outcome = _make_space(tmp_path, tmp_path)

    assert outcome.returncode == 2
    assert "is there already" in outcome.stderr


# The workflows


def test_tests_workflow_lints_and_tests_on_the_first_and_last_python():
    job = _workflow("tests")["jobs"]["tests"]
    commands = [step.get("run") for step in job["steps"]]

    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert commands.index("make lint") < commands.index("make test")


def test_deployment_is_started_by_hand_and_takes_its_token_from_a_secret():
    text = (PROJECT / ".github/workflows/deploy.yml").read_text()
    workflow = _workflow("deploy")

    assert list(workflow[True]) == ["workflow_dispatch"]  # YAML reads `on` as true
    assert re.findall(r"^ +HF_TOKEN: (.*)", text, re.MULTILINE) == ["${{ secrets.HF_TOKEN }}"]
    portfolios = workflow[True]["workflow_dispatch"]["inputs"]["portfolio"]["options"]
    assert [name for name in portfolios if not (PROJECT / "conf" / name / "portfolio.yml").exists()] == []


@pytest.mark.parametrize("name", ["tests", "deploy"])
def test_scripts_that_workflows_call_exist_and_can_be_run(name):
    text = (PROJECT / f".github/workflows/{name}.yml").read_text()
    scripts = re.findall(r"(?<![\w/])deploy/\w+\.sh", text)

    assert bool(scripts) == (name == "deploy")
    assert all((PROJECT / script).stat().st_mode & 0o111 for script in scripts)
