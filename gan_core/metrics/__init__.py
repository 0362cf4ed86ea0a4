"""Scores of generated pictures against real ones, each with its error, in the features of a frozen network."""
