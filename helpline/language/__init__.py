"""What people write, understood, and what we write, measured: words, intents, hours, distress,
segments, screens."""
