"""What the texts of the command line's options stand for."""

import ast


def read_names(text):
    """Names of a list separated by commas; None for none given."""
    return None if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


def read_kind(percent, grade, order):
    if percent and (grade or order):
        raise ValueError(f"the target is either --percent or {'--grade' if grade else '--order'}, got both.")
    return "percent" if percent else "grade" if grade else "auto"


def read_parameters(texts):
    """Estimator parameters from NAME=VALUE; values are Python literals, anything else is text."""
    parameters = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"--set should be NAME=VALUE, got {text!r}.")
        parameters[name] = read_literal(value)
    return parameters


def read_literal(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
