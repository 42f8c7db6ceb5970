"""HDF5 files that were damaged in one place."""


def nameless(content):
    """An HDF5 file whose first text says that it takes no room: HDF5 looks for the next where it is, for ever."""
    data = bytearray(content)
    size = data.index(b"GCOL") + 24  # of the first object of the first collection: 16 bytes of head, 8 of its own
    data[size : size + 8] = bytes(8)
    return bytes(data)
