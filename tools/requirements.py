"""`python -m tools.requirements GROUP…`: what a role of the product needs, one requirement a line.

The groups are those of `pyproject.toml`; images install one role each. Torch is left out, since it
is installed first and by itself.
"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def list_requirements(groups: list[str], root: Path = ROOT) -> list[str]:
    """All requirements of these groups but torch. Raises KeyError for a group that there is not."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    names = {name for group in groups for name in optional[group]}
    return sorted(name for name in names if not name.startswith("torch"))


def main() -> None:
    """Print them."""
    try:
        lines = list_requirements(sys.argv[1:])
    except KeyError as error:
        sys.exit(f"There is no group {error} in pyproject.toml.")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
