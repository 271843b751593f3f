"""Files of listings in, files of decisions out."""
