"""Find names, cue words and patterns in a listing."""
