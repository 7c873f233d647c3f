// The boxes people write into: messages, /commands with completion, @mentions.

import { post } from "./api.js";
import { h, morph } from "./dom.js";
import { bot, channelName, here } from "./here.js";
import { toast } from "./toast.js";

const BOXES = {
  composer: { testid: "composer", send: "send", inThread: false },
  "thread-composer": { testid: "thread-composer", send: "thread-send", inThread: true },
};

/** Draw both boxes; what is typed in them stays. */
export function drawComposers() {
  for (const [id, box] of Object.entries(BOXES)) {
    const label = box.inThread ? `Reply as ${here.me?.name}` : `Message ${channelName(here.channel)} as ${here.me?.name}`;
    morph(document.getElementById(id), [
      h("ul", { class: "completion", id: `${id}-list`, role: "listbox", "aria-label": "Suggestions", "data-testid": `${id}-completion`, "data-key": "list", hidden: !open(id) }, open(id)?.nodes ?? []),
      h("textarea", { id: `${id}-text`, rows: 1, placeholder: label, "aria-label": label, "data-testid": box.testid, "data-box": id, "data-key": "text",
        role: "combobox", "aria-expanded": String(Boolean(open(id))), "aria-controls": `${id}-list`, "aria-autocomplete": "list", "aria-activedescendant": open(id) ? `${id}-option-${open(id).at}` : null }),
      h("button", { class: "button primary", "data-do": "send", "data-box": id, "data-testid": box.send, "data-key": "send" }, "Send"),
      h("p", { class: "tip", "data-key": "tip" }, tipFor(id))]);
  }
}

const textarea = (id) => document.getElementById(`${id}-text`);
const suggestions = {};
const open = (id) => suggestions[id];

function tipFor(id) {
  const typed = textarea(id)?.value ?? "";
  if (BOXES[id].inThread) return typed.startsWith("/") ? `Slack runs no /commands in threads: write @${bot()?.handle} and the same words instead.` : `@${bot()?.handle} can be asked here`;
  const command = here.commands.find(({ command: name }) => typed === name || typed.startsWith(`${name} `));
  return command ? `${command.command} ${command.usage_hint ?? ""}` : "Enter sends · Shift+Enter for a new line · / for commands";
}

function candidates(id, typed) {
  if (!BOXES[id].inThread && /^\/\S*$/.test(typed)) {
    return here.commands.filter(({ command }) => command.startsWith(typed) && command !== typed)
      .map(({ command, description, usage_hint: usage }) => ({ insert: `${command} `, title: command, usage, about: description }));
  }
  const at = typed.match(/(?:^|\s)@(\S*)$/);
  if (!at) return [];
  return here.people.filter((someone) => someone.handle.startsWith(at[1]) && someone.id !== here.me?.id && someone.handle !== at[1])
    .sort((a, b) => Number(Boolean(b.is_bot)) - Number(Boolean(a.is_bot)))
    .map((someone) => ({ insert: `${typed.slice(0, typed.length - at[1].length - 1)}@${someone.handle} `, title: `@${someone.handle}`, about: someone.name }));
}

function suggest(id, at = 0) {
  const found = candidates(id, textarea(id).value);
  const node = (option, index) => h("li", { id: `${id}-option-${index}`, role: "option", "aria-selected": String(index === at), "data-do": "complete", "data-box": id, "data-index": index, "data-testid": "completion-option" },
    h("strong", {}, option.title), option.usage && h("code", {}, option.usage), h("span", {}, option.about ?? ""));
  suggestions[id] = found.length ? { found, at, nodes: found.map(node) } : null;
  drawComposers();
  document.getElementById(`${id}-option-${at}`)?.scrollIntoView({ block: "nearest" });
}

export function complete(id, index) {
  const box = textarea(id);
  box.value = open(id).found[index].insert;
  box.focus();
  suggest(id);
}

export function onInput(event) {
  const id = event.target.dataset.box;
  if (!id) return;
  suggest(id);
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
  const answer = await (isCommand ? post("/sandbox/command", { ...where, text })
    : post("/sandbox/message", { ...where, text, ...(BOXES[id].inThread ? { thread_ts: here.thread } : {}) })).catch((problem) => ({ ok: false, problem }));
  if (answer.ok !== false) return;
  if (!box.value) box.value = text;
  if (answer.problem) toast(`Not sent: ${answer.problem.message}`); // a refusal by the workspace comes as a notice
}

function clear(box, id) {
  box.value = "";
  suggest(id);
}
