"""The use cases: what a specialist, a collector or a compliance officer asks the program to do."""
