// The world the bot watches: its day, what is broken in it, and what to try next. Hidden where there is no world.

import { busyWhile } from "./actions.js";
import { post, readWorld } from "./api.js";
import { h, morph } from "./dom.js";
import { saying } from "./toast.js";

const EVERY_MS = 1000;
const WITHOUT_A_WORLD_MS = 15000;
const strip = () => document.getElementById("world");

/** Keep the strip current for as long as the page is open. */
export async function followWorld() {
  const there = await drawWorld();
  setTimeout(followWorld, there ? EVERY_MS : WITHOUT_A_WORLD_MS);
}

async function drawWorld() {
  const world = await readWorld().catch((problem) => (problem.status === 404 ? null : undefined));
  if (world === undefined) return true;
  strip().hidden = !world;
  if (world) morph(strip(), world.now ? parts(world) : [clock(world)]); // no date yet: it is still being prepared
  return Boolean(world);
}

const parts = (world) => [clock(world), controls(world), faultPart(world), story(world), overrides(world)];

const number = (value) => new Intl.NumberFormat("en").format(value);

const date = (iso) =>
  new Intl.DateTimeFormat("en", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(iso));

const clock = (world) =>
  h(
    "div",
    { class: "world-clock", "data-key": "clock" },
    h("p", { class: "world-name" }, world.name),
    world.now && today(world),
    world.busy ? busyBar(world) : facts(world),
  );

const today = (world) =>
  h(
    "p",
    { "data-key": "today" },
    h("strong", { "data-testid": "world-day" }, `Day ${world.day}`),
    h("time", { "data-testid": "world-date" }, date(world.now)),
  );

const facts = (world) =>
  h(
    "p",
    { class: "world-facts", "data-key": "facts" },
    world.impressions_today && h("span", {}, `${number(world.impressions_today)} impressions today`),
    world.serving_version && h("span", {}, `model v${world.serving_version}`),
  );

function controls(world) {
  const busy = Boolean(world.busy);
  return h(
    "div",
    { class: "world-controls", "data-key": "controls" },
    h(
      "button",
      {
        class: "button",
        "data-do": "world-play",
        "data-playing": String(!world.playing),
        "aria-pressed": String(world.playing),
        "data-testid": "world-play",
      },
      world.playing ? "❚❚ Pause" : "▶ Play",
    ),
    h(
      "button",
      {
        class: "button",
        "data-do": "world-next-day",
        "data-testid": "world-next-day",
        "aria-disabled": busy ? "true" : null,
      },
      "Next day",
    ),
  );
}

const faultPart = (world) => (world.fault ? brokenPart(world.fault) : breakingPart(world));

function brokenPart(fault) {
  const title = `${fault.title} ${since(fault.started)}`;
  return h(
    "div",
    { class: "world-fault", "data-key": "fault-on" },
    h(
      "p",
      { class: "broken", "data-testid": "world-broken", title },
      h("small", {}, "Broken:"),
      h("strong", {}, fault.title),
    ),
    h("button", { class: "button", "data-do": "world-mend", "data-testid": "world-mend" }, "Mend"),
  );
}

function breakingPart(world) {
  const does = { "data-do": "world-break", "data-testid": "world-break" };
  return h(
    "div",
    { class: "world-fault", "data-key": "fault-off" },
    h(
      "select",
      { "data-testid": "world-fault", "aria-label": "What to break" },
      faultGroup("Break something", "fault", world.faults),
      faultGroup("Only looks alarming", "benign", world.faults),
    ),
    h("button", { class: "button danger", ...does, "aria-disabled": world.busy ? "true" : null }, "Break it"),
  );
}

const faultGroup = (label, kind, faults) =>
  h(
    "optgroup",
    { label },
    faults.filter((one) => (one.kind ?? "fault") === kind).map((one) => h("option", { value: one.name }, one.title)),
  );

const since = (started) => (started ? `since ${/^\d{4}-/.test(started) ? date(started) : started}` : "");

const busyBar = (world) =>
  h(
    "p",
    { class: "world-busy", "data-key": "busy", "data-testid": "world-busy" },
    h("progress", { value: world.progress, max: 1, "aria-label": world.busy }),
    h("span", {}, world.busy),
  );

/** The steps of a first visit: what is done, and the one thing to do next. */
function story(world) {
  const steps = world.story ?? [];
  const next = steps.findIndex((step) => !step.done);
  const state = (step, index) => (step.done ? "done" : index === next ? "next" : "later");
  const item = (step, index) =>
    h(
      "li",
      { class: state(step, index), "aria-current": index === next ? "step" : null, "data-testid": "story-step" },
      h("span", { class: "tick", "aria-hidden": "true" }, step.done ? "✓" : String(index + 1)),
      h("span", {}, step.step),
    );
  const hint = next < 0 ? "That is the whole story. Break something else, or look around." : steps[next].hint;
  return h(
    "div",
    { class: "story", "data-key": "story", hidden: !steps.length },
    h("ol", { "aria-label": "The story so far" }, steps.map(item)),
    hint && h("p", { class: "next-step", "data-testid": "story-hint" }, hint),
  );
}

const overrides = (world) =>
  h(
    "ul",
    { class: "overrides", "data-key": "overrides", "aria-label": "In force", hidden: !world.overrides?.length },
    (world.overrides ?? []).map((override) =>
      h(
        "li",
        { "data-testid": "override" },
        h("strong", {}, "Hotfix in force: "),
        override.words,
        override.expires_at && h("small", {}, ` until ${date(override.expires_at)}`),
      ),
    ),
  );

/** Do one thing to the world and show it at once. */
async function change(element, path, body) {
  await busyWhile(element, () => saying(() => post(path, body), "The world did not obey"));
  await drawWorld();
}

export const nextDay = (element) => change(element, "/world/next-day", {});
export const play = (element) => change(element, "/world/play", { playing: element.dataset.playing === "true" });
export const mend = (element) => change(element, "/world/mend", {});
export const breakIt = (element) =>
  change(element, "/world/break", { fault: document.querySelector("[data-testid=world-fault]").value });
