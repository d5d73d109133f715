"""Run the benchmark by path: `.venv/bin/python tests/bench/run.py`, the same as `python -m
tests.bench`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if __name__ == "__main__":
    from tests.bench.__main__ import main

    main()
