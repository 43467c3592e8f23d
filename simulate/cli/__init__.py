"""The command line: it reads words, calls a study, and prints."""
