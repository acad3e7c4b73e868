"""Reads Kconfig and .config in the working directory and writes the whole .config: olddefconfig, as Kconfiglib does it."""

import sys

import kconfiglib

kconf = kconfiglib.Kconfig("Kconfig", warn=False)
kconf.load_config(".config")
kconf.write_config(sys.argv[1], header="", save_old=False)
