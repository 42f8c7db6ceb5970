"""What below the package's folder is the package: what Python would import, not what programs leave between it."""


def rooms(package):
    """Return the folders right below a package that are packages themselves."""
    return sorted(path.parent for path in package.glob("*/__init__.py"))


def modules(package):
    """Return the modules of a package and of the packages in it."""
    here = sorted(path for path in package.glob("*.py") if path.stem.isidentifier())
    return here + [module for room in rooms(package) for module in modules(room)]
