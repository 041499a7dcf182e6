"""Fault points are compiled only into their own build: `make FAULTS=1`."""
import os
import sys

from process import ROOT

os.environ.setdefault("TECHSUPPORT_BIN", str(ROOT / "build" / "faults" / "techsupport"))
sys.path.insert(0, str(ROOT / "tests" / "blackbox"))
