"""Numbers in, charts and pictures out. Torch-free."""
