"""What comes in: texts, USSD hops, texts found in a provider's list."""
