"""The latent space: what a worker does with points in it."""
