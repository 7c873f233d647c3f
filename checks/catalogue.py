"""Every check there is. Adding one: a file, a line here, a heading in docs/checks.md, a quiet and a firing test."""

from __future__ import annotations

from .data.duplicates import Duplicates
from .data.freshness import Freshness
from .data.joins import OutcomeJoin
from .data.labels import MovingLabels
from .data.missing import FeatureMissing
from .data.restated import Restatement
from .data.schema import SchemaChange
from .data.shift import FeatureShift
from .data.suspect import SuspectTraffic
from .data.unseen import Unseen
from .data.volume import Volume
from .items.cold_start import ColdStart
from .items.concentration import Concentration
from .items.coverage import Coverage
from .items.established import EstablishedItems
from .items.production_bias import ProductionBias
from .items.reach import AudienceReach
from .judging import Check
from .launches.breach import PredictedBreach
from .launches.prospects import LaunchProspects
from .launches.setup import LaunchSetUp
from .launches.values import LaunchValues
from .members.engagement import Engagement
from .members.low_ranked import LowRankedChoices
from .members.narrowing import Narrowing
from .members.newcomers import Newcomers
from .members.not_retrieved import NotRetrievedChoices
from .model.calibration import Calibration
from .model.canary import Canary
from .model.entropy import NormalisedEntropy
from .model.health import NumericHealth
from .model.quality import RankingQuality
from .model.scores import ScoreShift
from .model.shadow import SimplerIsBetter
from .model.skew import ServingSkew
from .model.staleness import Staleness
from .model.versions import VersionSkew
from .serving.consumed import Consumed
from .serving.exclusions import Exclusions
from .serving.fallback import FallbackRate
from .serving.latency import Latency
from .serving.positions import Positions
from .serving.short_lists import ShortLists
from .serving.stability import Stability
from .vitals import WatchCheck
from .watch.outlived import Outlived
from .watch.overspent import Overspent
from .watch.unjudged import Unjudged
from .watch.unsent import Unsent

EVERY_CHECK: tuple[Check, ...] = (
    Volume(),
    Freshness(),
    FeatureMissing(),
    SchemaChange(),
    Duplicates(),
    FeatureShift(),
    OutcomeJoin(),
    SuspectTraffic(),
    Unseen(),
    Restatement(),
    MovingLabels(),
    Staleness(),
    ScoreShift(),
    NumericHealth(),
    Calibration(),
    NormalisedEntropy(),
    RankingQuality(),
    ServingSkew(),
    VersionSkew(),
    SimplerIsBetter(),
    Canary(),
    FallbackRate(),
    ShortLists(),
    Latency(),
    Stability(),
    Consumed(),
    Exclusions(),
    Positions(),
    LowRankedChoices(),
    NotRetrievedChoices(),
    Engagement(),
    Narrowing(),
    Newcomers(),
    ColdStart(),
    ProductionBias(),
    Coverage(),
    Concentration(),
    EstablishedItems(),
    AudienceReach(),
    LaunchSetUp(),
    LaunchProspects(),
    LaunchValues(),
    PredictedBreach(),
)

EVERY_WATCH: tuple[WatchCheck, ...] = (
    Unjudged(),
    Unsent(),
    Overspent(),
    Outlived(),
)
