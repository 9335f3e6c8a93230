"""What the command line asked for, after parsing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DesktopOptions:
    """`vmshmi`.

    Attributes:
        project_file: None is the demo vessel.
        db: `--db` as given; None is the default folder.
        connect: address of a runtime elsewhere; None runs one here.
        station: which of the project's stations this is; empty is its first.
        palette: bright, day, dusk or night.
        language: en or es.
        kiosk: full screen, no way out for a passer-by.
        page: id of the first page; empty is the overview. With `?key=value&...` it is opened at something.
        screenshot: file to save the page to, then exit.
        after_s: seconds before the screenshot.
        scenario: what goes wrong on simulated devices; empty leaves the project's.
        verbose: log more.
        sound: play the alarms; False when another machine is this station's horn. A screenshot is silent anyway.
    """

    project_file: Path | None = None
    db: str | None = None
    connect: str | None = None
    station: str = ""
    palette: str = "day"
    language: str = "en"
    kiosk: bool = False
    page: str = ""
    screenshot: Path | None = None
    after_s: float = 5.0
    scenario: str = ""
    size: tuple[int, int] = (1280, 800)
    verbose: bool = False
    sound: bool = True


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """`vmshmi serve`.

    Attributes:
        project_file, db, scenario, verbose: as above.
        host, port: where the API listens; port 0 takes a free one.
        sound: id of the station whose alarms this computer plays, empty for the project's first; None plays nothing.
    """

    project_file: Path | None = None
    db: str | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    scenario: str = ""
    verbose: bool = False
    sound: str | None = None
