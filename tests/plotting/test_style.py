import errno

import matplotlib
import pytest
from matplotlib.figure import Figure

from skerosion.plotting import ScoreHistogramDisplay, save_figure
from skerosion.plotting._style import ACCENT, DARK, LIGHT, MIDDLE, SERIES, series


def lightness(color):
    red, green, blue = matplotlib.colors.to_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def histogram(grades):
    return ScoreHistogramDisplay.from_predictions(grades, ax=Figure).figure_


def test_colours_differ_in_grey():
    greys = sorted(map(lightness, (DARK, MIDDLE, LIGHT, ACCENT)))
    assert all(brighter - darker > 0.05 for darker, brighter in zip(greys, greys[1:], strict=False))
    assert lightness(LIGHT) - lightness(DARK) > 0.5


@pytest.mark.parametrize("kind", ["color", "linestyle", "marker", "hatch"])
def test_estimators_differ_by_more_than_colour(kind):
    assert len({look[kind] for look in SERIES}) == len(SERIES)
    assert all(look["color"] != ACCENT for look in SERIES)
    assert series(len(SERIES) + 1) == SERIES[1]


def test_figure_is_saved_as_pixels_and_vectors_and_twice_the_same(tmp_path):
    figure = histogram([0, 1, 1])
    first = [path.read_bytes() for path in save_figure(figure, tmp_path / "a" / "labels")]
    second = [path.read_bytes() for path in save_figure(figure, tmp_path / "b" / "labels")]
    assert first == second
    assert first[0].startswith(b"\x89PNG") and first[1].startswith(b"%PDF")


def test_figure_that_cannot_be_drawn_leaves_no_file(tmp_path):
    figure = Figure()
    figure.text(0.5, 0.5, "$\\frac$")
    with pytest.raises(ValueError, match="frac"):
        save_figure(figure, tmp_path / "broken")
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_figure_that_was_there(tmp_path, monkeypatch):
    (path,) = save_figure(histogram([0, 1]), tmp_path / "labels", formats=("png",))
    before = path.read_bytes()

    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        save_figure(histogram([0, 1, 1]), tmp_path / "labels", formats=("png",))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
