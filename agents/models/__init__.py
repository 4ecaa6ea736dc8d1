"""The models behind the roles."""
