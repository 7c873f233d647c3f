// The drawer that shows what the bot and the workspace say to each other, newest first.

import { readTraffic } from "./api.js";
import { h, morph } from "./dom.js";

const EVERY_MS = 1500;
const drawer = () => document.getElementById("traffic");
let timer = null;

export function toggleTraffic() {
  drawer().hidden = !drawer().hidden;
  clearInterval(timer);
  if (drawer().hidden) return;
  drawTraffic();
  timer = setInterval(drawTraffic, EVERY_MS);
}

async function drawTraffic() {
  const answer = await readTraffic(200).catch(() => null);
  if (answer)
    morph(drawer(), [
      head(answer),
      h("ol", { class: "scroll", tabindex: 0, "data-key": "list" }, answer.traffic.toReversed().map(entryNode)),
    ]);
}

const connected = (sockets) => (sockets === 1 ? "1 Socket Mode connection" : `${sockets} Socket Mode connections`);

const head = ({ traffic, sockets }) =>
  h(
    "header",
    { class: "head", "data-key": "head" },
    h(
      "div",
      {},
      h("h2", {}, "Traffic"),
      h("p", {}, `${traffic.length} calls, newest first · → from the bot · ← to it · ${connected(sockets)}`),
    ),
    h("button", { class: "plain", "data-do": "toggle-traffic", "aria-label": "Close the traffic drawer" }, "×"),
  );

const ARROWS = { in: "→", out: "←" };

function entryNode(entry) {
  const failed = entry.response?.ok === false || entry.response?.error;
  const pretty = (value) => (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));
  return h(
    "li",
    { "data-key": `${entry.at}-${entry.name}-${entry.ms}`, "data-testid": "traffic-entry" },
    h(
      "details",
      {},
      h(
        "summary",
        { class: failed ? "failed" : "" },
        h("span", { "aria-hidden": "true" }, ARROWS[entry.direction] ?? "·"),
        h("strong", {}, entry.name),
        h("span", { class: "badge" }, entry.kind),
        h(
          "span",
          { class: "ms" },
          `${failed ? `${entry.response.error ?? "failed"} · ` : ""}${entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms`}`,
        ),
      ),
      h("h4", {}, "request"),
      h("pre", {}, pretty(entry.request)),
      h("h4", {}, "response"),
      h("pre", {}, pretty(entry.response)),
    ),
  );
}
