"""Every check there is. Adding one: a file, a line here, a heading in docs/checks.md, a quiet and a firing test."""

from __future__ import annotations

from .data.freshness import Freshness
from .data.missing import FeatureMissing
from .data.shift import FeatureShift
from .data.volume import Volume
from .items.cold_start import ColdStart
from .items.coverage import Coverage
from .judging import Check
from .members.low_ranked import LowRankedChoices
from .model.calibration import Calibration
from .model.entropy import NormalisedEntropy
from .model.health import NumericHealth
from .model.quality import RankingQuality
from .model.scores import ScoreShift
from .model.staleness import Staleness
from .serving.fallback import FallbackRate
from .serving.latency import Latency
from .serving.short_lists import ShortLists

EVERY_CHECK: tuple[Check, ...] = (
    Volume(),
    Freshness(),
    FeatureMissing(),
    FeatureShift(),
    Staleness(),
    ScoreShift(),
    NumericHealth(),
    Calibration(),
    NormalisedEntropy(),
    RankingQuality(),
    FallbackRate(),
    ShortLists(),
    Latency(),
    LowRankedChoices(),
    ColdStart(),
    Coverage(),
)
