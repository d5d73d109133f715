"""The gateway is killed over and over while people text, answer and fall silent; nothing may be
lost or sent twice."""
