// The right of the page: one message and its replies.

import { readThread } from "./api.js";
import { h } from "./dom.js";
import { channelName, here, writeAddress } from "./here.js";
import { messageNodes } from "./message.js";
import { fill } from "./scrolling.js";
import { inTurn } from "./turns.js";

const panel = () => document.getElementById("thread");
let shown = null;

/** Fetch and draw the open thread; a thread that is gone closes the panel. */
export const drawThread = inTurn(async () => {
  panel().hidden = !here.thread || here.place === "home";
  if (panel().hidden) return;
  const { as, channel, thread } = here;
  const answer = await readThread(as, channel, thread).catch((problem) => ({ problem }));
  if (as !== here.as || thread !== here.thread) return;
  if (answer.problem?.status) closeThread();
  if (answer.problem) return;
  document.getElementById("thread-channel").textContent = channelName(channel);
  fill(document.getElementById("replies"), withCount(answer.messages, channel), shown !== thread);
  shown = thread;
});

function withCount(messages, channel) {
  const nodes = messageNodes(messages, "thread", channel);
  const count = messages.length - 1;
  const words = count === 0 ? "No replies yet" : count === 1 ? "1 reply" : `${count} replies`;
  nodes.splice(1, 0, h("div", { class: "day left", "data-key": "count" }, h("span", {}, words)));
  return nodes;
}

export function openThread(ts) {
  here.thread = ts;
  writeAddress();
  return drawThread();
}

export function closeThread() {
  here.thread = null;
  shown = null;
  writeAddress();
  panel().hidden = true;
}
