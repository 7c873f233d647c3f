"""What comes in: rows, fields and their values, as the recommender receives them."""
