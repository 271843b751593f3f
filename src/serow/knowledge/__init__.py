"""What the detectors know: taxa, products, lexicon, legal status."""
