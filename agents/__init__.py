"""The role agents: a role = prompt + toolbox + model; what they say and do passes the guardrails."""
