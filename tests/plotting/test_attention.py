import numpy as np
import pytest
from matplotlib.figure import Figure

from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity
from skerosion.plotting import AttentionMapDisplay

IMAGES = np.tile(np.arange(0, 250, 16, dtype=np.uint8), (4, 16, 1))
MAPS = np.random.default_rng(0).normal(size=(4, 16, 16))
MASKS = np.zeros((4, 16, 16), bool)
MASKS[:3, 2:6, 2:6] = True


def draw(maps, **settings):
    return AttentionMapDisplay.from_maps(IMAGES, maps, ax=Figure, **settings)


def test_each_kind_of_map_has_a_line_and_each_joint_a_column():
    display = draw({"a": MAPS, "b": -MAPS}, rows=[3, 1], titles=list("wxyz"))
    assert len(display.axes_) == 6 and list(display.maps_) == ["a", "b"]
    assert [axes.get_title(loc="left") for axes in display.axes_] == ["z", "x", "", "", "", ""]
    for shown, row in zip(display.images_, [3, 1] * 3, strict=True):
        assert shown.get_array().tolist() == IMAGES[row].tolist()
    names = [text.get_text() for axes in display.axes_ for text in axes.texts]
    assert names == ["joint", "a", "b"]


def test_maps_are_drawn_from_zero_to_their_maximum_and_clear_below():
    shown = draw(MAPS, rows=[2]).maps_["map"][0]
    np.testing.assert_allclose(shown.get_array(), np.maximum(MAPS[2], 0) / MAPS[2].max())
    assert shown.get_clim() == (0, 1)
    assert (shown.get_alpha()[MAPS[2] <= 0] == 0).all() and shown.get_alpha().max() == pytest.approx(0.75)
    assert (draw(np.zeros((4, 16, 16)), rows=[0]).maps_["map"][0].get_array() == 0).all()


def test_masks_that_are_not_empty_are_outlined():
    assert len(draw(MAPS, masks=MASKS).outlines_) == 6
    assert draw(MAPS).outlines_ == []


def test_estimators_are_looked_into_through_their_pipelines(regressor, joints):
    display = AttentionMapDisplay.from_estimator(regressor, joints.X, rows=[8, 3], target=("above", 20), ax=Figure)
    chosen = joints.X.take([8, 3])
    expected = {
        "activation map": activation_map(regressor, chosen),
        "Grad-CAM": grad_cam(regressor, chosen, target=("above", 20)),
        "occlusion": occlusion_sensitivity(regressor, chosen, target=("above", 20)),
    }
    assert list(display.maps) == list(expected)
    for name, maps in expected.items():
        np.testing.assert_array_equal(display.maps[name], maps)


def test_methods_may_be_functions_and_titles_follow_the_rows(classifier, joints):
    methods = {"ours": lambda estimator, X: np.ones(X.shape[:3])}
    titles = [f"joint {row}" for row in range(60)]
    masks = np.ones((60, 16, 16), bool)
    settings = {"methods": methods, "rows": np.arange(7, 15), "titles": titles, "masks": masks, "name": "network"}
    display = AttentionMapDisplay.from_estimator(classifier, joints.X, ax=Figure, **settings)
    assert display.titles == titles[7:15] and display.masks.shape == (8, 16, 16)
    assert display.axes_[0].get_title(loc="left") == "network\njoint 7"


@pytest.mark.parametrize(
    ("maps", "settings", "message"),
    [
        (MAPS[:2], {}, r"maps must have the images' shape \(4, 16, 16\), got \(2, 16, 16\) of 'map'"),
        ({"a": MAPS}, {"masks": MASKS[:, :8]}, r"got \(4, 8, 16\) of 'masks'"),
        ({}, {}, "maps must hold at least one entry"),
    ],
)
def test_wrong_input_is_named(maps, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(maps, **settings)


def test_unknown_methods_and_features_are_named(classifier, joints):
    with pytest.raises(ValueError, match=r"methods must be of \['activation map', 'Grad-CAM', 'occlusion'\]"):
        AttentionMapDisplay.from_estimator(classifier, joints.X, methods=["saliency"], ax=Figure)
    with pytest.raises(ValueError, match="X must hold images to be drawn"):
        AttentionMapDisplay.from_maps(np.zeros((4, 5)), MAPS, ax=Figure)
