// Block Kit blocks as elements. A block this page does not know becomes a labelled box, never a hole.

import { formatted, h } from "./dom.js";
import { element, unknownBox } from "./elements.js";
import { image, picture } from "./images.js";
import { markdownHtml } from "./markdown.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";
import { textNode } from "./text.js";

/** The blocks of a message or a view. `scope` names it (for unique ids); `errors` = {block_id: what is wrong}. */
export function blockNodes(blocks, scope, errors = {}) {
  return (blocks ?? []).map((block, index) => {
    const blockId = block.block_id ?? `block-${index}`;
    const draw = BLOCKS[block.type] ?? unknownBox;
    return h(
      "div",
      {
        class: `block block-${block.type}`,
        "data-block-id": blockId,
        "data-block-type": block.type,
        "data-key": `${blockId}/${block.type}`,
      },
      draw(block, { blockId, scope, error: errors[blockId] }),
    );
  });
}

const BLOCKS = {
  header: (block) => textNode(block.text, "h3"),
  divider: () => h("hr"),
  section,
  context,
  input,
  table,
  context_actions: actions,
  actions,
  image: picture,
  rich_text: richText,
  data_table: dataTable,
  markdown: (block) => formatted("div", { class: "markdown" }, markdownHtml(block.text)),
  alert: (block) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textNode(block.text)),
};

function section(block, place) {
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", { class: "field" }, textNode(field))),
    );
  const words = h("div", { class: "words" }, textNode(block.text, "div"), fields);
  return [words, block.accessory && h("div", { class: "accessory" }, element(block.accessory, place))];
}

function context(block) {
  return block.elements.map((part) => (part.type === "image" ? image(part) : textNode(part)));
}

function actions(block, place) {
  return block.elements.map((spec) => element(spec, place));
}

function input(block, place) {
  const id = `${place.scope}-${place.blockId}`;
  const grouped = ["radio_buttons", "checkboxes", "multi_static_select", "multi_users_select"].includes(
    block.element.type,
  );
  const inner = {
    ...place,
    acts: Boolean(block.dispatch_action),
    inputId: `${id}-input`,
    labelId: `${id}-label`,
    describedBy: [block.hint && `${id}-hint`, place.error && `${id}-error`].filter(Boolean).join(" ") || null,
  };
  const label = [textNode(block.label), block.optional && h("em", { class: "optional" }, "optional")];
  return [
    grouped
      ? h("span", { class: "label", id: inner.labelId }, label)
      : h("label", { class: "label", id: inner.labelId, for: inner.inputId }, label),
    element(block.element, inner),
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, textNode(block.hint)),
    place.error && h("p", { class: "error", id: `${id}-error`, "data-testid": "input-error" }, place.error),
  ];
}
