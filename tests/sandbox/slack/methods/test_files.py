import pytest

from tests.sandbox.slack.conftest import Desk, section

CHART = b"\x89PNG chart"


def uploaded(desk: Desk, name: str = "chart.png") -> str:
    ticket = desk.call("files.getUploadURLExternal", filename=name, length=len(CHART), alt_txt="a line going down")
    desk.ws.shelf.fill(ticket["file_id"], CHART)
    return str(ticket["file_id"])


def test_a_completed_upload_is_one_message_in_the_thread_it_names(desk: Desk) -> None:
    root, file = desk.says(), uploaded(desk)
    shared = {"channel_id": "C0ALERTS", "thread_ts": root, "initial_comment": "look"}
    desk.call("files.completeUploadExternal", files=[{"id": file, "title": "Coverage"}], **shared)
    reply = desk.ws.board.thread("C0ALERTS", root)[1]
    assert (reply["text"], reply["files"][0]["title"], reply["files"][0]["alt_txt"]) == (
        "look",
        "Coverage",
        "a line going down",
    )
    assert desk.call("files.info", file=file)["file"]["shares"]["public"] == {"C0ALERTS": [{"ts": reply["ts"]}]}


def test_an_image_block_may_show_an_uploaded_file_but_not_an_unknown_one(desk: Desk) -> None:
    file = uploaded(desk)
    image = {"type": "image", "alt_text": "a line", "slack_file": {"id": file}}
    assert desk.refusal("chat.postMessage", channel="C0ALERTS", text="t", blocks=[image]) == "invalid_blocks"
    desk.call("files.completeUploadExternal", files=[{"id": file}])
    assert desk.call("chat.postMessage", channel="C0ALERTS", text="t", blocks=[image])["ts"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"files": []}, "invalid_arguments"),
        ({"files": [{"id": "F0NONE"}]}, "file_not_found"),
    ],
)
def test_an_upload_that_never_happened_cannot_be_completed(desk: Desk, arguments: dict[str, object], code: str) -> None:
    assert desk.refusal("files.completeUploadExternal", **arguments) == code


def test_a_channel_the_bot_is_not_in_gets_nothing(desk: Desk) -> None:
    file = uploaded(desk)
    assert desk.refusal("files.completeUploadExternal", files=[{"id": file}], channel_id="C0GENERL") == "not_in_channel"
    assert desk.ws.shelf.usable(file) is False


def test_a_comment_and_blocks_together_are_refused(desk: Desk) -> None:
    both = {"initial_comment": "x", "blocks": [section()], "channel_id": "C0ALERTS"}
    assert desk.refusal("files.completeUploadExternal", files=[{"id": uploaded(desk)}], **both) == "invalid_arguments"


def test_a_file_of_no_bytes_gets_no_ticket(desk: Desk) -> None:
    assert desk.refusal("files.getUploadURLExternal", filename="a.txt", length=0) == "invalid_arguments"
