// The boxes people write into: messages, /commands with completion, @mentions.

import { post } from "./api.js";
import { candidates, suggestionList } from "./completion.js";
import { h, morph } from "./dom.js";
import { bot, channelName, here } from "./here.js";
import { toast } from "./toast.js";

const BOXES = {
  composer: { testid: "composer", send: "send", inThread: false },
  "thread-composer": { testid: "thread-composer", send: "thread-send", inThread: true },
};

/** Draw both boxes; what is typed in them stays. */
export function drawComposers() {
  for (const id of Object.keys(BOXES)) {
    morph(document.getElementById(id), [
      suggestionList(id, open(id)),
      writingBox(id),
      sendButton(id),
      h("p", { class: "tip", "data-key": "tip" }, tipFor(id)),
    ]);
  }
}

function writingBox(id) {
  const me = here.me?.name;
  const label = BOXES[id].inThread ? `Reply as ${me}` : `Message ${channelName(here.channel)} as ${me}`;
  return h("textarea", {
    id: `${id}-text`,
    rows: 1,
    placeholder: label,
    "data-testid": BOXES[id].testid,
    "data-box": id,
    "data-key": "text",
    role: "combobox",
    "aria-label": label,
    "aria-expanded": String(Boolean(open(id))),
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    "aria-activedescendant": open(id) ? `${id}-option-${open(id).at}` : null,
  });
}

function sendButton(id) {
  const does = { "data-do": "send", "data-box": id, "data-testid": BOXES[id].send };
  return h("button", { class: "button primary", ...does, "data-key": "send" }, "Send");
}

const textarea = (id) => document.getElementById(`${id}-text`);
const suggestions = {};
const open = (id) => suggestions[id];

function tipFor(id) {
  const typed = textarea(id)?.value ?? "";
  if (BOXES[id].inThread)
    return typed.startsWith("/")
      ? `Slack runs no /commands in threads: write @${bot()?.handle} and the same words instead.`
      : `@${bot()?.handle} can be asked here`;
  const command = here.commands.find(({ command: name }) => typed === name || typed.startsWith(`${name} `));
  return command
    ? `${command.command} ${command.usage_hint ?? ""}`
    : "Enter sends · Shift+Enter for a new line · / for commands";
}

function suggest(id, at = 0) {
  const found = candidates(textarea(id).value, BOXES[id].inThread);
  suggestions[id] = found.length ? { found, at } : null;
  drawComposers();
  document.getElementById(`${id}-option-${at}`)?.scrollIntoView({ block: "nearest" });
}

/** Take the suggestion with this index. */
export function complete(id, index) {
  const box = textarea(id);
  box.value = open(id).found[index].insert;
  box.focus();
  suggest(id);
}

export function onInput(event) {
  const id = event.target.dataset.box;
  if (id) suggest(id);
}

/** Arrows, Tab and Enter choose a suggestion; Enter sends; Shift+Enter is a new line; Escape closes the suggestions. */
export function onKey(event) {
  const id = event.target.dataset?.box;
  if (!id || event.isComposing || event.target.tagName !== "TEXTAREA") return;
  if (open(id) && onKeyInList(event, id)) event.preventDefault();
  else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(id);
  }
}

function onKeyInList(event, id) {
  const { found, at } = open(id);
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) suggest(id, (at + moves[event.key] + found.length) % found.length);
  else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) complete(id, at);
  else if (event.key === "Escape") {
    suggestions[id] = null;
    drawComposers();
    event.stopImmediatePropagation();
  } else return false;
  return true;
}

/** Send what is in the box. A failure leaves the words where they are and says why. */
export async function send(id) {
  const box = textarea(id);
  const text = box.value.trim();
  if (!text) return;
  const isCommand = text.startsWith("/") && !BOXES[id].inThread;
  if (text.startsWith("/") && BOXES[id].inThread) return void toast(tipFor(id));
  clear(box, id);
  const where = { as: here.as, channel: here.channel };
  const answer = await (
    isCommand
      ? post("/sandbox/command", { ...where, text })
      : post("/sandbox/message", { ...where, text, ...(BOXES[id].inThread ? { thread_ts: here.thread } : {}) })
  ).catch((problem) => ({ ok: false, problem }));
  if (answer.ok !== false) return;
  if (!box.value) box.value = text;
  if (answer.problem) toast(`Not sent: ${answer.problem.message}`); // a refusal by the workspace comes as a notice
}

function clear(box, id) {
  box.value = "";
  suggest(id);
}
