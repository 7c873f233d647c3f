// One message: who, when, what, and what hangs on it.

import { blockNodes } from "./blocks.js";
import { clockTime, dayName, fullTime } from "./dates.js";
import { formatted, h } from "./dom.js";
import { emojiHtml } from "./emoji.js";
import { here, nameOf } from "./here.js";
import { fileNode } from "./images.js";
import { authorName, authorOf, avatar } from "./people.js";
import { mrkdwnNode } from "./text.js";

const QUICK_REACTIONS = ["eyes", "white_check_mark", "+1"];
const SAME_BREATH_SECONDS = 300;

/** Messages with dividers between days; `pane` is "channel" or "thread". */
export function messageNodes(messages, pane, channel) {
  const leastBefore = pane === "thread" ? 1 : 0; // the first reply follows the count, not the root
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const newDay = !before || dayName(before.ts) !== dayName(message.ts);
    const divider =
      newDay &&
      pane === "channel" &&
      h(
        "div",
        { class: "day", "data-key": `day-${dayName(message.ts)}`, role: "separator" },
        h("span", {}, dayName(message.ts)),
      );
    return [
      divider,
      messageNode(message, pane, channel, !newDay && index > leastBefore && follows(before, message)),
    ].filter(Boolean);
  });
}

const follows = (before, message) =>
  authorOf(before) === authorOf(message) &&
  !message.blocks &&
  !before.ephemeral === !message.ephemeral &&
  Number(message.ts) - Number(before.ts) < SAME_BREATH_SECONDS &&
  message.subtype !== "thread_broadcast";

function messageNode(message, pane, channel, compact) {
  if (message.subtype === "tombstone")
    return h("article", { class: "message gone", "data-key": message.ts }, h("p", {}, "This message was deleted."));
  const ephemeral = Boolean(message.ephemeral || message.is_ephemeral);
  const root = message.thread_ts ?? message.ts;
  return h(
    "article",
    {
      class: `message ${ephemeral ? "ephemeral" : ""} ${compact ? "compact" : ""}`,
      "data-key": message.ts,
      "data-ts": message.ts,
      "data-root": root,
      "data-channel": channel,
      "data-testid": "message",
      "aria-label": `${authorName(message)}, ${clockTime(message.ts)}`,
    },
    h("div", { class: "gutter" }, compact ? h("time", {}, clockTime(message.ts)) : avatar(authorOf(message))),
    h(
      "div",
      { class: "body" },
      !compact && byline(message),
      ephemeral && onlyYou(),
      message.subtype === "thread_broadcast" && pane === "channel" && broadcastNote(root),
      content(message, pane),
      compact && editedMark(message),
      reactions(message),
      pane === "channel" && replies(message),
    ),
    !ephemeral && toolbar(pane),
  );
}

const byline = (message) =>
  h(
    "p",
    { class: "byline" },
    h("strong", {}, authorName(message)),
    (message.bot_id || message.subtype === "bot_message") && h("span", { class: "badge" }, "app"),
    h("time", { title: fullTime(message.ts) }, clockTime(message.ts)),
    editedMark(message),
  );

const editedMark = (message) =>
  message.edited &&
  h("span", { class: "edited", title: fullTime(message.edited.ts), "data-testid": "edited" }, "edited");

const onlyYou = () => h("p", { class: "only-you", "data-testid": "only-you" }, "Only visible to you");

const broadcastNote = (root) =>
  h(
    "button",
    { class: "broadcast", "data-do": "open-thread", "data-thread": root },
    "also sent to the channel, from its thread",
  );

function content(message, pane) {
  const scope = `${pane}-${message.ts}`.replace(".", "-");
  const drawn = message.blocks?.length
    ? h("div", { class: "blocks" }, blockNodes(message.blocks, scope))
    : message.text && mrkdwnNode(message.text);
  return [
    drawn,
    (message.attachments ?? []).map((attachment, index) => attachmentNode(attachment, `${scope}-${index}`)),
    (message.files ?? []).map(fileNode),
  ];
}

const COLOURS = { good: "#2f9e5a", warning: "#d59a2d", danger: "#d93a35" };

function attachmentNode(attachment, scope) {
  const colour =
    COLOURS[attachment.color] ??
    (/^#?[0-9a-f]{6}$/i.test(attachment.color ?? "") ? `#${attachment.color.replace("#", "")}` : "#c8ced8");
  return h(
    "div",
    { class: "attachment", style: `border-left-color: ${colour}` },
    attachment.pretext && mrkdwnNode(attachment.pretext),
    attachment.title && h("strong", {}, attachment.title),
    attachment.blocks ? blockNodes(attachment.blocks, scope) : attachment.text && mrkdwnNode(attachment.text),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const pill = ({ name, users, count }) =>
    h(
      "button",
      {
        class: `reaction ${users.includes(here.me?.id) ? "mine" : ""}`,
        "data-do": "react",
        "data-name": name,
        "aria-pressed": String(users.includes(here.me?.id)),
        "data-testid": `reaction-${name}`,
        title: users.map(nameOf).join(", "),
      },
      emojiHtml(name) ? formatted("span", {}, emojiHtml(name)) : `:${name}:`,
      ` ${count ?? users.length}`,
    );
  return h("p", { class: "reactions" }, message.reactions.map(pill));
}

function replies(message) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { class: "replies", "data-do": "open-thread", "data-testid": "reply-count" },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, "small")),
    h("strong", {}, words),
    message.latest_reply && h("span", {}, `last at ${clockTime(message.latest_reply)}`),
  );
}

function toolbar(pane) {
  const quick = QUICK_REACTIONS.map((name) =>
    h(
      "button",
      { "data-do": "react", "data-name": name, "aria-label": `React with ${name}` },
      formatted("span", {}, emojiHtml(name)),
    ),
  );
  const shortcuts = here.shortcuts
    .filter((shortcut) => shortcut.type === "message")
    .map((shortcut) =>
      h(
        "button",
        { "data-do": "shortcut", "data-callback-id": shortcut.callback_id, title: shortcut.description },
        shortcut.name,
      ),
    );
  return h(
    "div",
    { class: "toolbar" },
    quick,
    pane === "channel" &&
      h("button", { "data-do": "open-thread", "data-testid": "reply", "aria-label": "Reply in thread" }, "Reply"),
    shortcuts,
  );
}
