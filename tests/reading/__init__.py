"""How well texts are read: a corpus of what people in need write, and its figures."""
