"""At the end of the tests of malformed files: how many were tried, by reader."""

from tests.malformed.judging import TALLY


def pytest_terminal_summary(terminalreporter):
    """Write what was tried; with several workers it stays with them."""
    if not TALLY:
        return
    terminalreporter.section("malformed files")
    for reader, each in sorted(TALLY.items()):
        terminalreporter.write_line(
            f"{reader:16} {each['tried']:7,} tried, {each['read']:6,} read, {each['told']:7,} told, "
            f"{each['unclear']} unclear; at most {each['memory'] / 1e6:.0f} MB, {each['seconds']:.2f} s"
        )
