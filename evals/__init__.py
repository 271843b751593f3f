"""The yardstick: figures on data that nothing was fitted to."""
