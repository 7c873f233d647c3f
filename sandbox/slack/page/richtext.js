// rich_text blocks as elements.

import { formatted, h } from "./dom.js";
import { emojiHtml } from "./emoji.js";
import { dateWords } from "./dates.js";
import { channelName, nameOf } from "./here.js";
import { safeLink } from "./mrkdwn.js";

const INLINE = {
  text: (part) =>
    styled(
      part.text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])),
      part.style,
    ),
  link: (part) =>
    safeLink(part.url)
      ? h(
          "a",
          { href: part.url, target: "_blank", rel: "noopener noreferrer" },
          styled(part.text || part.url, part.style),
        )
      : styled(part.text || part.url, part.style),
  user: (part) => h("span", { class: "mention" }, `@${nameOf(part.user_id)}`),
  channel: (part) => h("span", { class: "mention" }, channelName(part.channel_id)),
  usergroup: (part) => h("span", { class: "mention" }, `@${part.usergroup_id}`),
  broadcast: (part) => h("span", { class: "mention" }, `@${part.range}`),
  emoji: (part) => (emojiHtml(part.name) ? formatted("span", {}, emojiHtml(part.name)) : `:${part.name}:`),
  date: (part) => h("time", {}, dateWords(part.timestamp, part.format, part.fallback)),
  color: (part) => h("code", {}, part.value),
};

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

function styled(content, style = {}) {
  return Object.entries(STYLE_TAGS)
    .filter(([name]) => style[name])
    .reduce((inner, [, tag]) => h(tag, {}, inner), h("span", {}, content));
}

const inline = (parts) => (parts ?? []).map((part) => INLINE[part.type]?.(part) ?? h("code", {}, JSON.stringify(part)));

const PARAGRAPHS = {
  rich_text_section: (part) => h("p", {}, inline(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, h("code", {}, inline(part.elements))),
  rich_text_quote: (part) => h("blockquote", {}, inline(part.elements)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", {}, inline(item.elements))),
    ),
};

/** The paragraphs of a rich_text block, or of a rich_text table cell. */
export function richText(block) {
  return (block.elements ?? []).map((part) => PARAGRAPHS[part.type]?.(part) ?? h("code", {}, JSON.stringify(part)));
}
