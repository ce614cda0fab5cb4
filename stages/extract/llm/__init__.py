"""Facts by a language model: it is asked element by element, and believed only where its quote holds.

A model answers in JSON of a fixed schema. Of each fact it must quote the element letter by letter, the value must stand
in the quote, and the names must stand in the element or its headings; whatever fails is dropped and counted by reason.
Answers are kept in Litmill's cache by all that they were asked with, so the same question is asked once.
"""
