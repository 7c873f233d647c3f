// The markdown block: standard Markdown, the part that people write. Escaped first, like everything.

import { withEmoji } from "./emoji.js";
import { anchor, escapeHtml } from "./mrkdwn.js";

function inline(escaped) {
  const kept = [];
  const keep = (html) => `\uE002${kept.push(html) - 1}\uE003`;
  const formatted = withEmoji(
    escaped
      .replace(/`([^`\n]+)`/g, (_, code) => keep(`<code>${code}</code>`))
      .replace(/\[([^\]\n]+)\]\(([^)\s]+)\)/g, (_, label, url) => keep(anchor(url, withEmoji(label)))),
    keep,
  )
    .replace(/\*\*([^*\n]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])/g, "<em>$1</em>")
    .replace(/~~([^~\n]+)~~/g, "<s>$1</s>");
  return restore(formatted, kept);
}

const restore = (html, kept) => html.replace(/\uE002(\d+)\uE003/g, (_, index) => restore(kept[Number(index)], kept));

const cells = (line) =>
  line
    .replace(/^\s*\||\|\s*$/g, "")
    .split("|")
    .map((cell) => inline(cell.trim()));

// Each kind of paragraph: what its lines look like, and the HTML of a run of them.
const PARAGRAPHS = [
  [/^#{1,6}\s/, (lines) => lines.map((line) => `<h4>${inline(line.replace(/^#+\s*/, ""))}</h4>`).join("")],
  [/^(-{3,}|\*{3,})$/, () => "<hr>"],
  [
    /^\s*[-*+]\s/,
    (lines) => `<ul>${lines.map((line) => `<li>${inline(line.replace(/^\s*[-*+]\s+/, ""))}</li>`).join("")}</ul>`,
  ],
  [
    /^\s*\d+[.)]\s/,
    (lines) => `<ol>${lines.map((line) => `<li>${inline(line.replace(/^\s*\d+[.)]\s+/, ""))}</li>`).join("")}</ol>`,
  ],
  [
    /^&gt;/,
    (lines) => `<blockquote>${lines.map((line) => inline(line.replace(/^&gt;\s?/, ""))).join("<br>")}</blockquote>`,
  ],
  [/^\s*\|.*\|\s*$/, tableHtml],
  [/^\s*$/, () => ""],
  [/^/, (lines) => `<p>${lines.map(inline).join("<br>")}</p>`],
];

function tableHtml(lines) {
  const [head, ...body] = lines.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
  const row = (tag) => (values) => `<tr>${values.map((value) => `<${tag}>${value}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row("th")(head ?? [])}</thead><tbody>${body.map(row("td")).join("")}</tbody></table>`;
}

const kindOf = (line) => PARAGRAPHS.find(([pattern]) => pattern.test(line));

/** Markdown text as HTML. */
export function markdownHtml(text) {
  const parts = escapeHtml(String(text ?? "").replace(/[\uE000-\uE003]/g, "")).split(/^```\w*\n([\s\S]*?)^```\s*$/m);
  return parts
    .map((part, index) => (index % 2 ? `<pre><code>${part.replace(/\n$/, "")}</code></pre>` : paragraphs(part)))
    .join("");
}

function paragraphs(part) {
  const runs = [];
  for (const line of part.split("\n")) {
    const kind = kindOf(line);
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.map(({ kind, lines }) => kind[1](lines)).join("");
}
