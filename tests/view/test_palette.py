"""Colours in order for every eye: lightness, three dichromacies, grey print, text on colour.

Dichromacy is simulated after Machado, Oliveira and Fernandes (2009), severity 1.0, in linear RGB.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import get_args

import numpy as np
import pytest

from dkbm_monitor.view.blanks import FILLS, Blank, blank_of
from dkbm_monitor.view.palette import (
    HATCH,
    INK,
    MISSING,
    MOST_COLOURS,
    PAPER,
    QUIET,
    Polarity,
    accent,
    contrast,
    linear_rgb,
    ramp,
    text_on,
)

POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
EYES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "everybody": np.eye(3).tolist(),
}
RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
D65 = np.array([0.95047, 1.0, 1.08883])
SEEN = 9.0  # ΔE (CIE 1976); about 2.3 is just noticeable, a map with borders between needs a multiple


def lab(colour: str, eye: str = "everybody") -> np.ndarray:
    light = (np.array(EYES[eye]) @ linear_rgb(colour)).clip(0, 1)
    t = RGB_TO_XYZ @ light / D65
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_lab_of_the_test_itself_is_right() -> None:
    """sRGB red is Lab 53.24, 80.09, 67.20 (CIE, D65; Lindbloom's calculator)."""
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)


@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_lightness_falls_evenly(polarity: Polarity, k: int) -> None:
    steps = -np.diff([lab(colour)[0] for colour in ramp(polarity, k)])
    assert steps.min() > 10
    assert steps.max() - steps.min() < 3


@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("k", [3, 5, 6])
def test_neighbouring_classes_differ_for_every_eye(polarity: Polarity, eye: str, k: int) -> None:
    seen = [lab(colour, eye) for colour in ramp(polarity, k)]
    assert min(np.linalg.norm(one - other) for one, other in pairwise(seen)) > SEEN
    assert all(one[0] > other[0] for one, other in pairwise(seen))


@pytest.mark.parametrize("polarity", POLARITIES)
def test_classes_stay_in_order_in_grey_print(polarity: Polarity) -> None:
    greys = [linear_rgb(colour) @ [0.2126, 0.7152, 0.0722] for colour in ramp(polarity, 6)]
    assert all(one > 1.2 * other for one, other in pairwise(greys))


@pytest.mark.parametrize("eye", EYES)
def test_polarities_are_told_apart_in_the_middle_of_their_ramps(eye: str) -> None:
    middles = [ramp(polarity, 5)[2] for polarity in ("burden", "resource", "context")]
    assert min(np.linalg.norm(lab(a, eye) - lab(b, eye)) for a, b in combinations(middles, 2)) > SEEN


@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("eye", EYES)
def test_a_missing_value_does_not_look_like_the_lightest_class(polarity: Polarity, eye: str) -> None:
    assert np.linalg.norm(lab(MISSING, eye) - lab(ramp(polarity, 5)[0], eye)) > 5


@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("k", range(1, MOST_COLOURS + 1))
def test_names_can_be_read_on_every_class(polarity: Polarity, k: int) -> None:
    assert all(contrast(text_on(colour), colour) >= 4.5 for colour in ramp(polarity, k))


def test_text_can_be_read_on_paper_and_patterns_can_be_seen() -> None:
    assert min(contrast(colour, PAPER) for colour in (INK, QUIET, *(accent(p) for p in POLARITIES))) >= 4.5
    assert contrast(HATCH, PAPER) >= 3


def test_contrast_of_known_pairs() -> None:
    """#767676 on white is the lightest grey that passes AA: 4.54 : 1 (WebAIM)."""
    assert contrast("#767676", "#FFFFFF") == 4.54


def test_context_and_neutral_share_one_ramp_and_burden_does_not() -> None:
    assert ramp("context", 5) == ramp("neutral", 5) != ramp("burden", 5)


def test_too_many_colours_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="between 1 and 9"):
        ramp("burden", 10)


def test_every_reason_has_a_look() -> None:
    assert set(FILLS) == set(Blank)
    assert len(set(FILLS.values())) == len(Blank)


@pytest.mark.parametrize(
    ("status", "value", "inhabited", "expected"),
    [
        ("ok", 3.0, True, None),
        ("zero", 0.0, True, None),
        ("zero", 0.0, False, Blank.UNINHABITED),
        ("ok", 4.0, False, None),
        ("missing", float("nan"), False, Blank.UNINHABITED),
        ("suppressed", float("nan"), True, Blank.SUPPRESSED),
        ("secret", float("nan"), True, Blank.SECRET),
        ("pending", float("nan"), True, Blank.PENDING),
    ],
)
def test_reason_of_an_area(status: str, value: float, inhabited: bool, expected: Blank | None) -> None:
    assert blank_of(status, value, inhabited=inhabited) == expected
