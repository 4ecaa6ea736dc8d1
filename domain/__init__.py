"""Values and rules of the order desk: pure, without SQL, HTTP, models, clock or environment."""
