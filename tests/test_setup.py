"""What a fresh machine relies on: the lock, the two commands, the image."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("lock", "more_than"), [("requirements.lock", 40), ("requirements-dev.lock", 40), ("requirements-tab-err.lock", 4)]
)
def test_every_locked_dependency_has_hashes_and_no_registry_is_named(lock: str, more_than: int) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.-]*==[^\n]*", text, re.MULTILINE)
    assert len(pinned) > more_than
    assert all(line.rstrip().endswith("\\") for line in pinned)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(pinned)
    assert "://" not in text
    assert "--index-url" not in text


def test_what_runs_is_locked_to_the_same_versions_as_what_is_tested() -> None:
    def pins(lock: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, version in re.findall(r"^([a-z0-9][\w.-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE):
            found.setdefault(name, set()).add(version)
        return found

    tested = pins("requirements-dev.lock")
    assert all(tested[name] == versions for name, versions in pins("requirements.lock").items())


def test_the_readmes_two_commands_are_targets_and_ci_runs_its_test_command() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    ci = (ROOT / ".ci" / "run").read_text()
    assert "make lint" in ci
    assert "make test" in ci


def test_the_image_runs_the_bot_as_nobody_in_particular_and_knows_when_it_is_well() -> None:
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)\w+", image, re.MULTILINE)
    assert "HEALTHCHECK" in image
    assert 'CMD ["python", "-m", "bot"]' in image
    copied = " ".join(re.findall(r"^COPY (.*)$", image, re.MULTILINE))
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert all(needed in copied for needed in [*wheel["packages"], *wheel["force-include"]])


def test_every_package_of_the_product_is_in_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert set(wheel["packages"]) == packages


def test_pictures_and_pages_that_the_readme_names_are_there() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name} names {link}"
