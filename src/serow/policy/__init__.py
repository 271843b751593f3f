"""Policies: clauses as data, applied to assessments."""

from serow.policy.apply import Compiled, apply_policy, explain_clause
from serow.policy.load import Policy, load_policy, policy_names

__all__ = ["Compiled", "Policy", "apply_policy", "explain_clause", "load_policy", "policy_names"]
