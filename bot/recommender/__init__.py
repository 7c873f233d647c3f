"""The gateway to the user's recommender: tables, models, overrides, changes. Nothing here knows Slack or incidents."""
