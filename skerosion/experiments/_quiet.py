"""Loading the estimators without the notes that TensorFlow writes on its own build."""

import os
import sys
import tempfile
from contextlib import contextmanager


def load_estimators():
    """Import the estimators; in silence where ``TF_CPP_MIN_LOG_LEVEL`` asks TensorFlow for it.

    While it is imported TensorFlow writes to file descriptor 2 before it reads that setting.

    Examples
    --------
    >>> import sys
    >>> from skerosion.experiments._quiet import load_estimators
    >>> load_estimators()
    >>> "skerosion.estimators" in sys.modules
    True
    """
    if "skerosion.estimators" in sys.modules:
        return
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "0") in ("2", "3"):
        with kept_back():
            import skerosion.estimators
    else:
        import skerosion.estimators  # noqa: F401


@contextmanager
def kept_back():
    """Keep back what is written to file descriptor 2, and write it after all when the block fails."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept:
        original = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(original, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)
