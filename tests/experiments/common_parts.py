"""What of scikit-learn and imbalanced-learn the file of an estimator holds: one of each, not fitted."""

from imblearn import combine, over_sampling, under_sampling
from imblearn.pipeline import Pipeline
from sklearn import (
    calibration,
    decomposition,
    ensemble,
    impute,
    linear_model,
    neighbors,
    neural_network,
    preprocessing,
    tree,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.impute._iterative import IterativeImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import FeatureUnion, make_pipeline

# Not every supported version of scikit-learn knows temperatures.
CALIBRATIONS = ["sigmoid", "isotonic", *(["temperature"] if hasattr(calibration, "_TemperatureScaling") else [])]
TRANSFORMERS = [
    *(preprocessing.StandardScaler(), preprocessing.MinMaxScaler(), preprocessing.RobustScaler()),
    *(preprocessing.PowerTransformer(), preprocessing.KBinsDiscretizer(3), preprocessing.PolynomialFeatures()),
    *(decomposition.PCA(1, random_state=0), decomposition.TruncatedSVD(1, random_state=0)),
    *(impute.SimpleImputer(add_indicator=True), impute.KNNImputer(n_neighbors=2)),
    IterativeImputer(max_iter=2, sample_posterior=True, random_state=0),
    preprocessing.QuantileTransformer(n_quantiles=10),
    preprocessing.TargetEncoder(target_type="continuous", random_state=0),
]
LAST = [
    *(linear_model.LogisticRegression(), linear_model.RidgeClassifier(), linear_model.SGDClassifier(random_state=0)),
    *(linear_model.LinearRegression(), linear_model.ElasticNet(), linear_model.HuberRegressor(), GaussianNB()),
    *(linear_model.PoissonRegressor(), linear_model.Perceptron(random_state=0)),
    neighbors.KNeighborsClassifier(3, algorithm="brute"),
    neighbors.KNeighborsClassifier(3, algorithm="kd_tree", weights="distance"),
    neighbors.KNeighborsRegressor(3, algorithm="ball_tree", metric="minkowski", p=3),
    neighbors.RadiusNeighborsClassifier(1.5),
    *(tree.DecisionTreeClassifier(random_state=0), tree.ExtraTreeRegressor(random_state=0)),
    *(ensemble.RandomForestClassifier(5, random_state=0), ensemble.RandomForestRegressor(5, random_state=0)),
    *(ensemble.ExtraTreesClassifier(5, random_state=0), ensemble.ExtraTreesRegressor(5, random_state=0)),
    ensemble.HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=2, random_state=0),
    *(
        ensemble.HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=2, random_state=0, loss=loss)
        for loss in ("squared_error", "absolute_error", "poisson")
    ),
    ensemble.GradientBoostingClassifier(n_estimators=2, subsample=0.5, random_state=0),
    *(
        ensemble.GradientBoostingRegressor(n_estimators=2, loss=loss, init=start)
        for loss, start in (("squared_error", "zero"), ("huber", None), ("quantile", None))
    ),
    *(neural_network.MLPClassifier((3,), tol=1.0), neural_network.MLPRegressor(hidden_layer_sizes=(3,), tol=1.0)),
    *(CalibratedClassifierCV(GaussianNB(), method=how, cv=2) for how in CALIBRATIONS),
    CalibratedClassifierCV(linear_model.LogisticRegression(), ensemble=False, cv=2),
]
SAMPLERS = [
    *(over_sampling.RandomOverSampler(random_state=0), over_sampling.SMOTE(k_neighbors=2, random_state=0)),
    *(over_sampling.ADASYN(n_neighbors=2, random_state=0), over_sampling.BorderlineSMOTE(random_state=0)),
    *(under_sampling.RandomUnderSampler(random_state=0), under_sampling.NearMiss(), under_sampling.TomekLinks()),
    *(under_sampling.EditedNearestNeighbours(), combine.SMOTETomek(random_state=0)),
]


def common_parts():
    """Return name -> an estimator of feature vectors with two columns, each part in some surroundings."""
    found = {f"{type(each).__name__} {number}": each for number, each in enumerate(LAST)}
    for each in TRANSFORMERS:
        found[f"{type(each).__name__} in a pipeline"] = make_pipeline(each, linear_model.LogisticRegression())
    for each in SAMPLERS:
        steps = [("scale", preprocessing.StandardScaler()), ("fewer or more", each), ("last", GaussianNB())]
        found[f"{type(each).__name__} in a pipeline"] = Pipeline(steps)
    columns = ColumnTransformer(
        [("first", preprocessing.OneHotEncoder(handle_unknown="ignore"), [0]), ("rest", "passthrough", [1])],
        sparse_threshold=0,
    )
    coded = make_pipeline(preprocessing.KBinsDiscretizer(3, encode="ordinal"), columns)
    forest = ensemble.RandomForestClassifier(3, random_state=0)
    union = FeatureUnion([("coded", coded), ("scaled", preprocessing.StandardScaler())])
    whole = Pipeline([("columns", union), ("forest", forest)])
    found["search over columns and a forest"] = GridSearchCV(whole, {"forest__max_depth": [1, 2]}, cv=2)
    found["OrdinalEncoder in columns"] = make_pipeline(
        ColumnTransformer([("codes", preprocessing.OrdinalEncoder(), [0])], remainder="passthrough"), GaussianNB()
    )
    found["search over a calibrated forest"] = GridSearchCV(
        CalibratedClassifierCV(forest, cv=2), {"method": ["sigmoid", "isotonic"]}, cv=2
    )
    found["IsotonicRegression"] = make_pipeline(decomposition.PCA(1), IsotonicRegression(out_of_bounds="clip"))
    return found


def frozen(fitted):
    """Return a frozen estimator within a pipeline."""
    return Pipeline([("scale", "passthrough"), ("frozen", FrozenEstimator(fitted))])
