// How a person is drawn: a small tile with a sign of their own.

import { h } from "./dom.js";
import { nameOf, person } from "./here.js";

const initials = (name) =>
  name
    .split(/[\s-]+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2)
    .toUpperCase();

/** The tile of a person; the bot has its mark. Decorative: the name stands beside it. */
export function avatar(id, size = "") {
  const someone = person(id);
  if (someone?.is_bot) return h("img", { class: `avatar ${size}`, src: "/page/mark.svg", alt: "" });
  return h(
    "span",
    { class: `avatar who-${someone?.handle ?? "other"} ${size}`, "aria-hidden": "true" },
    initials(nameOf(id) || "?"),
  );
}

/** Who wrote a message: a person's id, or the bot's user. */
export const authorOf = (message) => message.user ?? message.bot_id;

export function authorName(message) {
  return message.username ?? nameOf(message.user ?? message.bot_profile?.name ?? "unknown");
}
