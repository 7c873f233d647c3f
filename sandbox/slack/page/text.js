// Text objects (plain_text, mrkdwn) as elements.

import { formatted } from "./dom.js";
import { channelName, nameOf } from "./here.js";
import { mrkdwnHtml, plainHtml } from "./mrkdwn.js";

const NAMES = { user: nameOf, channel: channelName };

export const mrkdwnNode = (text, tag = "div") => formatted(tag, { class: "text" }, mrkdwnHtml(text, NAMES));

/** A text object, or a bare string, inside `tag`. */
export function textNode(text, tag = "span") {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwnNode(text.text, tag);
  return formatted(tag, { class: "text" }, plainHtml(text.text ?? text, text.emoji !== false));
}

/** The words alone: for option labels and attributes, which hold no elements. */
export function wordsOf(text) {
  return text ? textNode(text).textContent : "";
}
