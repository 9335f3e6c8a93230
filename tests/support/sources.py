"""Where the project's own source is, and how to read it as syntax."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "vmshmi"


@dataclass(frozen=True, slots=True)
class Source:
    """One module: where it is, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path below the package, with forward slashes."""
        return self.path.relative_to(PACKAGE).as_posix()


def modules() -> Iterator[Source]:
    """Read every module of the package, in a stable order."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield Source(path, text, ast.parse(text, filename=str(path)))
