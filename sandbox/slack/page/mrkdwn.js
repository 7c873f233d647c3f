// Slack's mrkdwn as HTML. Everything is escaped first; only then is anything formatted, so that text stays text.

import { withEmoji } from "./emoji.js";
import { dateWords } from "./dates.js";

// Private-use characters stand for < and > (and for kept pieces) until the end; the same characters in the input are dropped.
const OPEN = "\uE000",
  CLOSE = "\uE001",
  KEPT = "\uE002",
  END = "\uE003";
const MARKERS = /[\uE000-\uE003]/g;

/** Escape a string for HTML text and attributes. */
export function escapeHtml(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(text ?? "").replace(/[&<>"']/g, (character) => entities[character]);
}

// Slack's own three entities are already escapes; any other & is a plain character.
const escapeSlack = (text) =>
  String(text ?? "")
    .replace(MARKERS, "")
    .replace(/&(?!(?:amp|lt|gt);)/g, "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("<", OPEN)
    .replaceAll(">", CLOSE);

const unmark = (text) => text.replaceAll(OPEN, "&lt;").replaceAll(CLOSE, "&gt;");

/** Only addresses that a click can safely follow; null otherwise. `url` is already escaped. */
export function safeLink(url) {
  return /^(https?:\/\/|mailto:)/i.test(url) ? url : null;
}

export function anchor(url, label) {
  return safeLink(url) ? `<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>` : label;
}

/** mrkdwn text as HTML. `names` answers user(id) and channel(id) with display names. */
export function mrkdwnHtml(text, names) {
  const kept = [];
  const keep = (html) => `${KEPT}${kept.push(html) - 1}${END}`;
  let html = escapeSlack(text);
  html = html.replace(/```\n?([\s\S]*?)\n?```\n?/g, (_, code) => keep(`<pre><code>${unmark(code)}</code></pre>`));
  html = html.replace(/`([^`\n]+)`/g, (_, code) => keep(`<code>${unmark(code)}</code>`));
  html = html.replace(/\uE000([^\uE000\uE001]+)\uE001/g, (whole, token) => tokenHtml(token, names, keep) ?? whole);
  html = asLines(emphasis(withEmoji(html, keep)));
  return unmark(restore(html, kept));
}

const restore = (html, kept) => {
  const pieces = new RegExp(`${KEPT}(\\d+)${END}`, "g");
  while (html.includes(KEPT)) html = html.replace(pieces, (_, index) => kept[Number(index)]);
  return html;
};

function tokenHtml(token, names, keep) {
  const [target, ...rest] = token.split("|");
  const label = rest.join("|");
  if (target.startsWith("!date^")) return keep(escapedDate(target, label));
  if (/^@[UW]/.test(target)) return keep(mention(`@${escapeHtml(names.user(target.slice(1)))}`));
  if (target.startsWith("#")) return keep(mention(label ? `#${label}` : escapeHtml(names.channel(target.slice(1)))));
  if (/^!(here|channel|everyone)$/.test(target)) return keep(mention(`@${target.slice(1)}`));
  if (target.startsWith("!subteam^")) return keep(mention(label || "@group"));
  if (!safeLink(target)) return null;
  return keep(anchor(target, withEmoji(unmark(label || target.replace(/^mailto:/, "")))));
}

const mention = (words) => `<span class="mention">${words}</span>`;

function escapedDate(target, fallback) {
  const [, seconds, format, link] = target.split("^");
  const words = `<time>${escapeHtml(dateWords(Number(seconds), format, fallback))}</time>`;
  return link ? anchor(link, words) : words;
}

// A marker counts when it hugs its words and stands at a word's edge: 2*3*4 and snake_case_names stay as they are.
function emphasis(html) {
  const rule = (sign, tag) => (text) =>
    text.replace(
      new RegExp(
        `(?<![\\p{L}\\p{N}${sign}])${sign}(?![\\s${sign}])([^\\n]*?[^\\s${sign}]|[^\\s${sign}])${sign}(?![\\p{L}\\p{N}${sign}])`,
        "gu",
      ),
      `<${tag}>$1</${tag}>`,
    );
  return [rule("\\*", "strong"), rule("_", "em"), rule("~", "s")].reduce((text, apply) => apply(text), html);
}

function asLines(html) {
  const out = [];
  let quote = [];
  const closeQuote = () => {
    if (quote.length) out.push(`<blockquote>${quote.join("<br>")}</blockquote>`);
    quote = [];
  };
  for (const line of html.split("\n")) {
    const quoted = line.match(/^(?:&gt;|\uE001) ?(.*)$/);
    if (quoted) quote.push(quoted[1]);
    else {
      closeQuote();
      out.push(`${line}<br>`);
    }
  }
  closeQuote();
  return out.join("").replace(/<br>$/, "");
}

/** plain_text as HTML: escaped, line breaks kept, emoji drawn unless the text object says not to. */
export function plainHtml(text, emoji = true) {
  const html = escapeHtml(text).replaceAll("\n", "<br>");
  return emoji ? withEmoji(html) : html;
}
