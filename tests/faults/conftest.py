"""Fault points are compiled only into their own build, `make FAULTS=1`: build/faults/techsupport."""
import os

from process import ROOT

os.environ.setdefault("TECHSUPPORT_BIN", str(ROOT / "build" / "faults" / "techsupport"))
