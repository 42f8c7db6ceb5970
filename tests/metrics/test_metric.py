"""The table of metrics: one entry is all that scorers, bootstrap, floors and displays need."""

import pickle
from functools import partial

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import accuracy_score, get_scorer, make_scorer, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_validate

import skerosion.metrics._metric as table
from skerosion.metrics import (
    Metric,
    find_metric,
    group_bootstrap_interval,
    list_metrics,
    list_scorers,
    macro_mae,
    metrics_of,
    quadratic_kappa,
    register_metric,
    scorers,
)
from skerosion.metrics._sums import sums_of_hits
from skerosion.metrics._table import MEANINGS, _add
from skerosion.report._doubt import PatientBootstrap

Y = [0, 1, 2, 3] * 6
X = np.arange(24.0)[:, None]


def missed(y_true, y_pred, sample_weight=None):
    """Return the share of rows that are wrong."""
    return 1 - accuracy_score(y_true, y_pred, sample_weight=sample_weight)


@pytest.fixture
def registered():
    """Register a metric for one test."""
    register_metric("missed", title="missed grades", reads="grades", better="lower")(missed)


def constant(grade=1):
    return DummyClassifier(strategy="constant", constant=grade).fit(X, Y)


@pytest.mark.parametrize("name", list_metrics())
def test_every_metric_says_what_it_means(name):
    meaning = find_metric(name).meaning
    assert 20 < len(meaning) <= 120 and not meaning.endswith(".")


def test_one_registration_reaches_scorers_and_bootstrap(registered):
    assert "missed" in list_metrics("grades") and "neg_missed" in list_scorers()
    assert scorers("missed", "neg_missed")(constant(), X, Y) == {"missed": -0.75, "neg_missed": -0.75}
    with pytest.warns(UserWarning, match="has no interval"):
        interval = group_bootstrap_interval("missed", Y, np.ones(24, int), np.repeat(range(6), 4), random_state=0)
    assert interval.estimate == 0.75


def test_sums_of_a_registered_metric_make_its_bootstrap_fast():
    def hits(y_true, y_pred):
        raise AssertionError("the sums are enough")

    register_metric("hits", sums=sums_of_hits)(hits)
    assert group_bootstrap_interval(hits, Y, np.ones(24), np.repeat(range(6), 4), n_resamples=50).estimate == 0.25


def test_a_metric_that_raises_is_named():
    @register_metric("fails")
    def fails(y_true, y_pred):
        return 1 / 0

    told = "metric 'fails', which you registered, raised ZeroDivisionError: division by zero"
    with pytest.raises(ValueError, match=told):
        scorers("fails")(constant(), X, Y)
    with pytest.raises(ValueError, match=told):
        group_bootstrap_interval("fails", Y, np.ones(24), np.arange(24))
    with pytest.raises(ValueError, match=told):
        PatientBootstrap(None, 24).cells({"fails": fails}, Y, np.ones(24))


@pytest.mark.parametrize("name", [3, "two words", missed])
def test_a_name_that_is_not_a_word_is_refused_before_anything_is_registered(name):
    with pytest.raises(ValueError, match="name must be a word"):
        register_metric(name)


def test_what_metrics_read_is_one_of_four():
    with pytest.raises(ValueError, match="reads must be one of grades, .*, got 'grade'"):
        list_metrics("grade")


def test_names_of_this_package_stay_its_own():
    with pytest.raises(ValueError, match="name must be one that this package has not taken, got 'accuracy'"):
        register_metric("accuracy")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "two words"}, "name must be a word"),
        ({"reads": "pixels"}, "reads must be one of grades, numbers"),
        ({"better": "more"}, "better must be 'higher', 'lower'"),
        ({"point": "mode"}, "point must be one of mean, median, got 'mode'"),
        ({"shown_in": ["pages"]}, "shown_in must hold some of grades, recalls, values, levels, visits, got"),
    ],
)
def test_what_a_metric_must_be(changed, message):
    with pytest.raises(ValueError, match=message):
        Metric(**{"name": "m", "title": "m", "function": missed, "reads": "grades"} | changed)


def test_a_metric_needs_a_function_and_a_title_of_its_own(registered):
    with pytest.raises(TypeError, match="function must be callable as function.y_true, y_pred., got 3"):
        Metric("m", "m", 3, "grades")
    with pytest.raises(ValueError, match="title must be one that no other metric has, .* that of 'missed'"):
        register_metric("lost", title="missed grades")(missed)


