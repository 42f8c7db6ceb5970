"""What each task adds: classes and decisions, distributions and grids, the baseline."""

import numpy as np
import pytest
from sklearn.base import clone

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, GridDistribution
from skerosion.estimators._inputs import check_target
from skerosion.estimators._thresholds import grid_spacing, make_grid

LEARNING = {"epochs": 15, "learning_rate": 0.02, "dropout": 0.0}


class TestClassifier:
    @pytest.mark.slow
    def test_it_learns(self, graded, quick):
        images, grades, _ = graded
        assert CNNClassifier(**{**quick, **LEARNING}).fit(images, grades).score(images, grades) > 0.9

    @pytest.mark.slow
    @pytest.mark.once
    def test_the_thesis_network_is_the_default(self):
        """878,246 parameters on 150x150x1 with six grades."""
        images = np.random.default_rng(0).integers(0, 255, (12, 150, 150, 1)).astype("uint8")
        classifier = CNNClassifier(epochs=1, random_state=0).fit(images, np.tile(np.arange(6), 2))
        assert classifier.model_.count_params() == 878_246

    @pytest.mark.once
    def test_string_grades_come_back(self, graded, quick):
        images, grades, _ = graded
        names = np.array(["none", "mild", "severe"])[grades]
        classifier = CNNClassifier(**quick).fit(images, names)
        assert classifier.classes_.tolist() == ["mild", "none", "severe"]
        assert set(classifier.predict(images)) <= set(names)
        assert classifier.forecast(images).distribution is None

    @pytest.mark.parametrize("classes", [[], ["none"], "none"])
    def test_partial_fit_needs_two_classes_too(self, classes):
        with pytest.raises(ValueError, match="classes must name at least two classes"):
            CNNClassifier()._encode_target(np.array(["none"]), reset=True, classes=classes)

    def test_the_balanced_decision_divides_by_the_training_shares(self, graded, quick):
        images, grades, _ = graded
        classifier = CNNClassifier(**quick).fit(images, grades)
        np.testing.assert_allclose(classifier.class_shares_, np.bincount(grades) / 60)
        probabilities = classifier.predict_proba(images)
        balanced = classifier.set_params(decision="balanced").predict(images)
        np.testing.assert_array_equal(balanced, (probabilities / classifier.class_shares_).argmax(axis=1))
        np.testing.assert_array_equal(classifier.predict_proba(images), probabilities)
        with pytest.raises(ValueError, match="decision must be one of .*, got 'blanced'"):
            classifier.set_params(decision="blanced").predict(images)

    def test_shares_count_weights(self, graded, quick):
        images, grades, _ = graded
        classifier = CNNClassifier(**quick, class_weight="balanced").fit(images, grades)
        np.testing.assert_allclose(classifier.class_shares_, 1 / 3)

    def test_numeric_grades_have_a_distribution(self, graded, quick):
        images, grades, _ = graded
        forecast = CNNClassifier(**quick).fit(images, grades * 10).forecast(images)
        assert forecast.distribution.grid.tolist() == [0, 10, 20]
        np.testing.assert_allclose(forecast.distribution.pmf, forecast.probabilities, atol=1e-6)


