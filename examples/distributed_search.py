"""
A search on several machines, one of which fails
================================================

A grid search runs on dask workers as it is: joblib sends each fit to one of them. Here the scheduler and two workers
are processes of this machine; on a cluster each ``dask`` command runs on a machine of its own. In the middle of the
search a worker is killed. Another repeats its fit, and the scores are those of the same search without dask, to the
last bit.

Needs ``pip install "skerosion[distributed]"``. The joints are **synthetic**.
"""

# sphinx_gallery_thumbnail_path = "_static/distributed_search.svg"

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

import joblib
import numpy as np
from imblearn.pipeline import Pipeline
from sklearn.model_selection import GridSearchCV, GroupKFold

# %%
# The order of a sum decides its last bit, and the number of threads decides the order. The workers inherit these
# variables; TensorFlow reads them when it is imported, here by the estimator.
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"

from skerosion import ClassWeighter, CNNClassifier, ImageRows
from skerosion.clinical import ratingen
from skerosion.datasets import make_joint_images
from skerosion.metrics import scorers
from skerosion.model_selection import search_client

# %%
# Images in a file that all workers see: its name travels, with the numbers and the patients of the rows. No pixel does.
stack = contextlib.ExitStack()
folder = stack.enter_context(tempfile.TemporaryDirectory())
histogram = {0: 0.5, 30: 0.3, 70: 0.2}  # percent eroded: share of the joints
joints = make_joint_images(120, size=16, labels=histogram, random_state=0)
np.save(pathlib.Path(folder, "joints.npy"), joints.images)

X = ImageRows(np.load(pathlib.Path(folder, "joints.npy"), mmap_mode="r"), groups=joints.patients)
y = ratingen(joints.percent)
network = {"filters": (8, 16), "dense_units": (16,), "batch_size": 10, "epochs": 5}
search = GridSearchCV(
    Pipeline([("imbalance", "passthrough"), ("cnn", CNNClassifier(**network, random_state=0, verbose=0))]),
    {"imbalance": ["passthrough", ClassWeighter("balanced")]},
    scoring=scorers("class_normalized_accuracy", "crps"),
    refit="class_normalized_accuracy",
    cv=GroupKFold(3),
    error_score="raise",
)


# %%
# The accident: once two fits are finished, a worker that is busy with another is killed.
def kill_a_busy_worker(client):
    processes = client.run(os.getpid)
    while True:
        finished = [task for task in client.get_task_stream() if "fit_and_score" in task["key"]]
        busy = [address for address, keys in client.processing().items() if "fit_and_score" in str(keys)]
        if len(finished) >= 2 and busy:
            return os.kill(processes[busy[0]], signal.SIGKILL)
        time.sleep(0.02)


# %%
# Scheduler, workers and search. These workers go without the nanny that would start another in the place of a dead one.
# What dask logs about the accident is left out here.
def start(*command):
    process = subprocess.Popen([sys.executable, "-m", "dask", *command], stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)


with stack:
    address = str(pathlib.Path(folder, "scheduler.json"))
    where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    start("scheduler", "--scheduler-file", address, *where, "--idle-timeout", "10 minutes")
    for _ in range(2):
        options = ("--nthreads", "1", "--no-nanny", "--preload", "skerosion.estimators", "--local-directory", folder)
        start("worker", "--scheduler-file", address, *options)
    client = stack.enter_context(search_client(scheduler_file=address))
    client.wait_for_workers(2, timeout=120)

    threading.Thread(target=kill_a_busy_worker, args=(client,), daemon=True).start()
    with joblib.parallel_config("dask", client=client):
        search.fit(X, y, groups=joints.patients)
    distributed = search.cv_results_
    lost = next(event for _, event in client.get_events("all") if event["action"] == "remove-worker")
    print("killed a worker that was busy with", *lost["processing-tasks"])

    # The same search in this process.
    local = search.fit(X, y, groups=joints.patients).cv_results_

print("CRPS, distributed:", distributed["mean_test_crps"])
print("CRPS, local:      ", local["mean_test_crps"])
