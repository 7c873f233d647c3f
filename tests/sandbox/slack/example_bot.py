"""A plain Bolt app that knows nothing of the sandbox: a command, a button, a modal, a mention, a Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from tests.sandbox.slack.conftest import actions, button, modal, section, text_input


def card(version: int) -> list[dict[str, Any]]:
    return [section(f"incident, version {version}"), actions(button("ack", value=str(version)), button("why"))]


def build(client: WebClient, signing_secret: str) -> App:
    """The app; nothing in it differs from one for the real Slack but the client's base_url."""
    app = App(client=client, signing_secret=signing_secret, process_before_response=True)
    for register in (hear_commands, hear_clicks, hear_forms, hear_events):
        register(app)
    return app


def hear_commands(app: App) -> None:
    @app.command("/diagnose")
    def diagnose(ack: Any, body: Any, client: WebClient, respond: Any) -> None:
        ack(f"working on {body['text']}")
        client.chat_postMessage(channel=body["channel_id"], text="incident", blocks=card(1))
        respond(text="only for you: done")

    @app.command("/slow")
    def slow(body: Any) -> None:
        """Forgets to acknowledge."""


def hear_clicks(app: App) -> None:
    @app.action("ack")
    def acknowledge(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        message = body["message"]
        client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text="seen", blocks=[section("seen")])

    @app.action("why")
    def ask_why(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        view = modal(text_input(), private_metadata=body["message"]["ts"], notify_on_close=True)
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("refresh")
    def refresh(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_publish(
            user_id=body["user"]["id"], view={"type": "home", "blocks": [section("fresh")]}, hash=body["view"]["hash"]
        )


def hear_forms(app: App) -> None:
    @app.view("form")
    def answered(ack: Any, view: Any, body: Any, client: WebClient) -> None:
        reason = view["state"]["values"]["why"]["text"]["value"]
        if len(reason) < 5:
            ack(response_action="errors", errors={"why": "Say a little more."})
            return
        ack()
        client.chat_postMessage(channel="C0ALERTS", thread_ts=view["private_metadata"], text=f"because: {reason}")

    @app.view_closed("form")
    def closed(ack: Any, view: Any, client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel="C0ALERTS", thread_ts=view["private_metadata"], text="never mind")


def hear_events(app: App) -> None:
    @app.event("app_mention")
    def mentioned(event: Any, say: Any) -> None:
        say(text=f"you said: {event['text']}", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("app_home_opened")
    def home(event: Any, client: WebClient) -> None:
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section("all is well"), actions(button("refresh"))]}
        )

    @app.event("message")
    def heard(event: Any) -> None:
        """Every message is acknowledged, or Slack would bring it again."""