class TestCRPSRegressor:
    @pytest.mark.slow
    @pytest.mark.parametrize("head", ["cumulative_softmax", "sigmoid"])
    def test_it_learns_a_valid_distribution(self, head, graded, quick):
        images, grades, _ = graded
        percent = 40.0 * grades
        regressor = CRPSRegressor(**{**quick, **LEARNING}, head=head).fit(images, percent)
        cdf = regressor.predict_cdf(images)
        assert cdf.shape == (60, 101)
        assert (np.diff(cdf, axis=1) >= 0).all() and (cdf[:, -1] == 1).all() and cdf.min() >= 0
        assert regressor.score(images, percent) > 0.7

    @pytest.mark.slow
    @pytest.mark.once
    def test_the_thesis_network(self):
        """1,785,605 parameters with 101 free sigmoids on 150x150x1."""
        images = np.random.default_rng(0).integers(0, 255, (4, 150, 150, 1)).astype("uint8")
        regressor = CRPSRegressor(head="sigmoid", dense_units=(1024, 512), epochs=1, random_state=0)
        assert regressor.fit(images, [0, 5, 10, 100]).model_.count_params() == 1_785_605

    def test_everything_follows_from_the_distribution(self, graded, quick):
        images, grades, _ = graded
        regressor = CRPSRegressor(**quick, bins="ratingen").fit(images, 40.0 * grades)
        distribution = regressor.predict_distribution(images)
        assert isinstance(distribution, GridDistribution)
        np.testing.assert_array_equal(regressor.predict(images), distribution.mean())
        np.testing.assert_array_equal(regressor.predict_quantile(images, 0.3), distribution.quantile(0.3))
        np.testing.assert_array_equal(regressor.predict_interval(images, 0.5), distribution.interval(0.5))
        np.testing.assert_array_equal(regressor.set_params(point="median").predict(images), distribution.median())
        with pytest.raises(ValueError, match="point must be one of .*, got 'avarage'"):
            clone(regressor.set_params(point="avarage"))._check_parameters()
        with pytest.raises(ValueError, match="point must be one of .*, got 'avarage'"):
            regressor.predict(images)
        grades_of_percent = regressor.set_params(point="mean").predict_proba(images)
        cdf = distribution.cdf
        np.testing.assert_allclose(grades_of_percent[:, 0], cdf[:, 0], atol=1e-6)
        np.testing.assert_allclose(grades_of_percent[:, 2], cdf[:, 40] - cdf[:, 20], atol=1e-6)
        np.testing.assert_allclose(grades_of_percent[:, 5], 1 - cdf[:, 80], atol=1e-6)

    def test_probabilities_need_grades(self, graded, quick):
        regressor = CRPSRegressor(**quick).fit(graded[0], 10 * graded[1])
        assert not hasattr(regressor, "predict_proba")
        with pytest.raises(AttributeError, match="predict_proba"):
            regressor.predict_proba(graded[0])

    @pytest.mark.parametrize("head", ["linear", "sigmoids"])
    def test_the_head_must_give_a_distribution(self, head, graded, quick):
        with pytest.raises(ValueError, match="head must be one"):
            CRPSRegressor(**quick, head=head).fit(*graded[:2])

    def test_a_target_outside_the_grid_is_an_error(self, graded, quick):
        images, grades, _ = graded
        with pytest.raises(ValueError, match=r"y must lie on the grid from 0 to 100, got 120 \("):
            CRPSRegressor(**quick).fit(images, 60.0 * grades)

    @pytest.mark.parametrize(
        "grid", [np.linspace(0, 1, 11), np.linspace(0, 1, 11, dtype="float32"), np.arange(11) * 0.1]
    )
    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "object"])
    @pytest.mark.parametrize("tenths", [np.arange(11) / 10, np.arange(11) * 0.1])
    def test_a_target_meets_its_threshold_whatever_rounded_either(self, grid, dtype, tenths):
        y = check_target(tenths.astype(dtype), np.zeros(11), numeric=True)
        ranks = CRPSRegressor(grid=grid)._encode_target(y, reset=True)
        np.testing.assert_array_equal(ranks, np.arange(11))

    def test_the_ends_of_the_grid_are_reached_up_to_rounding(self):
        regressor = CRPSRegressor(grid=[0.3, 0.5, 0.7])
        assert regressor._encode_target(np.array([0.1 * 3, 0.1 + 0.2, 0.1 * 7]), reset=True).tolist() == [0, 0, 2]
        for outside in (0.2999, 0.7001):
            with pytest.raises(ValueError, match="y must lie on the grid"):
                regressor._encode_target(np.array([outside]), reset=False)

    @pytest.mark.parametrize("grid", [None, [0, 1, 2], "Auto"])
    def test_going_on_needs_the_grid_of_the_first_fit(self, grid):
        y = np.arange(4.0)
        regressor = CRPSRegressor(grid="auto")
        regressor._encode_target(y, reset=True)
        regressor._encode_target(y[:2], reset=False)
        regressor.set_params(grid=[0, 1, 2, 3])._encode_target(y, reset=False)
        with pytest.raises(
            ValueError, match="grid of the first fit.* now asks for .*; fit a clone|grid must be None, 'auto'"
        ):
            regressor.set_params(grid=grid)._encode_target(y[:2], reset=False)

    def test_weights_of_a_continuous_target_need_bins(self, graded, quick):
        images, grades, _ = graded
        percent = 30.5 * grades + np.linspace(0, 1, 60)
        with pytest.raises(ValueError, match="bins"):
            CRPSRegressor(**quick, class_weight="balanced").fit(images, percent)
        CRPSRegressor(**quick, class_weight="balanced", bins="ratingen").fit(images, percent)

    @pytest.mark.parametrize(
        ("grid", "y", "expected"),
        [
            (None, [3.0], np.arange(101)),
            ("auto", [1, 4, 2], [1, 2, 3, 4]),
            ("auto", [0.5, 2.5], np.linspace(0.5, 2.5, 101)),
            ("auto", [7, 7], [7, 8]),
            ([0, 10, 50], [3.0], [0, 10, 50]),
        ],
    )
    def test_grids(self, grid, y, expected):
        np.testing.assert_allclose(make_grid(grid, np.asarray(y, float)), expected)

    @pytest.mark.parametrize("grid", ["Auto", [0], [0, 0, 1], [[0, 1]], [0, np.inf]])
    def test_wrong_grids(self, grid):
        with pytest.raises(ValueError, match="grid must"):
            make_grid(grid, np.arange(3.0))

    def test_spacing_of_even_and_uneven_grids(self):
        assert grid_spacing(np.arange(101.0)) is None
        assert grid_spacing(np.linspace(0.1, 0.7, 101)) is None
        assert grid_spacing(np.array([0.0, 1.0, 3.0])) == (1.0, 2.0, 2.0)

    @pytest.mark.once
    def test_an_uneven_grid_trains(self, graded, quick):
        images, grades, _ = graded
        regressor = CRPSRegressor(**{**quick, **LEARNING}, grid=[0, 1, 2, 4, 8]).fit(images, 4.0 * grades)
        assert regressor.score(images, 4.0 * grades) > 0.7


class TestCNNRegressor:
    @pytest.mark.slow
    def test_it_learns_in_the_units_of_the_target(self, graded, quick):
        images, grades, _ = graded
        percent = 1000 + 40.0 * grades
        regressor = CNNRegressor(**{**quick, **LEARNING, "epochs": 40}).fit(images, percent)
        assert regressor.score(images, percent) > 0.6
        assert regressor.target_mean_ == pytest.approx(percent.mean())

    @pytest.mark.once
    def test_a_constant_target(self, graded, quick):
        assert CNNRegressor(**quick).fit(graded[0], np.full(60, 5.0)).predict(graded[0]).shape == (60,)
