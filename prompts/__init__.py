"""What each role is told, in Russian: one Markdown file per role and task."""
