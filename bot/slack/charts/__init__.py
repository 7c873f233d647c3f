"""Pictures: small, light, readable on a phone and by the colour-blind, each with words for those who cannot see it."""

from bot.slack.charts.exposure import Comparable, exposure_chart
from bot.slack.charts.outlook import Expectation, outlook_chart
from bot.slack.charts.series import series_chart
from bot.slack.charts.shap_difference import shap_difference_chart

__all__ = [
    "Comparable",
    "Expectation",
    "exposure_chart",
    "outlook_chart",
    "series_chart",
    "shap_difference_chart",
]
