"""The recommender itself: traffic, features, candidates, ranking, choices, training, tables."""
