import numpy as np
import pytest

from skerosion.inspection import occlusion_sensitivity


def by_hand(predict, image, patch, stride, grey):
    """The definition, one prediction a place."""
    height, width = image.shape[:2]
    total, times, whole = np.zeros((height, width)), np.zeros((height, width)), predict(image[None])[0]
    for top in sorted({*range(0, height - patch, stride), height - patch}):
        for left in sorted({*range(0, width - patch, stride), width - patch}):
            covered = image.copy()
            covered[top : top + patch, left : left + patch] = grey
            total[top : top + patch, left : left + patch] += whole - predict(covered[None])[0]
            times[top : top + patch, left : left + patch] += 1
    return total / times


@pytest.mark.slow
@pytest.mark.parametrize("fill", [("quantile", 0.9), "mean", 0, [10, 200, 255]])
def test_map_is_the_mean_fall_over_the_squares(regressor, squares, fill):
    maps = occlusion_sensitivity(regressor, squares.images[:3], patch=10, stride=8, fill=fill)
    assert maps.shape == (3, 24, 24) and maps.dtype == np.float32
    for row, (image, found) in enumerate(zip(squares.images, maps, strict=False)):
        whole = {"mean": image.mean(), ("quantile", 0.9): np.quantile(image, 0.9)}
        grey = np.rint(whole[fill]) if isinstance(fill, (str, tuple)) else np.broadcast_to(fill, 3)[row]
        np.testing.assert_allclose(found, by_hand(regressor.predict, image, 10, 8, grey), atol=1e-3)


@pytest.mark.slow
def test_targets_are_those_of_the_prediction(classifier, regressor, squares):
    images, settings = squares.images[:2], {"patch": 12, "stride": 12, "fill": 0}
    cases = [
        (classifier, 2, lambda X: classifier.predict_proba(X)[:, 2]),
        (classifier, ("above", 0), lambda X: classifier.predict_proba(X)[:, 1:].sum(axis=1)),
        (regressor, "median", lambda X: regressor.predict_quantile(X, 0.5)),
        (regressor, ("above", 30), lambda X: 1 - regressor.predict_cdf(X)[:, 3]),
    ]
    for estimator, target, predict in cases:
        maps = occlusion_sensitivity(estimator, images, target=target, **settings)
        expected = [by_hand(predict, image, 12, 12, 0) for image in images]
        np.testing.assert_allclose(maps, expected, atol=1e-3)


def test_predicted_grade_is_that_of_the_whole_image(classifier, squares):
    images, settings = squares.images[:3], {"patch": 12}
    predicted = classifier.predict(images)
    expected = occlusion_sensitivity(classifier, images, target=predicted, **settings)
    np.testing.assert_array_equal(occlusion_sensitivity(classifier, images, **settings), expected)


def test_covering_leaves_the_images_and_batches_stay_small(regressor, squares, monkeypatch):
    images, seen, forecast = squares.images[:4].copy(), [], type(regressor).forecast

    def record(self, X):
        seen.append(len(X))
        return forecast(self, X)

    monkeypatch.setattr(type(regressor), "forecast", record)
    occlusion_sensitivity(regressor, images, patch=8)
    np.testing.assert_array_equal(images, squares.images[:4])
    assert max(seen) <= regressor.batch_size and sum(seen) == 4 + 4 * 25


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patch": 30}, "patch == 30, must be <= 24"),
        ({"patch": 4, "stride": 5}, "stride must be at most the patch of 4 pixels, else pixels stay bare, got 5"),
        ({"fill": ("quantile", 1.5)}, r"fill\[1\] == 1.5, must be <= 1"),
        ({"fill": 300}, "fill must hold grey levels from 0 to 255 for uint8 images, got 300"),
        ({"fill": "black"}, "fill must be .*'mean', a grey level or one for each of the 48 images, got 'black'"),
        ({"fill": [0, 1]}, "fill must be .*'mean', a grey level or one for each of the 48 images"),
    ],
)
def test_wrong_parameters_are_named(regressor, squares, settings, message):
    with pytest.raises(ValueError, match=message):
        occlusion_sensitivity(regressor, squares.images, **settings)
