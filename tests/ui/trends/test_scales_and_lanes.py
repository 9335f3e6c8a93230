"""Scales, lanes, the stretch of time, and pen colours."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ui_window import RESOURCES
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.style.theme import PALETTE_NAMES, load_themes
from vmshmi.ui.trends.lane_items import spread
from vmshmi.ui.trends.lanes import LaneKind, lanes_of
from vmshmi.ui.trends.pen_colours import COLOURS, PEN_COLOURS
from vmshmi.ui.trends.scale import Scale, round_scale, steady
from vmshmi.ui.trends.time_window import TimeWindow

NUMBERS = st.floats(-1e9, 1e9)


def tags(*units: str) -> list[TagDef]:
    """Analog tags; a unit of `?` is a state."""
    kind = {"?": TagKind.ENUM}
    return [TagDef(TagId(f"t{n}"), unit=u.strip("?"), kind=kind.get(u, TagKind.ANALOG)) for n, u in enumerate(units)]


def test_there_is_one_lane_a_unit_and_one_for_states() -> None:
    lanes = lanes_of(tags("bar", "°C", "?", "bar", "rpm", "?"))
    assert [(lane.kind, lane.unit, lane.pens) for lane in lanes] == [
        (LaneKind.UNIT, "bar", (0, 3)),
        (LaneKind.UNIT, "°C", (1,)),
        (LaneKind.UNIT, "rpm", (4,)),
        (LaneKind.STATES, "", (2, 5)),
    ]


def test_more_units_than_can_be_read_share_a_lane_each_on_its_own_scale() -> None:
    lanes = lanes_of(tags("bar", "°C", "rpm", "%", "°C", "kW"))
    assert [(lane.kind, lane.unit) for lane in lanes] == [
        (LaneKind.UNIT, "bar"),
        (LaneKind.UNIT, "°C"),
        (LaneKind.OWN, ""),
    ]
    assert lanes[-1].pens == (2, 3, 5)


@given(NUMBERS, NUMBERS)
def test_a_scale_holds_what_it_is_for_and_has_few_marks(one: float, other: float) -> None:
    scale = round_scale(min(one, other), max(one, other))
    assert scale.low <= min(one, other) <= max(one, other) <= scale.high
    assert 2 <= len(scale.marks()) <= 9


def test_a_scale_has_round_marks_and_does_not_go_below_zero_for_nothing() -> None:
    scale = round_scale(0.0, 92.0)
    assert scale.low == 0.0
    assert scale.marks() == [0.0, 25.0, 50.0, 75.0, 100.0]
    assert round_scale(4.71, 4.92).decimals == 1 or round_scale(4.71, 4.92).decimals == 2


def test_a_scale_stays_while_it_still_fits() -> None:
    present = Scale(0.0, 10.0, 2.0)
    assert steady(present, Scale(1.0, 9.0, 2.0)) is present
    assert steady(present, Scale(1.0, 11.0, 2.0)).high == 11.0
    assert steady(present, Scale(4.0, 5.0, 0.2)).low == 4.0


def test_following_keeps_the_present_at_the_right_edge() -> None:
    window = TimeWindow(100.0)
    for now in (1_000.0, 1_010.0):
        window.follow(now)
        assert window.start_s < now < window.end_s < now + 5


def test_panning_leaves_the_present_and_coming_back_follows_it_again() -> None:
    window = TimeWindow(100.0)
    window.follow(1_000.0)
    window.pan(-50.0, 1_000.0)
    assert not window.live
    end = window.end_s
    window.follow(1_020.0)
    assert window.end_s == end
    window.pan(500.0, 1_020.0)
    assert window.live
    window.pan(-50.0, 1_020.0)
    window.go_live(1_030.0)
    assert window.live
    assert window.end_s > 1_030.0


def test_zooming_keeps_the_touched_moment_in_its_place() -> None:
    window = TimeWindow(100.0)
    window.follow(1_000.0)
    window.pan(-400.0, 1_000.0)
    moment = window.start_s + 25.0
    window.zoom(0.5, moment, 1_000.0)
    assert window.span_s == 50.0
    assert moment - window.start_s == pytest.approx(12.5)


def test_zooming_while_following_keeps_the_present() -> None:
    window = TimeWindow(100.0)
    window.follow(1_000.0)
    window.set_span(3_600.0, 1_000.0)
    assert window.live
    assert window.start_s < 1_000.0 < window.end_s


@pytest.mark.parametrize("places", [[5.0, 6.0, 7.0], [99.0, 99.5, 100.0], [50.0], []])
def test_pen_numbers_do_not_lie_upon_each_other(places: list[float]) -> None:
    moved = spread(places, 20.0, 100.0)
    assert all(later - earlier >= 20.0 for earlier, later in pairwise(moved))
    assert all(10.0 <= place <= 90.0 for place in moved)


# ---- colours

# Machado, Oliveira, Fernandes (2009): what severe protan, deutan and tritan observers see, in linear sRGB
_SEEN = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883, 0.2817, 0.63]]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259, 0.7828, -0.8087],
    ]
)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(light: np.ndarray) -> np.ndarray:
    return _TO_OKLAB @ np.cbrt(_TO_LMS @ np.clip(light, 0, 1))


def contrast(one: str, other: str) -> float:
    lights = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("palette", PALETTE_NAMES)
@pytest.mark.parametrize("eye", _SEEN)
def test_any_two_pens_are_told_apart_by_every_eye(palette: str, eye: str) -> None:
    seen = [oklab(np.array(_SEEN[eye]) @ linear(colour)) for colour in PEN_COLOURS[palette]]
    assert len(seen) == COLOURS
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 0.07


@pytest.mark.parametrize("palette", PALETTE_NAMES)
def test_no_pen_looks_like_an_alarm_and_each_is_seen_on_its_ground(palette: str) -> None:
    ground = load_themes(RESOURCES / "palettes" / "openbridge.json")[palette].card.name()
    for colour in PEN_COLOURS[palette]:
        assert contrast(colour, ground) >= 3.0, colour
        _, a, b = oklab(linear(colour))
        if np.hypot(a, b) > 0.06:  # greys have no hue
            hue = float(np.degrees(np.arctan2(b, a))) % 360
            assert 120 < hue < 345, f"{colour} is red, orange or yellow"
