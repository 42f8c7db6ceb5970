"""What a study is of: a registry, an image table or synthetic joints, looked at before anything heavy is loaded."""


def check_source(table, images, synthetic, columns, of_tables):
    """Raise ValueError where the options name no source of images, or more than one, or one in part.

    Those of `of_tables` are of use for an image table alone.
    """
    kinds = {
        "--synthetic": synthetic,
        "--images (a registry)": images,
        "--image (an image table)": columns["image"],
    }
    named = [kind for kind, given in kinds.items() if given is not None]
    if len(named) != 1:
        raise ValueError(f"give one of {', '.join(kinds)}, got {' and '.join(named) or 'none'}.")
    if (table is None) != (synthetic is not None):
        raise ValueError("give the table to study as the first argument, or --synthetic and no table.")
    given = [name for name, value in of_tables.items() if value is not None]
    if given and columns["image"] is None:
        raise ValueError(
            f"--{given[0]} is for an image table: the scores of a registry are percentages, its images crops."
        )
    needed = columns if of_tables.get("readers") is None else {"image": columns["image"], "group": columns["group"]}
    missing = [f"--{name}" for name, column in needed.items() if column is None]
    if missing and columns["image"] is not None:
        raise ValueError(f"an image table needs {' and '.join(missing)}: the column's name.")


def check_tables(table, secondary, images, columns, reading, *, order, kind):
    """Find what is wrong with the tables of a study before anything heavy is loaded; return the lines of images."""
    if columns["image"] is not None:
        from skerosion.datasets import check_image_table

        return check_image_table(table, kind=kind, order=order, **columns, **reading)
    if images is not None:
        from skerosion.datasets import check_registry

        check_registry(table, secondary, images, **reading)
    return None
