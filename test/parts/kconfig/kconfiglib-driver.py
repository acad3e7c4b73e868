"""Runs Kconfiglib on many trees in one process.

Reads a list of jobs as JSON from standard input and writes a list of outcomes:
{"written": TEXT or null, "refusal": TEXT or null, "warnings": [TEXT, ...]}.
"""

import io
import json
import os
import sys
import tempfile

import kconfiglib


def set_values(kconf, mode):
    """What allyesconfig.py, allmodconfig.py and allnoconfig.py of Kconfiglib do."""
    for symbol in kconf.unique_defined_syms:
        if mode == "allyesconfig":
            symbol.set_value(1 if symbol.choice else 2)
        elif mode == "allnoconfig":
            symbol.set_value(2 if symbol.is_allnoconfig_y else 0)
        elif symbol.orig_type == kconfiglib.TRISTATE:
            symbol.set_value(1)
        elif symbol.orig_type == kconfiglib.BOOL and not symbol.choice:
            symbol.set_value(2)
    if mode == "allnoconfig":
        return
    for choice in kconf.unique_choices:
        whole = mode == "allyesconfig" or choice.orig_type == kconfiglib.BOOL
        choice.set_value(2 if whole else 1)


def load(kconf, text, scratch, replace):
    path = os.path.join(scratch, "input")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    kconf.load_config(path, replace=replace)


def run(job, scratch):
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"], srctree="")
    try:
        kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    except (kconfiglib.KconfigError, OSError, RecursionError) as error:
        return {"written": None, "refusal": str(error), "warnings": []}
    mode = job["mode"]
    if mode in ("allyesconfig", "allnoconfig", "allmodconfig"):
        kconf.warn = False
        set_values(kconf, mode)
        kconf.warn = True
    if job.get("config") is not None:
        load(kconf, job["config"], scratch, True)
    if job.get("fragment") is not None:
        load(kconf, job["fragment"], scratch, False)
    path = os.path.join(scratch, "output")
    if mode == "savedefconfig":
        kconf.write_min_config(path, header="")
    else:
        kconf.write_config(path, header="", save_old=False)
    with open(path, encoding="utf-8") as file:
        written = file.read()
    os.remove(path)
    return {"written": written, "refusal": None, "warnings": kconf.warnings}


def main():
    jobs = json.load(sys.stdin)
    # $(info,...) prints.
    answer, sys.stdout = sys.stdout, io.StringIO()
    path = os.environ["PATH"]
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = []
        for job in jobs:
            job["environment"]["PATH"] = path
            try:
                outcomes.append(run(job, scratch))
            except Exception as error:
                # Faults of Kconfiglib's own; there is nothing to compare with.
                outcomes.append({"written": None, "refusal": "crashed: " + repr(error), "warnings": []})
        os.chdir("/")
    json.dump(outcomes, answer)


main()
