"""From mentions to an assessment: link what belongs together, collect evidence, add it up."""
