"""The sections of a report, a file each: it has a TITLE, a PLACE among the others, and `blocks(subject)`.

A file that is put here is found; where the data cannot answer, its blocks say what would.
"""

import importlib
import pkgutil


def find_sections():
    """All sections in their order.

    Returns
    -------
    dict of str to module

    Examples
    --------
    >>> from skerosion.report.sections import find_sections
    >>> list(find_sections())[:3]
    ['verdict', 'card', 'flow']
    """
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return dict(sorted(modules.items(), key=lambda pair: pair[1].PLACE))
