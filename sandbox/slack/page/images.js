// Pictures: image blocks, image elements and files. Only pictures of this server are loaded; others are named.

import { h } from "./dom.js";
import { wordsOf } from "./text.js";

/** The address of an image on this server (url, or Slack file), or null when it lies elsewhere. */
function localAddress(spec) {
  const given = spec.slack_file
    ? spec.slack_file.id
      ? `/files/${spec.slack_file.id}`
      : spec.slack_file.url
    : spec.image_url;
  if (!given || given.startsWith("data:image/")) return given ?? null;
  const url = new URL(given, location.origin);
  const loopback = ["127.0.0.1", "localhost"].includes(url.hostname);
  return url.origin === location.origin || (loopback && url.pathname.startsWith("/files/"))
    ? url.pathname + url.search
    : null;
}

/** An image element: small, beside text. */
export function image(spec) {
  const address = localAddress(spec);
  if (!address) return h("span", { class: "elsewhere" }, `picture: ${spec.alt_text ?? ""}`);
  return h("img", { class: "thumbnail", src: address, alt: spec.alt_text ?? "" });
}

/** An image block: title, picture (opens large), alt text as a tooltip. */
export function picture(spec) {
  const address = localAddress(spec);
  const title = wordsOf(spec.title);
  return h(
    "figure",
    { class: "picture" },
    title && h("figcaption", {}, title),
    address
      ? opener(address, spec.alt_text ?? title)
      : h("p", { class: "elsewhere" }, `Picture elsewhere, not loaded: ${spec.alt_text ?? ""}`),
  );
}

const opener = (address, alt) =>
  h(
    "button",
    { type: "button", class: "opener", "data-do": "look", "data-src": address, "aria-label": `Look closer: ${alt}` },
    h("img", { src: address, alt }),
  );

/** A file of a message: pictures are drawn, others offered. */
export function fileNode(file) {
  const title = file.title || file.name;
  if (!file.mimetype?.startsWith("image/"))
    return h("a", { class: "file", href: file.url_private, download: file.name }, title);
  return picture({ image_url: file.url_private, alt_text: file.alt_txt ?? title, title });
}

/** Show a picture as large as the window allows. */
export function look(opened) {
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": "Picture", "data-testid": "lightbox" },
    h("img", { src: opened.dataset.src, alt: opened.querySelector("img").alt }),
    h("p", {}, opened.querySelector("img").alt),
  );
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
