"""Plants one small fault after another in what decides, and tells which ones no test notices.

`python -m tests.mutation` runs it; docs/mutation.md tells how to read what it says.
"""
