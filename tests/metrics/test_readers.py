"""Agreement of several readers against closed forms, other implementations, and readers whose errors are known."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score
from sklearn.utils import check_random_state

from skerosion.metrics import (
    find_metric,
    group_bootstrap_interval,
    intraclass_correlation,
    macro_mae,
    quadratic_kappa,
    reader_agreement,
    reader_level,
)


def drawn_votes(confusions, n_patients=150, seed=0):
    """Votes of readers with known confusion matrices on joints of patients, and the true grades."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(size=n_patients).repeat(4)
    truth = np.digitize(levels + rng.normal(size=4 * n_patients), [-0.5, 0.7, 1.6])
    said = [(rng.random(len(truth))[:, None] > np.cumsum(matrix, axis=1)[truth]).sum(axis=1) for matrix in confusions]
    return np.column_stack(said), truth, np.arange(n_patients).repeat(4)


def confusion(lower, higher, n=4):
    """A reader who gives the grade below or above with these shares."""
    matrix = np.eye(n) * (1 - lower - higher) + np.eye(n, k=-1) * lower + np.eye(n, k=1) * higher
    matrix[0, 0] += lower
    matrix[-1, -1] += higher
    return matrix


class TestAgreement:
    VOTES, TRUTH, PATIENTS = drawn_votes([confusion(0.05, 0.05), confusion(0.0, 0.3), confusion(0.2, 0.1)])

    def table(self, votes=None, **options):
        votes = pd.DataFrame(self.VOTES, columns=list("abc")) if votes is None else votes
        return reader_agreement(votes, self.PATIENTS, n_resamples=200, **options).set_index(["readers", "measure"])

    def test_values_are_those_of_other_implementations(self):
        table = self.table()["value"]
        a, b = self.VOTES[:, 0], self.VOTES[:, 1]
        assert table["a, b", "quadratic kappa"] == pytest.approx(cohen_kappa_score(a, b, weights="quadratic"))
        assert table["a, b", "same grade"] == pytest.approx((a == b).mean())
        assert table["a, b", "at most one grade apart"] == pytest.approx((np.abs(a - b) <= 1).mean())
        name = "same grade where the second reader says 2"
        assert table["a, b", name] == pytest.approx((a[b == 2] == 2).mean())
        assert table["a, b, c", "ICC(2,1)"] == pytest.approx(intraclass_correlation(self.VOTES))

    def test_a_reader_who_left_rows_out_is_compared_on_the_others(self):
        votes = self.VOTES.astype(float)
        votes[::3, 1] = np.nan
        table = self.table(pd.DataFrame(votes, columns=list("abc")))
        both = np.isfinite(votes[:, 1])
        kappa = quadratic_kappa(votes[both, 0], votes[both, 1], labels=range(4))
        assert table.loc[("a, b", "quadratic kappa"), ["value", "images"]].tolist() == pytest.approx(
            [kappa, both.sum()]
        )
        assert ("a, b, c", "ICC(1,1)") in table.index

    def test_names_agree_as_their_places_do(self):
        order = np.array(["none", "little", "some", "much"], dtype=object)
        names = self.table(pd.DataFrame(order[self.VOTES], columns=list("abc")), order=order)
        assert np.allclose(names.to_numpy(), self.table().to_numpy())
        with pytest.raises(ValueError, match="order must list the grades"):
            self.table(pd.DataFrame(order[self.VOTES], columns=list("abc")))

    @pytest.mark.slow
    def test_the_bias_of_a_reader_lies_in_its_interval(self):
        """Over draws, the interval of each reader's mean difference holds what its confusion matrix makes of it."""
        confusions = [confusion(0.05, 0.05), confusion(0.0, 0.3), confusion(0.2, 0.1)]
        held = []
        for seed in range(20):
            votes, truth, patients = drawn_votes(confusions, n_patients=60, seed=seed)
            expected = np.array([(matrix @ np.arange(4))[truth] for matrix in confusions]).T
            table = reader_agreement(votes, patients, n_resamples=200).set_index("measure")
            biases = table.loc["mean difference from the others"]
            of_truth = [np.mean(expected[:, r] - np.delete(expected, r, axis=1).mean(axis=1)) for r in range(3)]
            held += list((biases["low"] <= of_truth) & (of_truth <= biases["high"]))
        assert np.mean(held) >= 0.9


