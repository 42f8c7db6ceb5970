"""Soft labels: instead of one class, each grade teaches a distribution over its neighbourhood."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax
from scipy.stats import beta

# The share that a class between two others gives to each of them, and the decay from class to class.
_TRIANGULAR_SHARE = 0.05
_SORD_DECAY = 2.0


def triangular_labels(n_classes):
    """Return the labels of triangular distributions, of shape (n_classes, n_classes), a row for each true class.

    A class between two others gives each of them 0.05; an end class gives its only neighbour the smaller share that
    belongs to a triangle with its mode at the end of the scale. The last class is the mirror image of the first.

    References
    ----------
    V. M. Vargas, P. A. Gutiérrez, J. Barbero-Gómez, C. Hervás-Martínez, "Soft labelling based on triangular
    distributions for ordinal classification", Information Fusion 93, 2023.
    """
    root = math.sqrt(2 * _TRIANGULAR_SHARE)
    end_share = ((math.sqrt(1 + 4 * (1 - 2 * _TRIANGULAR_SHARE) * root * (1 - root)) - 1) / 2) ** 2
    shares = np.full(n_classes, _TRIANGULAR_SHARE)
    shares[[0, -1]] = end_share
    labels = np.diag(shares[:-1], 1) + np.diag(shares[1:], -1)
    return labels + np.diag(1 - labels.sum(axis=1))


def beta_labels(n_classes):
    """Return the labels of beta distributions, of shape (n_classes, n_classes), a row for each true class.

    Each class owns an equal part of 0..1. Its beta distribution has its mean at the centre of that part and half the
    part as its standard deviation; an end class keeps the standard deviation and has its mode at the end of the scale.
    The integers that were published for 3 to 14 classes are about these parameters.

    References
    ----------
    V. M. Vargas, P. A. Gutiérrez, C. Hervás-Martínez, "Unimodal regularisation based on beta distribution for deep
    ordinal regression", Pattern Recognition 122, 2022.
    """
    variance = 1 / (4 * n_classes**2)
    centres = (2 * np.arange(1, n_classes + 1) - 1) / (2 * n_classes)
    # The method of moments: the sum of both parameters from mean and variance.
    total = centres * (1 - centres) / variance - 1
    p, q = centres * total, (1 - centres) * total
    # The variance of beta(1, q), which falls in q.
    end = brentq(lambda q: q / ((1 + q) ** 2 * (2 + q)) - variance, 1, 4 * n_classes)
    p[0], q[0], p[-1], q[-1] = 1, end, end, 1
    edges = np.linspace(0, 1, n_classes + 1)
    return np.diff(beta.cdf(edges, p[:, np.newaxis], q[:, np.newaxis]), axis=1)


def sord_labels(n_classes):
    """Return the labels of SORD, of shape (n_classes, n_classes): softmax of minus twice the distance in classes.

    References
    ----------
    R. Díaz, A. Marathe, "Soft labels for ordinal regression", CVPR 2019.
    """
    classes = np.arange(n_classes)
    return softmax(-_SORD_DECAY * np.abs(classes[:, np.newaxis] - classes), axis=1)


SOFT_LABELS = {"beta": beta_labels, "sord": sord_labels, "triangular": triangular_labels}
