"""What whoever runs a search, a study or an evaluation decides of its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from ._checking import check_codes
from ._checklists import check_card

NOT_A_DEVICE = "Research software, not a medical device. For no decision about a patient."


@dataclass(frozen=True)
class PageOptions:
    """Choices for a page.

    Parameters
    ----------
    card : mapping of str to str, default={}
        What only the user can say: ``"intended use"``, ``"limits"``, and items of checklists, such as ``"CLAIM 5"``.
    mute : sequence of str, default=()
        Codes of checks to leave out; the page names them.
    pictures : bool, default=False
        Whether the page shows images, which are of patients, and names them.
    words : callable, default=str
        From a text that names parameters to what the page says, for callers that have other names for them.

    Examples
    --------
    >>> from skerosion.report import PageOptions
    >>> PageOptions.of({"mute": ["shortcuts"]}).mute
    ('shortcuts',)
    """

    card: Mapping = field(default_factory=dict)
    mute: tuple = ()
    pictures: bool = False
    words: Callable = str

    @property
    def limits(self):
        """What the grader is not for, as its user says or, where nothing is said, as for all research software."""
        return self.card.get("limits", NOT_A_DEVICE)

    @classmethod
    def of(cls, page):
        """Check the choices of a user.

        Parameters
        ----------
        page : mapping or None

        Returns
        -------
        PageOptions

        Raises
        ------
        ValueError
            For an unknown option, check or item of a checklist.
        """
        given, names = dict(page or {}), [each.name for each in fields(cls)]
        for name in given:
            if name not in names:
                raise ValueError(f"page must hold {', '.join(names)}, got {name!r}.")
        options = cls(**given | {"mute": tuple(given.get("mute") or ())})
        check_card(options.card)
        check_codes(options.mute)
        return options
