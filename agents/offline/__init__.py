"""The offline model: where no language model is configured, or none answers, rules speak for the roles."""
