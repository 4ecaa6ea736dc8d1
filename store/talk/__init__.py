"""What is said: messages out, updates in, chats, topics, cards, pictures."""
