"""What the doors show, read-only: lists paged by key, histories, counts."""
