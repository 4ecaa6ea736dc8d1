"""What a role does, one duty a module: what it is shown, which tools it holds, how its text is checked and used."""
