"""Names of the classes that a file may name, apart from the classes, so that reading them loads nothing."""

from skerosion._own_modules import own_classes

STATE = {
    "skerosion.estimators": (
        "AugmentedForecaster CNNClassifier CNNRegressor CRPSRegressor CalibratedForecaster ConformalForecaster "
        "ContextForecaster ForecastEnsemble GradedRegressor OrdinalClassifier TwoLevelClassifier"
    ),
    "skerosion.experiments": "RowEstimator",
    "skerosion.imbalance": "AugmentingOverSampler ClassWeighter RowSampler",
    "skerosion.inspection": "Embedder",
    "skerosion.localization": "HandLandmarks JointLocalizer",
    "skerosion.model_selection": "GroupTrainValidationTestSplit",
    "skerosion.preprocessing": "ContrastStretcher HistogramEqualizer",
    "skerosion.promises": "ChangeTest ReadingPlan",
    "skerosion.visits": "RauForecaster",
    "imblearn.pipeline": "Pipeline",
    "sklearn.calibration": "CalibratedClassifierCV _CalibratedClassifier _SigmoidCalibration _TemperatureScaling",
    "sklearn.compose": "ColumnTransformer TransformedTargetRegressor",
    "sklearn.cross_decomposition": "PLSRegression",
    "sklearn.decomposition": (
        "FactorAnalysis FastICA IncrementalPCA KernelPCA MiniBatchNMF NMF PCA SparsePCA TruncatedSVD"
    ),
    "sklearn.discriminant_analysis": "LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis",
    "sklearn.dummy": "DummyClassifier DummyRegressor",
    "sklearn.ensemble": (
        "ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier GradientBoostingRegressor "
        "HistGradientBoostingClassifier HistGradientBoostingRegressor RandomForestClassifier RandomForestRegressor"
    ),
    "sklearn.ensemble._hist_gradient_boosting.binning": "_BinMapper",
    "sklearn.feature_selection": "VarianceThreshold",
    "sklearn.frozen": "FrozenEstimator",
    "sklearn.impute": "KNNImputer MissingIndicator SimpleImputer",
    "sklearn.impute._iterative": "IterativeImputer",
    "sklearn.isotonic": "IsotonicRegression",
    "sklearn.kernel_approximation": "AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler",
    "sklearn.kernel_ridge": "KernelRidge",
    "sklearn.linear_model": (
        "ARDRegression BayesianRidge ElasticNet ElasticNetCV GammaRegressor HuberRegressor Lars LarsCV Lasso LassoCV "
        "LassoLars LassoLarsCV LassoLarsIC LinearRegression LogisticRegression LogisticRegressionCV "
        "OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV Perceptron PoissonRegressor QuantileRegressor "
        "Ridge RidgeCV RidgeClassifier RidgeClassifierCV SGDClassifier SGDRegressor TheilSenRegressor"
    ),
    "sklearn.mixture": "BayesianGaussianMixture GaussianMixture",
    "sklearn.model_selection": (
        "GroupKFold GroupShuffleSplit KFold LeaveOneGroupOut LeaveOneOut LeavePGroupsOut LeavePOut PredefinedSplit "
        "ShuffleSplit StratifiedGroupKFold StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit"
    ),
    "sklearn.multiclass": "OneVsOneClassifier OneVsRestClassifier",
    "sklearn.naive_bayes": "BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB",
    "sklearn.neighbors": (
        "KNeighborsClassifier KNeighborsRegressor NearestCentroid NearestNeighbors NeighborhoodComponentsAnalysis "
        "RadiusNeighborsClassifier RadiusNeighborsRegressor"
    ),
    "sklearn.neural_network": "MLPClassifier MLPRegressor",
    "sklearn.pipeline": "FeatureUnion Pipeline",
    "sklearn.preprocessing": (
        "Binarizer FunctionTransformer KBinsDiscretizer KernelCenterer LabelBinarizer LabelEncoder MaxAbsScaler "
        "MinMaxScaler Normalizer OneHotEncoder OrdinalEncoder PolynomialFeatures PowerTransformer QuantileTransformer "
        "RobustScaler StandardScaler TargetEncoder"
    ),
    "sklearn.random_projection": "GaussianRandomProjection",
    "sklearn.svm": "LinearSVC LinearSVR",
    "sklearn.tree": "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor",
}

# Classes that are made anew from the arguments of their constructor: values, which check themselves; searches that
# have not searched; samplers of imbalanced-learn, which are of use to a fit alone and hold training rows after one.
ARGUMENTS = {
    "skerosion.forecasts": "GridDistribution",
    "skerosion.metrics": "Scorer Scorers",
    "skerosion.networks": "NetworkSpec",
    "skerosion.preprocessing": "Augmentation",
    "skerosion.training": "Phase ProgramKey",
    "skerosion.visits": "Recalibration",
    "imblearn.combine": "SMOTEENN SMOTETomek",
    "imblearn.over_sampling": "ADASYN BorderlineSMOTE KMeansSMOTE RandomOverSampler SMOTE SMOTEN SMOTENC SVMSMOTE",
    "imblearn.under_sampling": (
        "AllKNN ClusterCentroids CondensedNearestNeighbour EditedNearestNeighbours InstanceHardnessThreshold NearMiss "
        "NeighbourhoodCleaningRule OneSidedSelection RandomUnderSampler RepeatedEditedNearestNeighbours TomekLinks"
    ),
    "sklearn.model_selection": "GridSearchCV RandomizedSearchCV",
}

PARTS_OF_FILES = {
    "skerosion.forecasts.GridDistribution",
    "skerosion.training.ProgramKey",
    "skerosion.visits.Recalibration",
}


def names_of(table):
    """Dotted names of a table of rooms.

    Examples
    --------
    >>> from skerosion.experiments.file_format._class_table import names_of
    >>> sorted(names_of({"sklearn.frozen": "FrozenEstimator", "sklearn.svm": "LinearSVC LinearSVR"}))
    ['sklearn.frozen.FrozenEstimator', 'sklearn.svm.LinearSVC', 'sklearn.svm.LinearSVR']
    """
    return {f"{room}.{name}" for room in table for name in table[room].split()}


def is_part(name):
    """Whether a class is a part of estimators' files alone, which no description names."""
    in_parts = name.startswith(("skerosion.metrics.", "skerosion.networks.")) or name in PARTS_OF_FILES
    return in_parts or name.rpartition(".")[2].startswith("_")


def full_name(kind):
    """Dotted name of a class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def known_types():
    """Short name -> dotted name of what a description may name; ours first, then scikit-learn's, then own."""
    rank = ("imblearn", "sklearn", "skerosion")
    named = [name for name in names_of(STATE) | names_of(ARGUMENTS) if not is_part(name)]
    named = sorted(named, key=lambda name: (rank.index(name.partition(".")[0]), name))
    known = {name.rpartition(".")[2]: name for name in named}
    own = {name: full_name(kind) for name, kind in own_classes().items()}
    if taken := sorted(known.keys() & own):
        raise ValueError(f"modules must give their classes names of their own, got {taken[0]}, which is taken.")
    return known | own
