"""Values to text, one package for each thing that is reported and one module for each format in it.

Reporters are pure: the same value gives the same text, and no reporter decides what is true, risky or
secret. Whether colours are wanted and how wide the terminal is comes in as an argument.
"""
