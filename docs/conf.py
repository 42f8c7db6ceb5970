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
# Pages that are read in the repository as well link to files outside docs/; the gallery may be empty.
suppress_warnings = ["myst.xref_missing", "toc.empty_glob"]

if any(EXAMPLES.glob("GALLERY_HEADER.*")):
    extensions.append("sphinx_gallery.gen_gallery")
    # Examples named plot_* are run while building; the others are shown.
    sphinx_gallery_conf = {"examples_dirs": EXAMPLES, "gallery_dirs": "auto_examples", "abort_on_example_error": True}
