"""Sections in a language model's words, each sentence checked against the quotes that it names."""
