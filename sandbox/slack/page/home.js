// The bot's App Home, as the acting person sees it.

import { post, readHome } from "./api.js";
import { blockNodes } from "./blocks.js";
import { h, morph } from "./dom.js";
import { here } from "./here.js";
import { inTurn } from "./turns.js";

const pane = () => document.getElementById("home");

/** Show either the Home or the channel in the middle. */
export function showPlace() {
  const home = here.place === "home";
  pane().hidden = !home;
  document.getElementById("messages").hidden = home;
  document.getElementById("composer").hidden = home;
}

export const drawHome = inTurn(async () => {
  if (here.place !== "home") return;
  const { as } = here;
  const { view } = await readHome(as);
  if (as !== here.as) return;
  if (view) pane().dataset.viewId = view.id;
  morph(
    pane(),
    view
      ? [h("div", { class: "blocks sheet", "data-key": view.id }, blockNodes(view.blocks, `home-${view.id}`))]
      : [
          h(
            "div",
            { class: "empty", "data-key": "empty" },
            h("p", {}, "The bot has not drawn a Home for this person yet."),
          ),
        ],
  );
});

/** Tell the server that the person opened the Home: the bot draws it then. */
export const openHome = () => post("/sandbox/open_home", { as: here.as });
