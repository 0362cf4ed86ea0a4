"""The house rules that a test can hold: who imports whom, what never stands in the code, what a Space needs."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("gan_core", "pages", "benchmarks", "tests")
SOURCES = [ROOT / "streamlit_app.py", *sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))]
CORE = sorted((ROOT / "gan_core").rglob("*.py"))

# A module of gan_core imports from its own floor and those below; a folder stands for what is in it.
FLOORS = (
    ("specs", "events", "frames", "settings", "presets", "source", "seeds", "data", "networks", "losses", "penalties",
     "optimizers", "hub", "parts", "drawing", "verdict", "outcomes", "lessons", "protocols", "augmentation",
     "picture_presets", "picture_checkpoint", "style_presets", "style_lessons", "style_losses", "style_pictures",
     "style_checkpoint", "style_plan", "style_weights", "on_disk", "devices", "team", "captured", "shelf",
     "model_folder", "tensor_header"),
    ("training", "diagnostics", "metrics", "theory"),
    ("toy_game", "toy", "slow_motion", "picture_game", "pictures", "scoring", "beginning", "rehearsal", "export",
     "style", "latent", "evaluation", "classify", "vgg", "slim", "distill", "teaching", "thinning", "run_folder",
     "ship", "vae", "models", "layers"),
    ("runs", "ledger", "jobs", "errands", "refusals", "turns", "cluster", "connection", "worker", "engine", "figures",
     "script"),
    ("cli", "__main__"),
)  # fmt: skip
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def python(script: str) -> None:
    """Run a script in an interpreter of its own."""
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> set[str]:
    """The modules that a file imports, anywhere in it; `from package import name` counts as package.name too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


# Who imports whom ----------------------------------------------------------------------------------------------------


def test_what_the_pages_import_does_not_load_torch() -> None:
    files = [ROOT / "streamlit_app.py", *(ROOT / "pages").rglob("*.py")]
    ours = {name for file in files for name in imports(file) if name.startswith(("gan_core", "pages"))}
    python(
        "import importlib, importlib.util, sys\n"
        f"for name in {sorted(ours)!r}:\n"
        "    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        assert error.name == name, error  # a class or function of the module before\n"
        "assert 'gan_core.engine' in sys.modules and 'torch' not in sys.modules"
    )


def test_the_core_works_without_streamlit() -> None:
    names = [dotted(file) for file in CORE if file.name != "__main__.py"]
    python(
        "import importlib, sys\n"
        "sys.modules['streamlit'] = None  # any import of it raises\n"
        f"for name in {names!r}: importlib.import_module(name)"
    )


@pytest.mark.parametrize("file", CORE, ids=dotted)
def test_a_module_imports_only_its_own_floor_and_those_below(file: Path) -> None:
    if file == ROOT / "gan_core" / "__init__.py":
        return
    own = FLOOR[dotted(file).split(".")[1]]
    below = {name.split(".")[1] for name in imports(file) if name.startswith("gan_core.")}
    assert {name for name in below if FLOOR[name] > own} == set()


# What never stands in the code ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SOURCES, ids=dotted)
def test_nothing_is_loaded_that_could_execute(file: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not imports(file) & {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    assert not [call for call in calls if ast.unparse(call.func) in ("torch.load", "torch.save")]
    assert not [call for call in calls for keyword in call.keywords if keyword.arg == "allow_pickle"]


def tracked() -> list[Path]:
    """What git would put into a commit of the whole tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_is_larger_than_ten_megabytes() -> None:
    assert {file: file.stat().st_size for file in tracked() if file.stat().st_size > 10_000_000} == {}


def test_no_registry_is_named_in_what_installs() -> None:
    files = [*ROOT.glob("requirements*.txt"), ROOT / "pyproject.toml", ROOT / "Dockerfile", ROOT / ".ci" / "run"]
    for file in files:
        assert not re.search(r"https?://(?!127\.0\.0\.1)|--(extra-)?index|--find-links", file.read_text("utf-8")), file


# Instructions that people paste --------------------------------------------------------------------------------------


def name_of(requirement: str) -> str:
    return re.match(r"[\w-]+", requirement)[0]


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"requirements.txt": project["project"]["dependencies"], "requirements-dev.txt": []}
    asked["requirements-dev.txt"] = asked["requirements.txt"] + project["dependency-groups"]["dev"]
    for lock, names in asked.items():
        locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        assert set(map(name_of, names)) <= locked


def test_the_readme_gives_every_dependency_a_reason_and_ci_its_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for dependency in project["project"]["dependencies"]:
        assert f"| `{name_of(dependency)}` |" in readme
    block = readme.partition("<!-- test command -->\n```bash\n")[2].partition("\n```")[0]
    assert block.endswith("python -m pytest -q")
    assert "\n" not in block


def test_the_readme_names_every_variable() -> None:
    from gan_core.settings import PREFIX, Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"`{PREFIX}{name.upper()}`" in readme


def test_a_space_gets_what_it_needs() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    front = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    assert "sdk: docker\n" in front
    assert "app_port: 8501\n" in front
    assert "EXPOSE 8501" in docker
    assert re.search(r"--uid 1000\b", docker)
    assert docker.rindex("\nUSER 1000") < docker.rindex("\nCMD ")
    assert "/_stcore/health" in docker
    assert "--torch-backend cpu" in docker


def test_only_the_space_goes_without_the_protection_against_forged_requests() -> None:
    assert "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=false" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")).get("server", {})
    assert server.get("enableXsrfProtection", True)
