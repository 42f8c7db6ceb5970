"""What users registered, on its way into the processes of fits: these start with the parts of the package alone."""

import functools
import pickle
import sys

from joblib import wrap_non_picklable_objects

from skerosion.metrics import add_own_metrics, own_metrics

from ._quiet import load_estimators


def pack_own_parts():
    """Return all heads, backbones and metrics of users as bytes, those of a notebook with their code.

    Examples
    --------
    >>> from skerosion.experiments._own_parts import pack_own_parts, register_packed
    >>> register_packed(pack_own_parts())
    """
    networks = {}
    # Who has registered a head or a backbone has loaded Keras; for nothing it is not worth the seconds.
    if "skerosion.networks" in sys.modules:
        from skerosion.networks import own_networks

        networks = own_networks()
    return pickle.dumps(wrap_non_picklable_objects((networks, own_metrics()), keep_wrapper=False))


@functools.cache  # a worker makes many fits: a part registered anew would be compiled anew
def register_packed(parts):
    """Register what `pack_own_parts` of another process returned."""
    load_estimators()
    from skerosion.networks import add_own_networks

    networks, metrics = pickle.loads(parts)
    add_own_networks(networks)
    add_own_metrics(metrics)
