"""The benchmark of covariates: tables that differ in what age says, folds by patient, and predictions of all rows."""

import covariates
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return covariates.draw_tables(tmp_path_factory.mktemp("joints"), 600, 16, 0)


@pytest.mark.slow
def test_tables_differ_in_what_age_says_alone(drawn):
    y, tables = drawn
    follows, nothing = tables["follows damage"], tables["says nothing"]
    pd.testing.assert_frame_equal(follows.drop(columns="age"), nothing.drop(columns="age"))
    per_patient = pd.Series(y).groupby(follows["patient_id"]).mean()
    for table, low, high in ((follows, 0.5, 0.9), (nothing, -0.2, 0.2)):
        assert (table.groupby("patient_id")["age"].nunique() == 1).all()
        assert low < np.corrcoef(per_patient, table.groupby("patient_id")["age"].first())[0, 1] < high
    assert np.bincount(y).tolist() == [270, 180, 150]
    assert len({Image.open(path).tobytes() for path in follows["path"]}) == 600


@pytest.mark.slow
def test_folds_keep_patients_and_forecasts_cover_every_row(drawn):
    y, tables = drawn
    table = tables["follows damage"]
    for train, test in covariates.ByPatient(3).split(table, y):
        assert not set(table["patient_id"].iloc[train]) & set(table["patient_id"].iloc[test])
    model = make_pipeline(FunctionTransformer(lambda X: X[["age"]]), LogisticRegression())
    forecast = covariates.predict_out_of_fold({"age": model}, table, y, 3)["age"]
    assert len(forecast) == 600 and np.isfinite(forecast.cdf).all()
    assert covariates.predictions_for("crps", forecast) is forecast
    assert covariates.predictions_for("quadratic_kappa", forecast).shape == (600,)
