"""What may happen to a file on its way: cut short, bits turned round, parts swapped, said twice, or more at its end."""

import numpy as np


def cuts(content):
    """Return what is left of a file, at every class of length."""
    n = len(content)
    lengths = {0, 1, 2, 4, 8, 16, 64, 128, 132, 200, n // 4, n // 2, 3 * n // 4, n - 16, n - 2, n - 1}
    return [content[:length] for length in sorted(lengths) if 0 <= length < n]


def flips(content, number):
    """Return a file with one bit turned round, at places spread over all of it, or one byte at its extremes."""
    rng = np.random.default_rng(0)
    changed = []
    for place in np.unique(np.linspace(0, len(content) - 1, number).astype(int)):
        data = bytearray(content)
        data[place] = rng.choice([data[place] ^ (1 << int(rng.integers(8))), 0, 255])
        changed.append(bytes(data))
    return [each for each in changed if each != content]


def splices(content, number):
    """Return a file with two parts exchanged, a part twice, a part gone, or something foreign within or at its ends."""
    rng = np.random.default_rng(1)
    changed = [content + b"\0", content + content, b"\n" + content, b"\xef\xbb\xbf" + content]
    for _ in range(number):
        a, b, c = np.sort(rng.integers(0, len(content) + 1, 3))
        parts = content[:a], content[a:b], content[b:c], content[c:]
        other = rng.bytes(int(rng.integers(1, 9)))
        orders = [(0, 2, 1, 3), (0, 1, 1, 2, 3), (0, 1, 3)]
        changed += [b"".join(parts[part] for part in order) for order in orders]
        changed.append(content[:a] + other + content[a:])
    return [each for each in changed if each != content]
