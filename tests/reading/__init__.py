"""How well texts are read: a corpus of what people in need write, and the figures it gives.

`python -m tests.reading` asks the reader about every text of `corpus/` and about misspelt ones
made from them. `corpus/held` only judges: nobody tunes a list on it.
"""