class TestLevel:
    VOTES, TRUTH, PATIENTS = drawn_votes([confusion(0.1, 0.1), confusion(0.1, 0.1), confusion(0.1, 0.1)])

    def test_who_knows_the_truth_is_nearer_to_each_reader_than_readers_are(self):
        table = reader_level(self.TRUTH, self.VOTES, self.PATIENTS, n_resamples=200)
        others = table[~table["who"].str.startswith("always")]
        assert len(table) == 9 and (others["low"] > 0).all()

    def test_differences_are_in_the_units_of_the_metric(self):
        table = reader_level(self.TRUTH, self.VOTES, self.PATIENTS, metric="macro_mae", n_resamples=50)
        assert np.allclose(table["grader"] - table["theirs"], table["difference"])
        assert (table["difference"] < 0).all()  # an error: less is better

    def test_the_floor_is_the_nearest_constant(self):
        table = reader_level(self.TRUTH, self.VOTES, self.PATIENTS, metric="accuracy", n_resamples=50)
        floor = table[table["who"].str.startswith("always")].iloc[0]
        counts = np.bincount(self.VOTES[:, 0])
        assert floor["who"] == f"always {counts.argmax()}"
        assert floor["theirs"] == pytest.approx(counts.max() / counts.sum())

    def test_a_metric_of_numbers_is_refused(self):
        with pytest.raises(ValueError, match="metric must be one that reads grades"):
            reader_level(self.TRUTH, self.VOTES, self.PATIENTS, metric="crps")


class TestAllPatientsAlike:
    """One reader a grade above the other: every cell of both tables has a closed form, ends by Clopper and Pearson."""

    TRUTH, PATIENTS, UNSEEN = np.tile([0, 1, 2], 8), np.repeat(np.arange(8), 3), 1 - 0.025 ** (1 / 8)
    VOTES = np.column_stack([TRUTH, TRUTH + 1])

    def test_agreement(self):
        u, variance = self.UNSEEN, self.TRUTH.var(ddof=1)
        icc = variance / (variance + 0.5)
        expected = {
            ("reader 1, reader 2", "same grade"): [0, 0, u, 24],
            ("reader 1, reader 2", "at most one grade apart"): [1, 1 - u, 1, 24],
            ("reader 1, reader 2", "same grade where the second reader says 1"): [0, 0, u, 8],
            ("reader 1, reader 2", "same grade where the second reader says 2"): [0, 0, u, 8],
            ("reader 1, reader 2", "same grade where the second reader says 3"): [0, 0, u, 8],
            ("reader 1, reader 2", "ICC(2,1)"): [icc, icc - u * (icc + 1), icc + u * (1 - icc), 24],
            ("reader 1", "mean difference from the others"): [-1, -1 - 2 * u, -1 + 4 * u, 24],
            ("reader 2", "mean difference from the others"): [1, 1 - 4 * u, 1 + 2 * u, 24],
        }
        table = reader_agreement(self.VOTES, self.PATIENTS, n_resamples=50)
        assert list(table) == ["readers", "measure", "value", "low", "high", "images"]
        assert table.loc[0, ["readers", "measure"]].tolist() == ["reader 1, reader 2", "quadratic kappa"]
        assert table.loc[0, "value"] == pytest.approx(quadratic_kappa(*self.VOTES.T, labels=range(4)))
        rows = table[1:].set_index(["readers", "measure"]).T.to_dict("list")
        assert list(rows) == list(expected)
        assert np.array(list(rows.values())) == pytest.approx(np.array(list(expected.values())))

    def test_level(self):
        u = self.UNSEEN
        expected = [
            ["reader 1", "reader 2", 1, 0, 1, 1 - 2 * u, 1, 24],
            ["reader 1", "always 0", 1, 1 / 3, 2 / 3, 2 / 3 - u, 2 / 3, 24],
            ["reader 2", "reader 1", 0, 0, 0, -u, u, 24],
            ["reader 2", "always 1", 0, 1 / 3, -1 / 3, -1 / 3, u - 1 / 3, 24],
        ]
        table = reader_level(self.TRUTH, self.VOTES, self.PATIENTS, metric="accuracy", n_resamples=50)
        assert list(table) == ["against", "who", "grader", "theirs", "difference", "low", "high", "images"]
        assert table[["against", "who"]].values.tolist() == [line[:2] for line in expected]
        assert table.iloc[:, 2:].to_numpy() == pytest.approx(np.array([line[2:] for line in expected]))

    @pytest.mark.parametrize("lowest", [-4, 5])
    def test_a_scale_may_start_anywhere(self, lowest):
        settings = {"groups": self.PATIENTS, "n_resamples": 50}
        table, moved = (reader_agreement(self.VOTES + shift, **settings) for shift in (0, lowest))
        moved["measure"] = [re.sub(r"-?\d+$", lambda at: str(int(at[0]) - lowest), each) for each in moved["measure"]]
        pd.testing.assert_frame_equal(moved, table)
        level = reader_level(self.TRUTH + lowest, self.VOTES + lowest, metric="macro_mae", **settings)
        assert level["who"].tolist() == ["reader 2", f"always {lowest + 1}", "reader 1", f"always {lowest + 2}"]

    def test_grades_that_nobody_gives_are_on_the_scale_that_is_given(self):
        """Readers agree on two grades of five: whom nobody has met may be as far off as the scale is long."""
        said, patients, u = np.tile([1, 2], 8), np.repeat(np.arange(8), 2), self.UNSEEN
        votes, settings = np.column_stack([said, said]), {"order": range(5), "n_resamples": 50}
        agreed = reader_agreement(votes, patients, **settings).set_index("measure")
        worst = quadratic_kappa([1, 2, 1, 2], [1, 2, 4, 0], range(5), sample_weight=[1 - u, 1 - u, u, u])
        assert agreed.loc["quadratic kappa", ["value", "low", "high"]].tolist() == pytest.approx([1, worst, 1])
        level = reader_level(said, votes, patients, metric="macro_mae", **settings)
        ends = level[["difference", "low", "high"]].to_numpy()
        assert ends[0] == pytest.approx([0, -2.5 * u, 2.5 * u])  # at most 3 from grade 1, and 2 from grade 2
        assert ends[1] == pytest.approx([-0.5, -0.5, -0.5 + 2.5 * u])

    def test_levels_two_apart_are_no_gaps_of_a_scale_that_is_given(self):
        said, patients = np.tile([0, 2, 4], 8), np.repeat(np.arange(8), 3)
        votes = np.column_stack([said, np.roll(said, 1)])
        kappa = quadratic_kappa(votes[:, 1], said, range(5))
        table = reader_agreement(votes, patients, n_resamples=50)
        assert table.loc[0, "value"] == pytest.approx(kappa)
        assert reader_level(said, votes, patients, n_resamples=50)["theirs"][0] == pytest.approx(kappa)

    def test_confidence_and_seed_are_those_of_the_bootstrap(self):
        same = self.VOTES[:, :1].repeat(2, axis=1)
        for confidence in (0.5, 0.9):
            table = reader_agreement(same, self.PATIENTS, n_resamples=50, confidence=confidence)
            low = table.set_index("measure").loc["same grade", "low"]
            assert low == pytest.approx(((1 - confidence) / 2) ** (1 / 8))
        votes, _, patients = drawn_votes([confusion(0.1, 0.1), confusion(0.1, 0.1)], n_patients=20)
        one, again, other = (reader_agreement(votes, patients, n_resamples=50, random_state=seed) for seed in (1, 1, 2))
        assert one.equals(again) and not one.equals(other)


