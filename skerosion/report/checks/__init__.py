"""The checks of a report, a file each: its name is its code; TITLE, REMEDY, and `find(subject)`.

`find` returns ``"passed"``, ``"tip"``, ``"problem"`` or ``"not given"``, and the number behind it in words.
"""
