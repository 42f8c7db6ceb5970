"""A dask client whose scattered data outlives the worker that holds it."""

import pickle
import uuid
import warnings

import cloudpickle
from dask.sizeof import sizeof
from distributed import Client

from skerosion.datasets import ImageRows

_TRAVELS_WITH_A_TASK = 2**20
_TRAVELS_AT_EASE = 64 * 2**20


class KeepingClient(Client):
    """What `search_client` returns: `scatter` makes tasks, which dask repeats elsewhere when their result is lost."""

    def scatter(self, data, *_, asynchronous=None, **__):
        """Give tasks access to data; joblib calls this for large arguments.

        Parameters
        ----------
        data : object, or list or tuple of objects
            What tasks take as arguments.
        asynchronous : bool, default=None
            Whether to return a coroutine. The other options of dask's own `scatter` say on which workers data lies;
            here it lies where tasks need it.

        Returns
        -------
        kept : Future or object, or list of them
            To be handed to tasks: futures, and small values as they are.
        """
        return self.sync(self._keep, data, asynchronous=asynchronous)

    async def _keep(self, data):
        return [self._keep_one(value) for value in data] if isinstance(data, (list, tuple)) else self._keep_one(data)

    def _keep_one(self, value):
        payload = cloudpickle.dumps(value)
        # Rows are kept however small: all fits of a worker then share one object, with the images it has decoded.
        if len(payload) < _TRAVELS_WITH_A_TASK and not isinstance(value, ImageRows):
            return value
        if len(payload) > _TRAVELS_AT_EASE:
            warnings.warn(
                f"{len(payload) / 2**20:.0f} MB of {type(value).__name__} travel to every worker. Hand in images as "
                "ImageRows over files or over a memory map on a disk that all workers see, and only names travel.",
                stacklevel=2,
            )
        return self.submit(pickle.loads, payload, key=f"{type(value).__name__}-{uuid.uuid4().hex}")


@sizeof.register(ImageRows)
def size_of_rows(rows):
    """Bytes of rows without their pixels; never less than the 1,000 above which joblib hands an argument over once."""
    return 1024 + rows.indices.nbytes
