"""Pages of the Victron project: every value of a group in one grid, so that each can be seen and checked."""

from collections.abc import Iterable, Mapping

COLUMNS = 8
WIDTH, HEIGHT = 156, 66
LEFT, TOP = 20, 44


def pages(tags: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """One page a group, in the order in which the groups first appear."""
    groups: dict[str, list[Mapping[str, object]]] = {}
    for tag in tags:
        groups.setdefault(str(tag["group"]), []).append(tag)
    return [_page(position, title, members) for position, (title, members) in enumerate(groups.items())]


def _page(position: int, title: str, tags: list[Mapping[str, object]]) -> dict[str, object]:
    rows = max(8, -(-len(tags) // COLUMNS))
    step = HEIGHT * 8 / rows
    readouts = [
        {
            "type": "readout",
            "tag": tag["id"],
            "label": str(tag["description"]).removeprefix(f"{title} "),
            "x": LEFT + (number % COLUMNS) * WIDTH,
            "y": TOP + (number // COLUMNS) * step,
            "w": WIDTH - 10,
            "h": step - 8,
        }
        for number, tag in enumerate(tags)
    ]
    panel = {"type": "panel", "title": title, "x": 8, "y": 8, "w": 1264, "h": TOP + HEIGHT * 8}
    return {
        "id": "overview" if position == 0 else f"group{position}",
        "title": title,
        "height": TOP + HEIGHT * 8 + 16,
        "elements": [panel, *readouts],
    }