class TestLittleInCommon:
    """Readers who share few images, or none: what cannot be told is left out, and nothing ends."""

    PATIENTS = np.arange(24) // 2

    @pytest.mark.filterwarnings("ignore:the metric is undefined on")
    def test_two_patients_are_enough_and_no_correlation_is_left_where_it_is_undefined(self):
        """Two readers who change sides: neither images nor readers differ, all is left to the rest."""
        table = reader_agreement([[0, 1], [1, 0]], ["amy", "ben"], n_resamples=50).set_index("measure")
        assert "ICC(2,1)" not in table.index and (table["images"] <= 2).all()
        assert table.loc["same grade", ["value", "low", "images"]].tolist() == [0, 0, 2]
        assert table.loc["mean difference from the others", "value"].tolist() == [0, 0]

    def test_readers_who_never_read_the_same_image(self):
        votes = np.full((24, 2), np.nan)
        votes[:12, 0], votes[12:, 1] = np.arange(12) % 3, np.arange(12) % 3
        assert reader_agreement(votes, self.PATIENTS, n_resamples=50).empty
        level = reader_level(np.arange(24) % 3, votes, self.PATIENTS, n_resamples=50)
        assert level["who"].str.startswith("always").all()

    @pytest.mark.filterwarnings("ignore:the metric is undefined on")
    def test_images_in_common_of_one_patient_foretell_no_others(self):
        votes = np.full((24, 2), np.nan)
        votes[:, 0], votes[:2, 1] = np.arange(24) % 3, [0, 1]
        measures = reader_agreement(votes, self.PATIENTS, n_resamples=50)["measure"]
        assert set(measures) == {"ICC(1,1)"}

    @pytest.mark.filterwarnings("ignore:the metric is undefined on")
    def test_resamples_without_an_image_in_common_are_left_out(self):
        votes = np.column_stack([np.arange(24) % 3, np.full(24, np.nan)]).astype(float)
        votes[[0, 5], 1] = [1, 2]
        table = reader_agreement(votes, self.PATIENTS, n_resamples=50).set_index("measure")
        assert np.isfinite(table.loc["ICC(1,1)", "value"])

    @pytest.mark.filterwarnings("ignore:A single label was found", "ignore:.*only one label in common")
    def test_readers_who_say_one_grade_only(self):
        votes = np.ones((24, 2))
        table = reader_agreement(votes, self.PATIENTS, n_resamples=50).set_index("measure")
        assert table.loc["same grade", "value"] == 1.0 and "quadratic kappa" not in table.index
        level = reader_level(np.ones(24), votes, self.PATIENTS, n_resamples=50)
        assert level["difference"].isna().all() and len(level) == 4


