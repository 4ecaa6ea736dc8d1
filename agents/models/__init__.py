"""Access to language models.

`ModelPool` (pool.py) gives the `ChatModel` (model.py) of a role over any OpenAI-compatible endpoint: one request is
provider.py, retries, breaker and the chain of fallbacks are resilient.py, what an answer means is parsing.py, how it
fails is errors.py, and probe.py finds out what a model can do.
"""
