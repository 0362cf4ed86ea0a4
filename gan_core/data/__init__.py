"""What GANs learn from."""
