"""A stage is put up for one play, and taken down after it."""

from sandbox.demo.stage import staged, workspace
from tests.conversations.conftest import silent


def test_a_stage_leaves_no_world_behind() -> None:
    slack = workspace()
    with slack.running(), staged("lab", silent, slack, history=0) as stage:
        folder = stage.world.folder
        assert stage.world.config_path.exists()
    assert not folder.exists()
