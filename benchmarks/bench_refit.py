"""Ninety fits of the same network: does memory stay flat, and is the last fit as fast as the second?

500 images of 32x32, five blocks of 32, 32, 64, 64, 128 filters, dense layers 256-256, one epoch of batch 100.

Usage: python benchmarks/bench_refit.py [--fits 90]
"""

import argparse
import time

import psutil
from bench_search import DENSE_UNITS, FILTERS, make_data

from skerosion import CNNClassifier


def main():
    """Print growth and times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=90)
    fits = parser.parse_args().fits
    images, grades, _ = make_data()
    process, seconds, megabytes = psutil.Process(), [], []
    for fit in range(fits + 2):
        classifier = CNNClassifier(filters=FILTERS, dense_units=DENSE_UNITS, epochs=1, random_state=fit)
        started = time.perf_counter()
        classifier.fit(images, grades).predict(images)
        seconds.append(time.perf_counter() - started)
        megabytes.append(process.memory_info().rss / 2**20)
    print(f"first fit {seconds[0]:.2f} s, second {seconds[1]:.2f} s, last {seconds[-1]:.2f} s")
    for start in range(1, fits + 1, 30):
        end = min(start + 30, fits + 1)
        print(f"growth over fits {start + 1} to {end}: {megabytes[end] - megabytes[start]:.1f} MB")


if __name__ == "__main__":
    main()
