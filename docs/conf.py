"""Sphinx settings of the documentation; `make docs` builds it."""

import importlib.metadata
import os
import pathlib
import re

from sphinx.addnodes import pending_xref

import skerosion

# The rooms are imported to read their docstrings. One thread: the gallery shares the machine with whatever else runs.
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
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

html_theme = "pydata_sphinx_theme"
html_title = f"skerosion {release}"
html_static_path = ["_static"]
html_css_files = ["skerosion.css"]
html_show_sourcelink = False
# Pages without pages below them need no navigation at their side.
html_sidebars = {page.stem: [] for page in HERE.glob("*.md") if page.stem != "results"}
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 5,
    "show_toc_level": 2,
}

autodoc_typehints = "none"
autosummary_generate = True
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

sphinx_gallery_conf = {
    "examples_dirs": EXAMPLES,
    "gallery_dirs": "auto_examples",
    # Files to copy, not examples to read.
    "ignore_pattern": r"__init__\.py|templates",
    # The order of the file names would put the shown ones before the run ones.
    "within_subsection_order": "ExampleTitleSortKey",
    # Examples named plot_* are run while building; the others are shown.
    "abort_on_example_error": True,
    "backreferences_dir": "generated/backreferences",
    "doc_module": (project,),
    "reference_url": {project: None},
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
}


def skip_foreign(app, what, name, obj, skip, options):
    """Leave out what is inherited from scikit-learn, scikeras, tuple or list: it refers to their own pages."""
    home = getattr(getattr(obj, "fget", obj), "__module__", None)
    if home is None and callable(obj):
        home = getattr(getattr(obj, "__objclass__", None), "__module__", project)
    return True if home and not home.startswith(project) else None


def link_to_page(app, doctree):
    """Lead from CONTRIBUTING.md, which a page includes, to the page that includes CHANGELOG.md."""
    for node in doctree.findall(pending_xref):
        if node["reftarget"] == "CHANGELOG.md":
            node.attributes |= {"refdomain": "doc", "reftarget": "changelog", "reftargetid": None}


def link_to_gallery(app, docname, content):
    """Lead from scripts, to which pages read in the repository link, to the pages that sphinx-gallery makes of them."""
    content[0] = re.sub(r"\]\(\.\./examples/(\w+)\.py\)", r"](auto_examples/\1.rst)", content[0])


def know_short_names(app, env):
    """Let the code of examples, which imports from skerosion itself, lead to the pages of rooms' names."""
    entries = env.domains["py"].objects
    for name, entry in list(entries.items()):
        last = name.rpartition(".")[2]
        if name.count(".") == 2 and last in skerosion.__all__:
            entries.setdefault(f"{project}.{last}", entry._replace(aliased=True))


def setup(app):
    """Connect what has no setting."""
    app.connect("source-read", link_to_gallery)
    app.connect("doctree-read", link_to_page)
    app.connect("autodoc-skip-member", skip_foreign)
    app.connect("env-updated", know_short_names)
