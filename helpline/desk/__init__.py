"""Use cases: load, decide with the core, keep. Each runs inside a transaction that the engine opened."""
