import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import pearsonr, spearmanr

from skerosion.plotting import RauDAS28Display
from skerosion.visits import rau_distribution

FEW = {"n_resamples": 50, "ax": Figure}


@pytest.fixture(scope="module")
def visits():
    """Predicted scores of 3 visits of 20 patients, and a DAS28 that goes a little with them."""
    generator = np.random.default_rng(0)
    pmf = generator.dirichlet(np.ones(6), 60 * 4)
    patients, numbers = np.repeat(np.arange(20), 12), np.tile(np.repeat([0, 1, 2], 4), 20)
    rau = rau_distribution(np.clip(np.cumsum(pmf, axis=1), 0, 1), patients, numbers, bins=None)
    return rau, 3 + 0.02 * rau.mean() + generator.normal(0, 0.5, 60)


def test_both_correlations_are_those_of_scipy(visits):
    rau, das28 = visits
    display = RauDAS28Display.from_predictions(rau, das28, **FEW)
    for name, measure in (("Pearson", pearsonr), ("Spearman", spearmanr)):
        estimate, low, high = display.correlations[""][name]
        assert estimate == pytest.approx(measure(das28, rau.mean()).statistic)
        assert low < estimate < high
        assert f"{name} {estimate:.2f} ({low:.2f} to {high:.2f})" in display.ax_.get_title(loc="left")
    assert display.points_[""].get_ydata().tolist() == rau.mean().tolist()
    assert len(display.whiskers_[""].get_segments()) == 60


def test_a_panel_each_leaves_out_what_is_missing(visits):
    rau, das28 = visits
    holes = das28.copy()
    holes[:10] = np.nan
    display = RauDAS28Display.from_predictions(rau, {"ESR": das28, "CRP": holes}, **FEW, scheme="crp")
    assert [axes.get_title(loc="left").split("\n")[0] for axes in display.axes_] == [
        "ESR · 60 visits",
        "CRP · 50 visits",
    ]
    assert len(display.points_["CRP"].get_xdata()) == 50
    assert "activity: 2.4, 2.9, 4.6" in [text.get_text() for text in display.legend_.get_texts()]


def test_scores_alone_have_no_whiskers(visits):
    rau, das28 = visits
    display = RauDAS28Display.from_predictions(rau.mean(), das28, name="ESR", **FEW)
    assert display.whiskers_ == {} and display.figure_ is display.ax_.figure
    assert display.legend_.get_texts()[0].get_text() == "a visit"


def test_patients_are_resampled_whole():
    """Ten copies of each patient's visit tell no more than one: the interval stays as wide."""
    generator = np.random.default_rng(1)
    score = np.repeat(generator.normal(50, 10, 15), 10)
    das28 = np.repeat(generator.normal(4, 1, 15), 10)
    patients = np.repeat(np.arange(15), 10)
    of_patients, of_rows = (
        RauDAS28Display.from_predictions(score, das28, groups=groups, **FEW).correlations[""]["Pearson"]
        for groups in (patients, None)
    )
    assert of_patients[0] == of_rows[0]
    assert of_patients[2] - of_patients[1] > 1.8 * (of_rows[2] - of_rows[1])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scheme": "esr"}, "scheme must be one of .'common', 'crp'., got 'esr'"),
        ({"das28": [1.0]}, "rows must agree in number"),
        ({"das28": [1.0, 2.0, np.nan]}, "das28 must be known for three visits or more, got 2"),
    ],
)
def test_wrong_input_is_named(settings, message):
    given = {"rau": [10.0, 20.0, 30.0], "das28": [1.0, 2.0, 3.0], "groups": [0, 1, 2], **FEW}
    with pytest.raises(ValueError, match=message):
        RauDAS28Display.from_predictions(**(given | settings))
