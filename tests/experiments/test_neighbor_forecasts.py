import numpy as np
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from skerosion.experiments._neighbor_forecasts import neighbor_predictions
from skerosion.grades import Target


def test_predictions_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    embeddings, queries = generator.normal(size=(200, 3)), generator.normal(size=(40, 3))
    y = np.clip(np.round(40 + 20 * embeddings[:, 0]), 0, 100)
    target = Target.decide(y, "percent")
    values = neighbor_predictions("regressor", target, embeddings, y, queries)
    expected = KNeighborsRegressor(91).fit(embeddings, y).predict(queries)
    np.testing.assert_allclose(values.distribution.mean(), expected)
    grades = neighbor_predictions("classifier", target, embeddings, y, queries)
    classifier = KNeighborsClassifier(51).fit(embeddings, target.grade(y))
    columns = np.searchsorted(grades.classes, classifier.classes_)
    np.testing.assert_allclose(grades.probabilities[:, columns], classifier.predict_proba(queries))
    assert (grades.prediction == classifier.predict(queries)).all()
