"""What several pages share: the frame, words, the engine and the store, the player."""
