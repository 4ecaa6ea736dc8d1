"""The PostgreSQL server itself: embedded or another, its health, its schema."""
