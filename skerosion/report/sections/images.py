"""How images were read."""

from .._document import Facts, NotGiven

TITLE, PLACE = "Images", 70


def blocks(subject):
    """Size and channels as the networks see them, and what was said while reading."""
    data = subject.settings["data"]
    height, width, channels = data["image_shape"] if len(data["image_shape"]) == 3 else (*data["image_shape"], 1)[:3]
    facts = {"read at": f"{height} x {width} pixels, {'grey' if channels == 1 else f'{channels} channels'}"}
    facts |= {"said while reading": " ".join(data.get("messages", ())) or "nothing"}
    return [Facts(facts), NotGiven("cropping rule, maker and view", "text of the user")]
