"""Numbers in, chart specifications out. Torch-free."""
