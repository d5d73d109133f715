"""What people type, understood: the front door of the modules that read it.

`folding` spells it one way, `hearing` finds known phrases, `lexicon` reads intents and choices,
`case_reply` a helper's answer about a case, `spoken_time` an hour or a date. The order of reading
is fixed and its words are data, in `flows/words.yaml` and `flows/spoken.yaml`.
"""

from helpline.language.case_reply import means_all, read_case_reply
from helpline.language.folding import fold
from helpline.language.lexicon import Lexicon, Option, Reading
from helpline.language.spoken_time import read_date, read_hour

__all__ = [
    "Lexicon",
    "Option",
    "Reading",
    "fold",
    "means_all",
    "read_case_reply",
    "read_date",
    "read_hour",
]