@pytest.mark.parametrize(("reads", "tables"), [("grades", ("grades", "recalls")), ("numbers", ("values", "levels"))])
def test_what_a_registration_leaves_out_is_the_usual(reads, tables):
    assert register_metric("far_off", reads=reads)(missed) is missed
    found = find_metric("far_off")
    assert found == Metric("far_off", "far off", missed, reads, "higher", None, None, "", "median", tables)
    assert found in metrics_of(tables[1]) and found not in metrics_of("visits")
    assert register_metric("default")(missed) is missed and find_metric("default").reads == "grades"


def test_a_registration_keeps_all_that_it_was_told_and_can_be_made_again():
    told = {"reads": "numbers", "better": 0.9, "sums": sums_of_hits, "meaning": "who is off", "point": "mean"}
    for title in ("far", "near"):
        register_metric("far_off", title=title, shown_in=["visits"], **told)(missed)
    expected = Metric("far_off", "near", missed, score=None, shown_in=("visits",), **told)
    assert find_metric("far_off") == expected and expected in metrics_of("visits")


def test_a_metric_may_be_a_column_of_every_table():
    register_metric("everywhere", shown_in=table.TABLES)(missed)
    assert all(metrics_of(name)[-1].name == "everywhere" for name in table.TABLES)


def test_an_entry_of_the_table_has_all_that_it_was_told_and_keeps_its_name(monkeypatch):
    monkeypatch.setattr(table, "_METRICS", {})
    monkeypatch.setattr(table, "_BUILT_IN", [])
    _add("mae", "far off", missed, "numbers", "lower", sums_of_hits, point="mean", shown_in=("visits",))
    told = {"sums": sums_of_hits, "meaning": MEANINGS["mae"], "point": "mean", "shown_in": ("visits",)}
    assert find_metric("mae") == Metric("mae", "far off", missed, "numbers", "lower", **told)
    assert list_metrics() == ["mae"] and table.own_metrics() == []
    with pytest.raises(ValueError, match=r"has not taken, got 'mae'; it has \['mae'\]\.$"):
        register_metric("mae")


def test_a_misspelt_name_is_told():
    with pytest.raises(
        ValueError, match="metric must be one of .*, got 'quadratic_kapa'; did you mean 'quadratic_kappa'"
    ):
        find_metric("quadratic_kapa")
    with pytest.raises(ValueError, match="got 'kappa'; did you mean 'quadratic_kappa'"):
        find_metric("kappa")


@pytest.mark.parametrize(
    ("better", "order"), [("higher", [0.9, 0.5, 0.1]), ("lower", [0.1, 0.5, 0.9]), (0.45, [0.5, 0.1, 0.9])]
)
def test_the_smallest_loss_is_the_best(better, order):
    metric = Metric("m", "m", missed, "grades", better)
    assert sorted([0.1, 0.5, 0.9], key=metric.loss) == order


def test_a_metric_without_a_better_end_has_no_loss_and_an_unknown_title_is_better_higher(registered):
    assert np.isnan(Metric("m", "m", missed, "grades", None).loss(0.5))
    assert (table.better_by_title("missed grades"), table.better_by_title("nobody's")) == ("lower", "higher")


def test_order_of_grades_goes_where_it_is_taken():
    names = ["none", "mild", "severe"]
    assert find_metric("accuracy").given(labels=names) is accuracy_score
    given = find_metric("quadratic_kappa").given(labels=names)
    assert given(["none", "severe"], ["none", "mild"]) == quadratic_kappa(["none", "severe"], ["none", "mild"], names)


def test_scorers_of_scikit_learn_mix_in():
    scores = scorers("quadratic_kappa", "balanced_accuracy", "neg_log_loss")(constant(), X, Y)
    assert scores["balanced_accuracy"] == 0.25
    assert scores["neg_log_loss"] == get_scorer("neg_log_loss")(constant(), X, Y)


def test_own_scores_by_name():
    auc = make_scorer(roc_auc_score, response_method="predict_proba", multi_class="ovr")
    scoring = scorers(
        "accuracy",
        mine=lambda y_true, y_pred: float(np.max(y_pred)),
        wrong=Metric("wrong", "wrong", missed, "grades", "lower"),
        right=Metric("right", "right", accuracy_score, "grades", "higher"),
        kappa="quadratic_kappa",
        auc=auc,
        rows=lambda estimator, X, y: len(X),
    )
    expected = {"accuracy": 0.25, "mine": 1.0, "wrong": -0.75, "right": 0.25, "kappa": 0.0, "auc": 0.5, "rows": 24.0}
    assert scoring(constant(), X, Y) == pytest.approx(expected)


