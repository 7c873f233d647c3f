// The left of the page: where to read, and as whom.

import { h, morph } from "./dom.js";
import { actors, bot, here } from "./here.js";
import { avatar } from "./people.js";

export function drawSidebar() {
  morph(document.getElementById("sidebar"), [
    h(
      "div",
      { class: "team" },
      h("img", { src: "/page/mark.svg", alt: "", class: "avatar" }),
      h("div", {}, h("strong", {}, here.team?.name ?? "Sandbox"), h("small", {}, "a practice workspace")),
    ),
    h("h2", {}, "Channels"),
    h("ul", {}, here.channels.filter((channel) => !channel.is_im).map(channelItem)),
    h("h2", {}, "App"),
    h("ul", {}, homeItem(), here.channels.filter((channel) => channel.is_im).map(channelItem)),
    globalShortcuts(),
    h("div", { class: "grow" }),
    h("h2", { id: "act-as-label" }, "You are acting as"),
    h(
      "div",
      { class: "actors", role: "radiogroup", "aria-labelledby": "act-as-label", "data-testid": "act-as" },
      actors().map(actorItem),
    ),
  ]);
}

function channelItem(channel) {
  const current = here.place === "channel" && channel.id === here.channel;
  const unread = here.unread.has(channel.id);
  return h(
    "li",
    { "data-key": channel.id },
    h(
      "button",
      {
        class: `place ${unread ? "unread" : ""}`,
        "data-do": "open-channel",
        "data-channel-id": channel.id,
        "data-testid": `channel-${channel.id}`,
        "aria-current": current ? "page" : null,
      },
      h("span", { class: "sign", "aria-hidden": "true" }, channel.is_im ? "✉" : "#"),
      h("span", {}, channel.is_im ? "Direct messages" : channel.name),
      unread && h("span", { class: "dot", role: "img", "aria-label": "unread" }),
    ),
  );
}

const homeItem = () =>
  h(
    "li",
    {},
    h(
      "button",
      {
        class: "place",
        "data-do": "open-home",
        "data-testid": "app-home",
        "aria-current": here.place === "home" ? "page" : null,
      },
      h("span", { class: "sign", "aria-hidden": "true" }, "⌂"),
      h("span", {}, `${bot()?.name ?? "Bot"} home`),
    ),
  );

function globalShortcuts() {
  const some = here.shortcuts.filter((shortcut) => shortcut.type !== "message");
  return some.length
    ? h(
        "ul",
        { class: "shortcuts" },
        some.map((shortcut) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                class: "place",
                "data-do": "shortcut",
                "data-callback-id": shortcut.callback_id,
                "data-testid": `shortcut-${shortcut.callback_id}`,
                title: shortcut.description,
              },
              h("span", { class: "sign", "aria-hidden": "true" }, "›"),
              shortcut.name,
            ),
          ),
        ),
      )
    : null;
}

function actorItem(someone) {
  const current = someone.handle === here.as;
  const hint = someone.roles_hint ?? "";
  return h(
    "button",
    {
      class: "actor",
      role: "radio",
      "aria-checked": String(current),
      "data-do": "act-as",
      "data-handle": someone.handle,
      "data-testid": `act-as-${someone.handle}`,
      "data-key": someone.handle,
      title: hint,
      tabindex: current ? 0 : -1,
    },
    avatar(someone.id),
    h("span", {}, h("strong", {}, someone.name), current && hint && h("small", {}, hint)),
  );
}

/** Arrow keys move between the people, as in any group of radio buttons. */
export function onActorKey(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || !event.target.matches?.(".actor")) return;
  event.preventDefault();
  const all = [...document.querySelectorAll(".actor")];
  const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
  next.focus();
  next.click();
}
