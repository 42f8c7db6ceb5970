"""YOLO's text: a line an object, all numbers shares of the film's sides, from its corner.

With five numbers a line is a box whose class is the joint, with a sixth the score of a finder; with more it is an
object with key points in the order of the joints, each with or without 0, 1 or 2 for missing, hidden and seen.
"""

from . import CORNER

KIND = "text"


def is_like(text):
    """Tell whether every line is numbers alone, a class and at least four shares."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return bool(lines) and all(len(line) >= 5 and all(map(_is_number, line)) for line in lines)


def read(text, options):
    """Return the boxes or the key points of one film."""
    if options.size is None:
        raise ValueError("films must be given where points are shares of their sides")
    lines = [[float(number) for number in line.split()] for line in text.splitlines() if line.strip()]
    return [{"image": options.image, **point} for line in lines for point in _points(line, options)]


def _points(line, options):
    kind, x, y, width, height, *rest = line
    rows, columns = options.size
    if len(rest) < 2:
        score = {"score": rest[0]} if rest else {}
        sides = {"width": width * columns, "height": height * rows}
        return [{"joint": options.name_of(int(kind))} | _place(x, y, options.size) | sides | score]
    step = len(rest) // len(options.joints or (None,))
    if step not in (2, 3) or step * len(options.joints) != len(rest):
        raise ValueError(f"joints must name the key points of an object, got {options.joints} for {len(rest)} numbers")
    return [
        {"joint": options.name_of(number)} | _key_point(rest[step * number : step * (number + 1)], options.size)
        for number in range(len(options.joints))
    ]


def _key_point(numbers, size):
    x, y, *seen = numbers
    return {"visible": "no"} if seen == [0] else _place(x, y, size)


def _place(x, y, size):
    return {"x": x * size[1] - CORNER, "y": y * size[0] - CORNER}


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
