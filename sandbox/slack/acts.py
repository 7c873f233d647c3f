"""What people do: post, run commands, press, submit. Each act becomes the genuine payload and waits for the answer."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack import events, inputs, payloads
from sandbox.slack.answers import apply_answer
from sandbox.slack.delivery.base import Ack
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.escaping import escape, typed_text
from sandbox.slack.passes import Hook
from sandbox.slack.people import BOT_ID, BOT_USER, Channel, Person
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

_TROUBLE = {"timeout": "operation_timeout", "http_timeout": "operation_timeout", "no_connection": "dispatch_failed"}


def reachable(ws: Workspace, who: str, where: str) -> tuple[Person, Channel]:
    """The person and the channel they are in (`dm` is theirs with the bot); SlackError not_in_channel, is_archived."""
    person = ws.person(who)
    channel = ws.direct(person.id) if where in ("dm", "@recsysops") else ws.channel(where)
    if channel.is_archived:
        raise SlackError("is_archived")
    if person.id not in channel.members:
        raise SlackError("not_in_channel")
    return person, channel


def seen_message(ws: Workspace, person: Person, channel: Channel, ts: str) -> Json:
    """A message of the channel or one whispered to this person; SlackError message_not_found."""
    for whispered in ws.ephemerals.get(person.id, []):
        if whispered["ts"] == ts and whispered["channel"] == channel.id:
            return copy.deepcopy(whispered)
    return ws.board.shown(channel.id, ts)


class Acts:
    """People's acts in one workspace."""

    def __init__(self, ws: Workspace, courier: Courier) -> None:
        self._ws, self._courier = ws, courier

    def post(self, who: str, where: str, text: str, thread_ts: str | None = None) -> Json:
        """A person says something; `@recsysops` in it is a real mention."""
        person, channel = reachable(self._ws, who, where)
        stored = typed_text(text, self._ws.people.values(), self._ws.channels.values())
        fields: Json = {"user": person.id, "text": stored, "client_msg_id": self._ws.stamps.next()}
        if thread_ts:
            fields["thread_ts"] = thread_ts
        message = self._ws.say(channel, fields)
        return {"ok": True, "channel": channel.id, "ts": message["ts"]}

    async def command(self, who: str, where: str, line: str, thread_ts: str | None = None) -> Json:
        """A slash command; the answer in its acknowledgement is shown to the person at once."""
        person, channel = reachable(self._ws, who, where)
        name, _, text = line.strip().partition(" ")
        declared = self._ws.manifest.command(name)
        if declared is None or not self._ws.manifest.grants("commands"):
            return self._fail(person, "unknown_command", f"`{name}` is not a valid command.")
        if thread_ts:
            return self._fail(person, "not_in_threads", f"`{name}` is not supported in threads. Sorry!")
        escaped = typed_text(text, self._ws.people.values(), self._ws.channels.values(), named=True)
        text = escaped if declared.get("should_escape") else escape(text)
        key = self._ws.passes.grant_hook(person.id, channel.id)
        trigger = self._ws.passes.grant_trigger(person.id)
        payload = payloads.slash_command(person, channel, name, text.strip(), trigger, self._hook_url(key))
        ack = await self._courier.ask("slash_commands", name, payload)
        if not ack.ok:
            return self._not_heard(person, name, ack)
        return self._shown(person, channel, ack)

    def _shown(self, person: Person, channel: Channel, ack: Ack) -> Json:
        body = {"text": ack.body} if isinstance(ack.body, str) else ack.body
        if not body:
            return {"ok": True, "response": None}
        try:
            apply_answer(self._ws, Hook(person.id, channel.id, 0.0, 0), body)
        except SlackError as refusal:
            return {
                **self._fail(person, refusal.code, f"The app's answer could not be shown: {refusal.code}"),
                "response": body,
            }
        return {"ok": True, "response": body}

    async def click(self, who: str, where: str, ts: str, action_id: str, block_id: str | None, value: Any) -> Json:
        """Someone presses or chooses something in a message."""
        person, channel = reachable(self._ws, who, where)
        message = seen_message(self._ws, person, channel, ts)
        if message.get("bot_id") != BOT_ID:
            raise SlackError("no_such_element", known=[])
        blocks = [*message.get("blocks", []), *(b for a in message.get("attachments", []) for b in a.get("blocks", []))]
        block, element = inputs.find_element(blocks, action_id, block_id, value)
        inputs.refuse_unpressable(block, element)
        pressed = inputs.action(block, element, value, self._ws.stamps.next())
        state = inputs.state_of(blocks, {}, _one_value(block, element, value))
        key = self._ws.passes.grant_hook(
            person.id, channel.id, ts, message.get("thread_ts"), bool(message.get("ephemeral"))
        )
        payload = payloads.message_click(
            person, channel, message, pressed, state, self._ws.passes.grant_trigger(person.id), self._hook_url(key)
        )
        return self._answered(person, action_id, await self._courier.ask("interactive", "block_actions", payload))

    async def click_in_view(
        self, who: str, view_id: str, action_id: str, block_id: str | None, value: Any, values: Json
    ) -> Json:
        """Someone presses or chooses something in a modal or Home; `values` is what the other inputs hold by now."""
        person = self._ws.person(who)
        view = self._own_view(person, view_id)
        block, element = inputs.find_element(view["blocks"], action_id, block_id, value)
        inputs.refuse_unpressable(block, element)
        chosen = {b: dict(by_action) for b, by_action in values.items()}
        for b, by_action in _one_value(block, element, value).items():
            chosen.setdefault(b, {}).update(by_action)
        view["state"]["values"] = inputs.state_of(view["blocks"], view["state"]["values"], chosen)
        pressed = inputs.action(block, element, value, self._ws.stamps.next())
        trigger = self._ws.passes.grant_trigger(person.id)
        payload = payloads.view_click(person, outward(view), pressed, trigger)
        return self._answered(person, action_id, await self._courier.ask("interactive", "block_actions", payload))

    def _own_view(self, person: Person, view_id: str) -> Json:
        owner, view = self._ws.views.find(view_id)
        if owner != person.id:
            raise SlackError("not_found")
        return view

    async def shortcut(self, who: str, callback_id: str, where: str | None, ts: str | None) -> Json:
        """A global shortcut, or one on a message when a channel and ts are named."""
        person = self._ws.person(who)
        declared = self._ws.manifest.shortcut(callback_id)
        wanted = "message" if ts else "global"
        if declared is None or declared.get("type") not in (wanted, "any") or not self._ws.manifest.grants("commands"):
            raise SlackError("unknown_shortcut")
        trigger, now = self._ws.passes.grant_trigger(person.id), self._ws.stamps.next()
        if ts is None or where is None:
            payload = payloads.shortcut(person, callback_id, trigger, now)
        else:
            person, channel = reachable(self._ws, who, where)
            message = seen_message(self._ws, person, channel, ts)
            url = self._hook_url(self._ws.passes.grant_hook(person.id, channel.id, ts))
            payload = payloads.message_shortcut(person, callback_id, channel, message, trigger, url, now)
        return self._answered(person, callback_id, await self._courier.ask("interactive", payload["type"], payload))

    def react(self, who: str, where: str, ts: str, name: str) -> Json:
        """A person adds an emoji."""
        person, channel = reachable(self._ws, who, where)
        self._ws.react(channel, ts, name.strip(":"), person.id)
        return {"ok": True}

    def open_home(self, who: str) -> Json:
        """A person looks at the bot's Home tab."""
        person = self._ws.person(who)
        channel, view = self._ws.direct(person.id), self._ws.views.homes.get(person.id)
        shown = outward(view) if view else None
        self._ws.emit(events.of_home(person.id, channel.id, "home", shown, self._ws.stamps.next()))
        return {"ok": True}

    def invite(self, who: str, where: str) -> Json:
        """A person brings the bot into a channel."""
        _, channel = reachable(self._ws, who, where)
        return {"ok": True, "joined": self._ws.join(channel, BOT_USER)}

    def _hook_url(self, key: str) -> str:
        return f"{self._ws.base_url}/hooks/{key}"

    def _answered(self, person: Person, name: str, ack: Ack) -> Json:
        return {"ok": True, "response": ack.body} if ack.ok else self._not_heard(person, name, ack)

    def _not_heard(self, person: Person, name: str, ack: Ack) -> Json:
        error = _TROUBLE.get(ack.reason, ack.reason)
        return self._fail(person, error, f"{name} failed with the error “{error}”")

    def _fail(self, person: Person, error: str, text: str) -> Json:
        self._ws.notice(person.id, text)
        return {"ok": False, "error": error, "response": None}


def outward(view: Json) -> Json:
    """The view as it is sent: without what the sandbox keeps for itself."""
    return {k: copy.deepcopy(v) for k, v in view.items() if k != "errors"}


def _one_value(block: Json, element: Json, value: Any) -> Json:
    keeps = element["type"] in inputs.STATEFUL
    return {block["block_id"]: {element["action_id"]: value}} if keeps else {}
