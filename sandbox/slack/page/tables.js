// table and data_table blocks. The first row is the head; numbers stand to the right.

import { h } from "./dom.js";
import { richText } from "./richtext.js";
import { textNode } from "./text.js";

function cellContent(cell) {
  if (cell.type === "rich_text") return richText(cell);
  if (cell.type === "raw_number") return cell.text ?? String(cell.value ?? cell.number ?? "");
  return textNode({ type: "plain_text", text: cell.text ?? "" });
}

function rowNode(row, tag, settings) {
  return h(
    "tr",
    {},
    row.map((cell, column) => {
      const align = settings?.[column]?.align ?? (cell.type === "raw_number" ? "right" : "left");
      const wrap = settings?.[column]?.is_wrapped === false ? " nowrap" : "";
      return h(tag, { class: `${align}${wrap}`, scope: tag === "th" ? "col" : null }, cellContent(cell));
    }),
  );
}

function tableNode(rows, settings, caption) {
  const [head, ...body] = rows;
  return h(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", "aria-label": caption ?? "Table" },
    h(
      "table",
      {},
      caption && h("caption", {}, caption),
      h("thead", {}, rowNode(head, "th", settings)),
      h(
        "tbody",
        {},
        body.map((row) => rowNode(row, "td", settings)),
      ),
    ),
  );
}

export const table = (block) => tableNode(block.rows, block.column_settings, null);

export const dataTable = (block) => tableNode(block.rows, null, block.caption);
