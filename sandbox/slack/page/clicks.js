// Pressing and picking Block Kit elements, reactions and shortcuts.

import { busyWhile } from "./actions.js";
import { post } from "./api.js";
import { agreed } from "./confirm.js";
import { here } from "./here.js";
import { saying } from "./toast.js";
import { valueOf, valuesIn } from "./values.js";

/** Which message or view an element belongs to, as /sandbox/click wants it. */
function whereOf(element) {
  const message = element.closest("[data-ts]");
  if (message) return { channel: message.dataset.channel, ts: message.dataset.ts };
  const view = element.closest("[data-view-id]");
  return { view_id: view.dataset.viewId, values: valuesIn(view) };
}

/** Something with an action_id was pressed or picked: confirm if it asks for that, then tell the server, visibly. */
export async function act(element) {
  if (element.dataset.kind === "select" && !element.value) return;
  if (!(await agreed(element))) return void unchoose(element);
  const { actionId: action_id, blockId: block_id } = element.dataset;
  const click = { as: here.as, ...whereOf(element), action_id, block_id, value: valueOf(element) };
  await busyWhile(element, () => saying(() => post("/sandbox/click", click), "That click did not arrive"));
}

/** A choice that was not confirmed does not stay visible as if it had been. */
function unchoose(element) {
  if (element.matches("select"))
    element.value = [...element.options].find((option) => option.defaultSelected)?.value ?? "";
}

export function react(element) {
  const message = element.closest("[data-ts]");
  const already = message.querySelector(`.reaction.mine[data-name="${CSS.escape(element.dataset.name)}"]`);
  if (already) return undefined; // a reaction stays, as the driver can only add
  const { channel, ts } = message.dataset;
  return saying(
    () => post("/sandbox/react", { as: here.as, channel, ts, name: element.dataset.name }),
    "No reaction added",
  );
}

/** A shortcut: on a message when pressed in its toolbar, otherwise global. */
export function shortcut(element) {
  const { channel, ts } = element.closest("[data-ts]")?.dataset ?? {};
  return saying(
    () => post("/sandbox/shortcut", { as: here.as, callback_id: element.dataset.callbackId, channel, ts }),
    "The shortcut failed",
  );
}