class TestDefaults:
    VOTES, TRUTH, PATIENTS = drawn_votes([confusion(0.1, 0.1), confusion(0.0, 0.3)], n_patients=40)

    def test_a_thousand_resamples_of_seed_0(self):
        table = reader_agreement(self.VOTES, self.PATIENTS)
        again = reader_agreement(self.VOTES, self.PATIENTS, n_resamples=1000, random_state=0)
        other = reader_agreement(self.VOTES, self.PATIENTS, random_state=1)
        pd.testing.assert_frame_equal(table, again)
        assert not table.equals(other)
        level = reader_level(self.TRUTH, self.VOTES, self.PATIENTS)
        pd.testing.assert_frame_equal(
            level, reader_level(self.TRUTH, self.VOTES, self.PATIENTS, n_resamples=1000, random_state=0)
        )
        assert not level.equals(reader_level(self.TRUTH, self.VOTES, self.PATIENTS, random_state=1))

    def test_grades_that_are_names_need_their_order_and_lengths_must_agree(self):
        names = np.array(["none", "mild", "bad", "worst"])
        settings = {"n_resamples": 50, "order": names.tolist()}
        named = reader_level(names[self.TRUTH], names[self.VOTES], self.PATIENTS, **settings)
        numbers = reader_level(self.TRUTH, self.VOTES, self.PATIENTS, n_resamples=50)
        pd.testing.assert_frame_equal(named.drop(columns="who"), numbers.drop(columns="who"))
        with pytest.raises(ValueError, match="votes has 160, groups has 159"):
            reader_agreement(self.VOTES, self.PATIENTS[1:])
        with pytest.raises(ValueError, match="votes has 160, grades has 159"):
            reader_level(self.TRUTH[1:], self.VOTES, self.PATIENTS)
        with pytest.raises(ValueError, match=r"^votes must hold grades, got 0\.5: "):
            reader_agreement(self.VOTES + 0.5, self.PATIENTS)

    def test_a_grade_that_only_the_grader_gives_is_on_the_scale(self):
        votes = np.minimum(self.VOTES, 2)
        level = reader_level(np.where(self.TRUTH == 3, 5, self.TRUTH), votes, self.PATIENTS, n_resamples=50)
        assert (level["grader"] < 1).all() and len(level) == 4

    def test_the_constant_that_comes_nearest_is_the_floor_and_a_metric_may_be_handed_in(self):
        votes = np.column_stack([self.VOTES[:, 0], self.VOTES[:, 1]])
        settings = {"n_resamples": 50}
        by_name = reader_level(self.TRUTH, votes, self.PATIENTS, metric="macro_mae", **settings)
        by_metric = reader_level(self.TRUTH, votes, self.PATIENTS, metric=find_metric("macro_mae"), **settings)
        pd.testing.assert_frame_equal(by_name, by_metric)
        floors = by_name[by_name["who"].str.startswith("always")]
        for (_, floor), reader in zip(floors.iterrows(), votes.T, strict=True):
            losses = [macro_mae(reader, np.full(len(reader), grade)) for grade in range(4)]
            assert floor["theirs"] == pytest.approx(min(losses)) and floor["who"] == f"always {np.argmin(losses)}"

    def test_biases_are_means_of_differences_from_the_mean_of_the_others(self):
        votes = np.column_stack([self.VOTES, np.minimum(self.VOTES[:, 0] + 1, 3)]).astype(float)
        votes[::7, 2] = np.nan
        table = reader_agreement(votes, self.PATIENTS, n_resamples=50)
        biases = table[table["measure"] == "mean difference from the others"]["value"].to_list()
        for reader in range(3):
            others = np.delete(votes, reader, axis=1)
            apart = votes[:, reader] - np.nanmean(others, axis=1)
            assert biases[reader] == pytest.approx(np.nanmean(apart))
        assert "ICC(1,1)" in set(table["measure"])

    def test_who_is_drawn_twice_counts_twice_in_the_interval_of_a_bias(self):
        apart, seed = self.VOTES[:, 0] - self.VOTES[:, 1], check_random_state(3).randint(np.iinfo(np.int32).max)
        settings = {"n_resamples": 100, "confidence": 0.8}
        table = reader_agreement(self.VOTES, self.PATIENTS, random_state=3, **settings).set_index("readers")
        drawn = group_bootstrap_interval(
            "mean_error", np.zeros(len(apart)), apart, self.PATIENTS, random_state=seed, **settings
        )
        assert table.loc["reader 1", ["low", "high"]].tolist() == pytest.approx(list(drawn))
