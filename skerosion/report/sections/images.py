"""How images were read."""

from .._document import Facts, NotGiven

TITLE, PLACE = "Images", 70


def blocks(subject):
    """Size and channels as the networks see them, and what was said while reading."""
    said = subject.page.words(" ".join(subject.settings["data"].get("messages", ())))
    facts = {"read at": read_at(subject), "said while reading": said or "nothing"}
    return [
        Facts(facts),
        NotGiven("cropping rule, maker and view", "page={'card': ...}, items 13 of CLAIM and 6a of TRIPOD+AI"),
    ]


def read_at(subject):
    """The size and the channels of images as networks see them."""
    shape = subject.settings["data"]["image_shape"]
    height, width, channels = shape if len(shape) == 3 else (*shape, 1)[:3]
    return f"{height} x {width} pixels, {'grey' if channels == 1 else f'{channels} channels'}"
