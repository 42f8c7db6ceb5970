"""What may happen to a file that was written whole."""


def flip(path, place, bit=0):
    """Change one bit, at a share of the file's length."""
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    path.write_bytes(content)


def cut(path, share):
    """Leave only the beginning."""
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])


def swap(one, other):
    """Exchange two files."""
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


class Bomb:
    """Says when it is unpickled."""

    exploded = False

    def __reduce__(self):
        return setattr, (Bomb, "exploded", True)
