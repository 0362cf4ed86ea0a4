"""What can be measured of a game without disturbing it."""
