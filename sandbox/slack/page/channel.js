// The middle of the page: the open channel's messages.

import { readChannel } from "./api.js";
import { h, morph } from "./dom.js";
import { bot, channelName, here } from "./here.js";
import { messageNodes } from "./message.js";
import { fill } from "./scrolling.js";
import { inTurn } from "./turns.js";

const pane = () => document.getElementById("messages");
let shown = null;
let firstLoad = true;

/** Fetch and draw the open channel. Ephemeral messages do not survive the first load of the page, as in Slack. */
export const drawChannel = inTurn(async () => {
  const { as, channel } = here;
  const { messages } = await readChannel(as, channel, firstLoad);
  firstLoad = false;
  if (as !== here.as || channel !== here.channel) return;
  const nodes = messages.length ? messageNodes(messages, "channel", channel) : [emptyNote()];
  fill(pane(), nodes, shown !== channel);
  shown = channel;
});

function emptyNote() {
  const channel = here.channels.find((one) => one.id === here.channel);
  const botIsIn = channel?.is_im || (channel?.members ?? []).includes(bot()?.id);
  const about = botIsIn
    ? `${bot().name} speaks up here when something needs you. Type / to ask it something.`
    : "People only: the bot has not been invited.";
  return h("div", { class: "empty", "data-key": "empty" }, h("p", {}, "All quiet"), h("p", {}, about));
}

const topicOf = (channel) => channel?.topic?.value ?? channel?.topic ?? "";

/** The line above the messages: name, topic, and whether the reader is in it. */
export function drawHead() {
  const channel = here.channels.find((one) => one.id === here.channel);
  const home = here.place === "home";
  const title = home ? (bot()?.name ?? "Home") : channelName(here.channel);
  const about = home
    ? `App Home, as ${here.me?.name ?? ""} sees it`
    : [topicOf(channel), channel?.is_archived && "(archived)", channel?.is_member === false && "(not a member)"]
        .filter(Boolean)
        .join(" ");
  morph(document.getElementById("channel-head"), [
    h("div", {}, h("h1", { "data-testid": "channel-title" }, title), h("p", {}, about)),
    h(
      "button",
      {
        class: "plain",
        "data-do": "toggle-traffic",
        "data-testid": "traffic-toggle",
        title: "What the bot and the workspace say to each other",
      },
      "Traffic",
    ),
  ]);
}
