"""A forecast in the shape in which scikit-learn's scorers ask for it."""

from sklearn.base import BaseEstimator
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if


class Answered(BaseEstimator):
    """A fitted estimator that has forecast already: whatever it is asked, it answers from that one pass.

    Parameters
    ----------
    step : fitted estimator
    forecast : Forecast
    """

    def __init__(self, step, forecast):
        self.step = step
        self.forecast = forecast

    @classmethod
    def of(cls, step, forecast):
        """Return the answers of an estimator of this package; another one, which may know more, as it is."""
        return cls(step, forecast) if hasattr(step, "forecast") else step

    @property
    def classes_(self):
        """The columns of the probabilities."""
        if self.forecast.classes is None:
            raise AttributeError("classes_")
        return self.forecast.classes

    def predict(self, X):
        """Return the prediction there is."""
        return self.forecast.prediction

    @available_if(lambda self: self.forecast.probabilities is not None)
    def predict_proba(self, X):
        """Return the probabilities there are."""
        return self.forecast.probabilities

    def __sklearn_tags__(self):
        return get_tags(self.step)
