"""Reads Kconfig and .config in the working directory and writes the whole .config: olddefconfig, as Kconfiglib does it.

Prints how many milliseconds that took, without the start of the process.
"""

import sys
import time

import kconfiglib

started = time.perf_counter()
kconf = kconfiglib.Kconfig("Kconfig", warn=False)
kconf.load_config(".config")
kconf.write_config(sys.argv[1], header="", save_old=False)
print((time.perf_counter() - started) * 1000)
