"""The role agents: a role of the policy, its prompts, the tools it holds and the model behind it."""
