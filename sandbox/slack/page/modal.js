// Modals: the top of the person's view stack. What is typed stays until they submit or close.

import { busyWhile } from "./actions.js";
import { post, readViews } from "./api.js";
import { blockNodes } from "./blocks.js";
import { h, morph } from "./dom.js";
import { here } from "./here.js";
import { textNode, wordsOf } from "./text.js";
import { saying, toast } from "./toast.js";
import { inTurn } from "./turns.js";
import { valuesIn } from "./values.js";

const heard = {};

const dialog = () => document.querySelector("[data-testid=modal]");

/** Fetch and draw the top view; close the dialog when there is none. */
export const drawModal = inTurn(async () => {
  const { as } = here;
  const { views, notices } = await readViews(as);
  if (as !== here.as) return;
  newNotices(as, notices ?? []).forEach(toast);
  const view = views.at(-1);
  if (!view) return void shut(dialog());
  draw(view, views.length);
});

/** Take the dialog away; the focus goes back to where it was. */
function shut(box) {
  if (!box) return;
  delete box.dataset.viewId;
  box.close();
  box.remove();
}

/** What Slack itself said to this person since the last look; the server answers with the latest ones each time. */
function newNotices(as, notices) {
  const known = heard[as] ?? notices;
  heard[as] = notices;
  const overlaps = (skipped) => known.slice(skipped).every((words, index) => words === notices[index]);
  const skipped = [...known.keys(), known.length].find(overlaps);
  return notices.slice(known.length - skipped);
}

function draw(view, depth) {
  const box = dialog() ?? openDialog();
  const isNew = box.dataset.viewId !== view.id;
  Object.assign(box.dataset, { viewId: view.id, hash: view.hash ?? "" });
  box.setAttribute("aria-label", wordsOf(view.title));
  morph(box, [h("form", { class: "modal-form", "data-key": view.id, novalidate: true }, parts(view, depth))]);
  if (isNew)
    (
      box.querySelector("[autofocus], .block-input input, .block-input select, .block-input textarea") ??
      box.querySelector(".dialog-foot button")
    )?.focus();
}

function parts(view, depth) {
  const close = h(
    "button",
    { type: "button", class: "button", "data-do": "close-view", "data-testid": "modal-close" },
    textNode(view.close) ?? "Cancel",
  );
  const submit =
    view.submit &&
    h("button", { type: "submit", class: "button primary", "data-testid": "modal-submit" }, textNode(view.submit));
  return [
    h(
      "header",
      { class: "dialog-head" },
      h("h2", {}, textNode(view.title)),
      depth > 1 && h("span", { class: "depth" }, `step ${depth}`),
      h("button", { type: "button", class: "plain", "data-do": "close-view", "aria-label": "Close" }, "×"),
    ),
    h("div", { class: "dialog-body blocks" }, blockNodes(view.blocks, `view-${view.id}`, view.errors ?? {})),
    h("footer", { class: "dialog-foot" }, close, submit),
  ];
}

function openDialog() {
  const box = h("dialog", { class: "dialog", "data-testid": "modal" });
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeView();
  });
  box.addEventListener("close", closeView); // a browser may close it despite the line above
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(box);
  });
  document.body.append(box);
  box.showModal();
  return box;
}

export async function closeView() {
  const view_id = dialog()?.dataset.viewId;
  if (!view_id) return;
  await saying(() => post("/sandbox/close_view", { as: here.as, view_id }), "Could not close");
  await drawModal();
}

async function submit(box) {
  const button = box.querySelector("[data-testid=modal-submit]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  const request = { as: here.as, view_id: box.dataset.viewId, values: valuesIn(box) };
  const answer = await busyWhile(button, () => saying(() => post("/sandbox/submit", request), "Not submitted"));
  if (!answer) return;
  await drawModal();
  if (answer.errors) dialog()?.querySelector("[aria-invalid]")?.focus();
}
