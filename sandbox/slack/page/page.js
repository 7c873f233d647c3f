// The page's table of contents: what is drawn when, and what each click means.

import { listen, when } from "./actions.js";
import { readState, waitForChanges } from "./api.js";
import { drawChannel, drawHead } from "./channel.js";
import { act, react, shortcut } from "./clicks.js";
import { complete, drawComposers, onInput, onKey, send } from "./composer.js";
import { here, readAddress, takeState, writeAddress } from "./here.js";
import { drawHome, openHome, showPlace } from "./home.js";
import { look } from "./images.js";
import { closeView, drawModal } from "./modal.js";
import { followEnd } from "./scrolling.js";
import { drawSidebar, onActorKey } from "./sidebar.js";
import { closeThread, drawThread, openThread } from "./thread.js";
import { saying } from "./toast.js";
import { toggleTraffic } from "./traffic.js";
import { breakIt, followWorld, mend, nextDay, play } from "./world.js";

const RETRY_MS = 1500;

async function drawAll() {
  const state = await readState(here.as);
  takeState(state);
  here.unread.delete(here.channel);
  drawFrame();
  await Promise.all([drawChannel(), drawThread(), drawModal(), drawHome()]);
  return state.version;
}

function drawFrame() {
  showPlace();
  drawSidebar();
  drawHead();
  drawComposers();
}

async function openChannel(channel) {
  if (channel !== here.channel) closeThread();
  Object.assign(here, { place: "channel", channel });
  writeAddress();
  await saying(drawAll, "Could not open the channel");
  document.getElementById("composer-text").focus();
}

async function showHome() {
  here.place = "home";
  writeAddress();
  drawFrame();
  await saying(openHome, "The bot could not draw its Home");
  await Promise.all([drawHome(), drawThread()]);
}

/** Another person, the same channel and thread. */
async function actAs(handle) {
  here.as = handle;
  writeAddress();
  await saying(drawAll, "Could not act as someone else");
  if (here.place === "home") await showHome();
}

/** Redraw what a change touched; mark other channels as unread. */
async function redraw(touched) {
  const kinds = new Set(touched.map((key) => key.split(":")[0]));
  const touches = (key) => touched.some((one) => one === key || one.startsWith(`${key}:`));
  const mine = (kind) => touches(`${kind}:${here.me.id}`);
  const draws = [];
  if (touches(`channel:${here.channel}`) || mine("ephemeral")) draws.push(drawChannel());
  if (touches(`thread:${here.channel}`) || touches(`channel:${here.channel}`) || mine("ephemeral"))
    draws.push(drawThread());
  if (mine("views") || mine("notices")) draws.push(drawModal());
  if (mine("home")) draws.push(drawHome());
  await Promise.all(draws);
  if (kinds.has("state") || kinds.has("channels")) takeState(await readState(here.as));
  touched.filter((key) => key.startsWith("channel:")).forEach((key) => noteUnread(key.split(":")[1]));
  drawSidebar();
}

function noteUnread(channel) {
  if (channel !== here.channel || here.place === "home") here.unread.add(channel);
}

/** Follow the workspace; after a lost connection start over from what is true now. */
async function follow() {
  let version = null;
  for (;;) {
    try {
      version ??= await drawAll();
      document.body.classList.remove("offline");
      const news = await waitForChanges(version);
      version = news.version;
      await redraw(news.touched);
    } catch (problem) {
      console.warn(problem);
      version = null;
      document.body.classList.add("offline");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const DEEDS = {
  "open-channel": (element) => openChannel(element.dataset.channelId),
  "open-home": showHome,
  "open-thread": (element) => openThread(element.dataset.thread ?? element.closest("[data-root]").dataset.root),
  "close-thread": closeThread,
  "act-as": (element) => actAs(element.dataset.handle),
  "block-action": act,
  "close-view": closeView,
  complete: (element) => complete(element.dataset.box, Number(element.dataset.index)),
  send: (element) => send(element.dataset.box),
  "toggle-traffic": toggleTraffic,
  "world-next-day": nextDay,
  "world-play": play,
  "world-break": breakIt,
  "world-mend": mend,
  react,
  shortcut,
  look,
};

function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (!document.getElementById("traffic").hidden) toggleTraffic();
  else if (here.thread) closeThread();
}

function start() {
  readAddress();
  Object.entries(DEEDS).forEach(([name, does]) => when(name, does));
  ["messages", "replies"].forEach((id) => followEnd(document.getElementById(id)));
  document.addEventListener("input", onInput);
  for (const onKeydown of [onKey, onActorKey, onEscape]) document.addEventListener("keydown", onKeydown);
  listen();
  followWorld();
  follow();
}

start();
