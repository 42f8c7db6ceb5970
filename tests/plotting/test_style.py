import errno

import matplotlib
import pytest
from matplotlib.figure import Figure

from skerosion.plotting import plot_grade_histogram, save_figure
from skerosion.plotting._style import ACCENT, DARK, LIGHT, MIDDLE, panels


def lightness(color):
    red, green, blue = matplotlib.colors.to_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_differ_in_grey():
    greys = sorted(map(lightness, (DARK, MIDDLE, LIGHT, ACCENT)))
    assert all(brighter - darker > 0.05 for darker, brighter in zip(greys, greys[1:], strict=False))
    assert lightness(LIGHT) - lightness(DARK) > 0.5


def test_spare_panels_are_hidden():
    figure, axes = panels(4, columns=3, size=(2, 1))
    assert len(axes) == 4
    assert [each.get_visible() for each in figure.axes] == [True] * 4 + [False] * 2
    assert figure.get_size_inches().tolist() == [6, 2]


def test_figure_is_saved_as_pixels_and_vectors_and_twice_the_same(tmp_path):
    figure = plot_grade_histogram([0, 1, 1])
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


def test_settings_of_the_user_are_left_alone():
    before = dict(matplotlib.rcParams)
    plot_grade_histogram([0, 1, 1])
    assert dict(matplotlib.rcParams) == before


def test_full_disk_leaves_the_figure_that_was_there(tmp_path, monkeypatch):
    (path,) = save_figure(plot_grade_histogram([0, 1]), tmp_path / "labels", formats=("png",))
    before = path.read_bytes()

    def fail(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    with pytest.raises(OSError, match="No space left"):
        save_figure(plot_grade_histogram([0, 1, 1]), tmp_path / "labels", formats=("png",))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
