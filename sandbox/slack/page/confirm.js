// The question before a deed: Block Kit's confirm objects.

import { h } from "./dom.js";
import { textNode } from "./text.js";

/** Ask what the element's confirm object asks; true when it carries none or the person agrees. */
export function agreed(element) {
  if (!element.dataset.confirm) return Promise.resolve(true);
  return ask(JSON.parse(element.dataset.confirm));
}

function ask(spec) {
  const dialog = h(
    "dialog",
    { class: "dialog small", "data-testid": "confirm", "aria-labelledby": "confirm-title" },
    h("h2", { id: "confirm-title" }, textNode(spec.title)),
    h("div", { class: "dialog-body" }, textNode(spec.text, "div")),
    h(
      "form",
      { method: "dialog", class: "dialog-foot" },
      h("button", { class: "button", value: "no", "data-testid": "confirm-deny" }, textNode(spec.deny) ?? "Cancel"),
      h(
        "button",
        { class: `button ${spec.style ?? "primary"}`, value: "yes", "data-testid": "confirm-yes" },
        textNode(spec.confirm) ?? "Yes",
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }),
  );
}
