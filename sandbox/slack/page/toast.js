// Short notices at the edge of the page: what went wrong, in words.

import { h } from "./dom.js";

const SHOWN_FOR_MS = 7000;

/** Say `words`; above an open dialog too, and to a screen reader. */
export function toast(words) {
  const region = document.getElementById("toasts");
  const note = h("p", { class: "toast", "data-testid": "toast" }, words);
  region.append(note);
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
  setTimeout(() => {
    note.remove();
    if (!region.children.length) region.hidePopover();
  }, SHOWN_FOR_MS);
}

/** Run `work`; a failure becomes a notice instead of silence. Answers undefined then. */
export async function saying(work, whatFailed) {
  try {
    return await work();
  } catch (problem) {
    toast(`${whatFailed}: ${problem.message}`);
    return undefined;
  }
}
