"""A registry: things found by name, with an error that lists the names there are."""


class Registry(dict):
    """Named entries of one kind.

    Parameters
    ----------
    kind : str
        What an entry is, as errors call it, e.g. ``"backbone"``.
    """

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self._of_the_package = frozenset()

    def register(self, name):
        """Return a decorator that files its object under `name`."""
        if not isinstance(name, str) or not name:
            raise TypeError(f"A {self.kind}'s name must be a non-empty str, got {name!r}.")
        if self.resolve(name) in self._of_the_package:
            raise ValueError(f"A {self.kind}'s name must not be one of the package's, got {name!r}: choose another.")

        def decorate(entry):
            self[name] = entry
            return entry

        return decorate

    def close(self):
        """Keep what is filed so far from being replaced: files and results of others mean the package's by its name."""
        self._of_the_package = frozenset(self)

    def resolve(self, name):
        """The name as it was registered, for one that may differ in upper and lower case; others come back as given."""
        alike = [known for known in self if str(known).lower() == str(name).lower()]
        return alike[0] if len(alike) == 1 and name not in self else name

    def __missing__(self, name):
        known = ", ".join(repr(key) for key in sorted(self))
        raise ValueError(f"{self.kind} must be one of {known}, got {name!r}. register_{self.kind} adds another.")
