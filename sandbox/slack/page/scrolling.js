// Newest at the bottom: follow it, unless the reader scrolled up to read something older.

import { morph } from "./dom.js";

const NEAR_PX = 90;
const following = new WeakMap();

/** Make `pane` stay at its end as it grows (pictures load late too); only scrolling up lets go of it. */
export function followEnd(pane) {
  let last = 0;
  following.set(pane, true);
  pane.addEventListener("scroll", () => {
    const nearEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_PX;
    if (nearEnd || pane.scrollTop < last) following.set(pane, nearEnd);
    last = pane.scrollTop;
  });
  pane.addEventListener("load", () => settle(pane), { capture: true });
}

export function settle(pane) {
  if (following.get(pane)) pane.scrollTop = pane.scrollHeight;
}

/** Draw the messages; `fresh` means another channel or thread: start at its end. */
export function fill(pane, nodes, fresh) {
  if (fresh) following.set(pane, true);
  morph(pane, nodes);
  settle(pane);
}
