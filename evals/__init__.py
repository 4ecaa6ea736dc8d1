"""Rooms to try the house in: the model of the company's people, the hands that carry out what they want, the demo."""
