"""Sphinx settings of the documentation; `make docs` builds it."""

import importlib.metadata
import os
import pathlib

# The rooms are imported to read their docstrings; nothing is computed.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"

project = "skerosion"
author = "skerosion developers"
project_copyright = "2026, the skerosion developers"
version = release = importlib.metadata.version("skerosion")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = f"skerosion {release}"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "none"
numpydoc_show_class_members = False
myst_heading_anchors = 3
# Pages that are read in the repository as well link to files outside docs/.
suppress_warnings = ["myst.xref_missing"]

if any(EXAMPLES.glob("GALLERY_HEADER.*")):
    extensions.append("sphinx_gallery.gen_gallery")
    # Examples named plot_* are run while building; the others are shown.
    sphinx_gallery_conf = {"examples_dirs": EXAMPLES, "gallery_dirs": "auto_examples", "abort_on_example_error": True}
else:
    suppress_warnings.append("toc.not_readable")


def skip_foreign(app, what, name, obj, skip, options):
    """Leave out what is inherited from scikit-learn and scikeras: it refers to their own pages."""
    home = getattr(getattr(obj, "fget", obj), "__module__", None) or project
    return None if home.startswith(project) else True


def setup(app):
    """Connect what has no setting."""
    app.connect("autodoc-skip-member", skip_foreign)
