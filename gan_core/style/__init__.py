"""What a worker does for a style spec: look at the canvas through a network, and move its pixels."""
