"""What is foretold of launches: from what was known then, by the model that serves, held against what came of it."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bot.launches import keeping
from bot.launches.combining import Combined, Evidence, TooFewLaunches
from bot.launches.foretelling import Foreteller
from bot.launches.outlook import Outlook, draw, find_outlook
from bot.recommender.contract import RecommenderFailed
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import Store, open_store
from bot.store.tables import LaunchPrediction
from checks.events import Foretold
from tests.bot.detection.conftest import StoppedClock
from tests.bot.launches import toy

NOW = toy.START + toy.DAYS * toy.DAY


class Service:
    """A copy of the toy service, and a bot on it."""

    def __init__(self, folder: Path, made: Path) -> None:
        shutil.copytree(made, folder, dirs_exist_ok=True)
        self.folder, self.config = folder, folder / "recsysops.toml"
        self.store: Store = open_store(f"sqlite:///{folder / 'bot.db'}")

    def foretell(self, as_of: datetime = NOW) -> dict[str, Foretold]:
        return {one.launch.item_id: one for one in self.foreteller(as_of).foretell(as_of)}

    def foreteller(self, now: datetime = NOW) -> Foreteller:
        return Foreteller(self.store, open_recommender(load(self.config, {})), StoppedClock(now))

    def kept(self) -> list[LaunchPrediction]:
        with self.store.session() as session:
            return keeping.launched_since(session, toy.START)

    def change(self, item: str, column: str, value: object) -> None:
        items = toy.read_items(self.folder)
        items[column] = items[column].mask(items["item_id"] == item, value)
        toy.write_items(self.folder, items)

    def outlook(self, words: str) -> Outlook:
        found = find_outlook(self.store, open_recommender(load(self.config, {})), words, NOW)
        assert isinstance(found, Outlook)
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy.make_toy(tmp_path_factory.mktemp("toy")).parent


@pytest.fixture
def service(tmp_path: Path, made: Path) -> Service:
    return Service(tmp_path, made)


def test_what_the_model_likes_is_expected_to_be_ranked_more_and_intervals_are_in_order(service: Service) -> None:
    service.change(toy.coming(0), "year", 1.0)
    service.change(toy.coming(1), "year", 0.0)
    told = service.foretell()
    new, old = told[toy.coming(0)], told[toy.coming(1)]
    assert new.value > old.value + 0.2
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in told.values())
    assert new.launches >= 10


def test_a_title_in_a_language_that_a_filter_keeps_out_is_at_risk_and_the_filter_is_named(service: Service) -> None:
    service.change(toy.coming(8), "language", "de")
    told = service.foretell()[toy.coming(8)]
    assert told.is_at_risk
    assert told.reasons[0].startswith("the filter “other language” keeps it out of ")


def test_a_title_without_a_field_that_the_model_reads_will_have_no_value_of_it(service: Service) -> None:
    service.change(toy.coming(8), "year", np.nan)
    told = service.foretell()
    assert told[toy.coming(8)].missing == ("year",)
    assert told[toy.coming(8)].value == 0  # this model takes no missing values: it could not rank the title at all
    assert told[toy.coming(7)].missing == ()


def test_asked_twice_it_says_the_same_and_keeps_it_once(service: Service) -> None:
    first = service.foretell()
    count = len(service.kept())
    assert service.foretell() == first
    assert len(service.kept()) == count


def test_a_release_three_days_before_a_launch_voids_what_was_foretold_and_makes_it_again(service: Service) -> None:
    item = toy.coming(3)  # launches in three days
    service.change(item, "year", 1.0)
    before = service.foretell()[item]
    toy.release(service.folder, "2", NOW, taste=-1.0)  # a model that likes old titles
    assert service.foreteller().is_outdated()
    after = service.foretell()[item]
    assert (before.version, after.version) == ("1", "2")
    with service.store.session() as session:
        void, standing = keeping.history_of(session, item)
    assert (void.version, void.voided_at, void.void_reason) == ("1", NOW, "version 2 was released")
    assert (standing.version, standing.voided_at) == ("2", None)
    assert standing.rank < void.rank
    assert not service.foreteller().is_outdated()


def test_a_version_that_serves_again_stands_by_what_it_said(service: Service) -> None:
    first = service.foretell()
    toy.release(service.folder, "2", NOW)
    service.foretell()
    toy.release(service.folder, "1", toy.START - toy.DAY)
    assert service.foretell() == first


def test_nothing_after_the_moment_changes_what_was_foretold(tmp_path: Path, made: Path) -> None:
    """The leak test: as of a week before a launch, with and without everything that came later."""
    whole, cut = Service(tmp_path / "whole", made), Service(tmp_path / "cut", made)
    as_of = NOW - 7 * toy.DAY
    for path in (cut.folder / "tables" / "requests").glob("*.parquet"):
        if path.stem >= f"{as_of:%Y-%m-%d}":
            path.unlink()
    assert whole.foretell(as_of) == cut.foretell(as_of)


def test_a_column_that_is_filled_in_only_after_a_launch_is_not_learnt_from(tmp_path: Path, made: Path) -> None:
    clean, leaky = Service(tmp_path / "clean", made), Service(tmp_path / "leaky", made)
    items = toy.read_items(leaky.folder)
    over = items["launch_date"] < NOW
    plays = np.where(over, np.random.default_rng(1).normal(size=len(items)), np.nan)
    toy.write_items(leaky.folder, items.assign(first_week_plays=plays))
    leaky.foretell()
    assert all("first_week_plays" not in one.facts for one in leaky.kept() if one.looked_back)
    values = {item: one.value for item, one in clean.foretell().items()}
    assert {item: one.value for item, one in leaky.foretell().items()} == pytest.approx(values, abs=0.02)


def test_what_came_of_a_launch_is_held_against_what_was_foretold(service: Service) -> None:
    for back in (9, 8, 1, 0):
        service.foretell(NOW - back * toy.DAY)
    item = f"i{toy.OLD + toy.DAYS - 1:02d}"  # launched yesterday
    [first, *_] = [one for one in service.kept() if one.item_id == item and not one.looked_back]
    with service.store.session() as session:
        record = keeping.track_record(session, NOW)
    assert record is not None
    scored = keeping.a_week_ahead(one for one in service.kept() if one.item_id == item)[item]
    rows = duckdb.read_parquet(str(service.folder / "tables" / "requests" / f"{NOW - toy.DAY:%Y-%m-%d}.parquet")).df()
    assert scored.outcome == ((rows["item_id"] == item) & (rows["rank"] <= 5)).sum() / toy.REQUESTS
    assert first.launches_at == NOW - toy.DAY
    assert service.outlook(item).ahead is None


def test_with_too_few_launches_nothing_is_foretold_and_the_card_says_what_it_takes(service: Service) -> None:
    items = toy.read_items(service.folder)
    launched = (items["launch_date"] >= toy.START) & (items["launch_date"] < NOW - 4 * toy.DAY)
    toy.write_items(
        service.folder, items.assign(launch_date=items["launch_date"].mask(launched, toy.START - 50 * toy.DAY))
    )
    assert service.foretell() == {}
    assert service.outlook(toy.coming(2)).last is not None
    assert draw(service.outlook(toy.coming(2))) is None


def test_a_launch_that_nobody_knows_is_said_to_be_unknown(service: Service) -> None:
    with pytest.raises(RecommenderFailed, match="/recsys launches"):
        service.outlook("i999")


def test_intervals_hold_for_four_of_five_whatever_shadow_scoring_is_worth() -> None:
    rng, inside = np.random.default_rng(0), []
    at = toy.START
    for world in range(60):
        rank = rng.uniform(0.1, 0.5, 30)
        share = np.clip((world % 2) * 0.3 * rank + 0.1 + 0.03 * rng.normal(size=30), 0, 1)
        known = [Evidence(at + n * timedelta(days=1), float(rank[n]), 0.0, {}) for n in range(30)]
        for told, came in zip(Combined(known[:20], share[:20]).expect(known[20:]), share[20:], strict=True):
            inside.append(told.low <= came <= told.high)
    assert 0.77 <= np.mean(inside) <= 0.87


@pytest.mark.parametrize(("many", "learnt"), [(60, False), (160, True)])
def test_what_the_catalogue_says_is_learnt_from_once_there_are_launches_enough(many: int, learnt: bool) -> None:
    rng = np.random.default_rng(0)
    genre = rng.choice(["Comedy", "Drama"], many)
    share = np.where(genre == "Drama", 0.6, 0.2) + 0.05 * rng.normal(size=many)
    known = [Evidence(toy.START + n * toy.DAY, 0.3, 0.0, {"genre": str(genre[n])}) for n in range(many)]
    ahead = [Evidence(toy.START + many * toy.DAY, 0.3, 0.0, {"genre": one}) for one in ("Drama", "Comedy")]
    drama, comedy = (told.value for told in Combined(known, share).expect(ahead))
    assert (drama > comedy + 0.2) is learnt
    assert learnt or drama == comedy


def test_what_filters_take_away_is_taken_from_the_level_of_launches() -> None:
    known = [Evidence(toy.START, 0.3 + n / 100, 0.0, {}) for n in range(12)]
    combined = Combined(known, np.full(12, 0.2) + np.arange(12) / 1000)
    [whole, half] = combined.expect([Evidence(toy.START, 0.35, 0.0, {}), Evidence(toy.START, 0.35, 0.5, {})])
    assert half.value == pytest.approx(whole.value / 2)
    with pytest.raises(TooFewLaunches, match="at least 10"):
        Combined(known[:9], np.full(9, 0.2))
