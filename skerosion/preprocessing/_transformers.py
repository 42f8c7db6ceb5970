"""Grey values transformed as a step of a Pipeline: at once for arrays, when they are read for rows."""

from functools import partial

from sklearn.base import BaseEstimator, TransformerMixin

from ._intensity import check_saturated, equalize_histogram, stretch_contrast


class _ImageTransformer(TransformerMixin, BaseEstimator):
    """Base of transformers that change each image by itself; a subclass gives the function in ``_function()``."""

    def fit(self, X, y=None):
        """Check the parameters; there is nothing to learn.

        Parameters
        ----------
        X : ImageRows or array-like of shape (n, H, W) or (n, H, W, C)
            Not looked at.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self._function()
        return self

    def transform(self, X):
        """Transform each image.

        Parameters
        ----------
        X : ImageRows or ndarray of shape (n, H, W) or (n, H, W, C)
            Images, uint8 of 0..255 or floats of 0..1.

        Returns
        -------
        ImageRows or ndarray
            Of the same kind, shape and dtype. Of rows, no pixel is read before a batch asks for it; weights, patients
            and copies stay.

        Raises
        ------
        ValueError
            For anything that is not images.
        """
        function = self._function()
        return X.map(function) if hasattr(X, "map") and hasattr(X, "take") else function(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        return tags


class ContrastStretcher(_ImageTransformer):
    """Transformer that stretches the grey values of each image linearly over the whole range.

    The thesis used it, under the name of histogram equalisation, and found no gain. Parameters, formula and constant
    images are as in :func:`stretch_contrast`.

    Parameters
    ----------
    saturated : float in [0, 0.5), default=0.0
        Share of an image's pixels that may become black, and that may become white.

    See Also
    --------
    HistogramEqualizer : Makes the histogram flat.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import ImageRows
    >>> from skerosion.preprocessing import ContrastStretcher
    >>> rows = ImageRows(np.array([[[50, 100], [150, 100]]], dtype="uint8"), groups=["a"])
    >>> stretched = ContrastStretcher().fit_transform(rows)
    >>> stretched
    ImageRows(1 image of 2x2x1, uint8, 1 group)
    >>> np.asarray(stretched).ravel().tolist()
    [0, 128, 255, 128]
    """

    def __init__(self, *, saturated: float = 0.0):
        self.saturated = saturated

    def _function(self):
        check_saturated(self.saturated)
        return partial(stretch_contrast, saturated=self.saturated)


class HistogramEqualizer(_ImageTransformer):
    """Transformer that makes the histogram of each image as flat as it can be.

    Formula and constant images are as in :func:`equalize_histogram`.

    See Also
    --------
    ContrastStretcher : Keeps the shape of the histogram.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.preprocessing import HistogramEqualizer
    >>> HistogramEqualizer().fit_transform(np.array([[[50, 51], [52, 200]]], dtype="uint8")).ravel().tolist()
    [0, 85, 170, 255]
    """

    def _function(self):
        return equalize_histogram