def test_own_scores_of_numbers():
    regressor = DummyRegressor(strategy="constant", constant=2.0).fit(X, Y)
    assert scorers("r2", top=lambda y_true, y_pred: y_pred.max())(regressor, X, Y)["top"] == 2.0


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_weights_need_a_metric_that_weighs():
    with pytest.raises(ValueError, match="sample_weight needs a metric that accepts sample_weight"):
        scorers(mine=lambda y_true, y_pred: 0.0)(constant(), X, Y, sample_weight=np.ones(24))
    weights = np.equal(Y, 1) + 0.0
    assert scorers("balanced_accuracy", mine=missed)(constant(), X, Y, weights)["mine"] == 0.0


@pytest.mark.parametrize("given", [3, None])
def test_what_is_no_score_is_refused(given):
    with pytest.raises(TypeError, match="mine must be a callable, a Metric or the name of a score"):
        scorers(mine=given)


def test_a_metric_without_direction_is_no_score():
    with pytest.raises(ValueError, match="names must be scores .*, got 'mean_error'; it is not a score"):
        scorers("mean_error")
    with pytest.raises(ValueError, match="mine must be better when higher or lower"):
        scorers(mine=find_metric("mean_error"))


def test_a_mapping_where_scikit_learn_wants_one():
    scoring = {"acc": "accuracy", **scorers("quadratic_kappa", "mae", mine=missed)}
    results = cross_validate(DummyClassifier(strategy="constant", constant=1), X, Y, cv=3, scoring=scoring)
    assert results["test_acc"] == pytest.approx([0.25] * 3)
    assert results["test_mine"] == pytest.approx([0.75] * 3) and "test_quadratic_kappa" in results
    search = GridSearchCV(DummyClassifier(), {"strategy": ["prior"]}, scoring=scorers("accuracy"), refit="accuracy")
    assert search.fit(X, Y).best_score_ == pytest.approx(0.25, abs=0.05)


def test_scores_of_a_registered_metric_travel_to_workers(registered):
    scoring = pickle.loads(pickle.dumps(scorers("missed", wrong=missed)))
    table._METRICS.pop("missed")
    assert scoring(constant(), X, Y) == {"missed": -0.75, "wrong": 0.75}


def test_metrics_that_another_process_knew_are_known_again(registered):
    known = pickle.loads(pickle.dumps(table.own_metrics()))
    table._METRICS.pop("missed")
    table.add_own_metrics(known)
    assert find_metric("missed").title == "missed grades"


def test_a_registered_metric_is_a_column_of_the_tables(registered):
    from skerosion.report._score_columns import better_of, columns_of

    assert columns_of("grades")[-1].title == columns_of("recalls")[-1].title == "missed grades"
    assert better_of("missed grades") == "lower"


def test_a_metric_says_where_it_is_shown():
    from skerosion.report._score_columns import better_of, columns_of, visit_columns

    register_metric("off", reads="numbers", better="lower", point="mean", shown_in=["visits", "levels"])(missed)
    assert columns_of("levels")[-1].title == "off of the mean" and visit_columns()[0][-1].title == "off"
    assert better_of("off") == better_of("off of the mean") == "lower"
    assert not any("off" in each.title for each in columns_of("values"))


def test_partials_of_table_metrics_stay_sums():
    metric = partial(macro_mae, labels=range(4))
    interval = group_bootstrap_interval(metric, Y, np.ones(24, int), np.repeat(range(6), 4), random_state=0)
    assert interval.estimate == macro_mae(Y, np.ones(24, int))


def test_a_name_that_no_metric_has_is_told_with_one_that_may_be_meant():
    with pytest.raises(ValueError, match=r"got 'quadratic_kapa'; did you mean 'quadratic_kappa'\?"):
        find_metric("quadratic_kapa")
    register_metric("_private")(missed)
    for name in ("zzzz", ""):
        with pytest.raises(ValueError, match=rf"got '{name}'; register_metric adds another\.$"):
            find_metric(name)


def test_a_metric_may_be_shown_in_every_table_and_be_better_when_higher():
    everywhere = Metric("hits", "hits", accuracy_score, "grades", "higher", shown_in=table.TABLES)
    assert everywhere.shown_in == table.TABLES
    assert scorers("mae", hits=everywhere)(constant(), X, Y)["hits"] == 0.25
