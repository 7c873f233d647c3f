// Building the page's elements, and changing them in place so that focus, typed text and scroll survive an update.

/** An element with attributes (false and null are left out) and children (text stays text). */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") node.style.cssText = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...present(children));
  return node;
}

/** What is there of it: a part that does not apply may be null, undefined, false or "". */
const present = (children) => children.flat(Infinity).filter((child) => child || child === 0);

/** An element whose content is HTML that mrkdwn.js or emoji.js already escaped. */
export function formatted(tag, attributes, safeHtml) {
  const node = h(tag, attributes);
  node.innerHTML = safeHtml;
  return node;
}

/** Make `parent` hold these elements, keeping the elements that are still the same ones (same data-key, or same tag in turn). */
export function morph(parent, parts) {
  const nodes = present(parts);
  const wanted = new Set(nodes.map(keyOf).filter(Boolean));
  const keyed = new Map([...parent.children].filter(keyOf).map((child) => [keyOf(child), child]));
  let cursor = parent.firstChild;
  for (const node of nodes) {
    while (cursor && keyOf(cursor) && !wanted.has(keyOf(cursor))) cursor = removeAndAdvance(cursor);
    const same = keyOf(node) ? keyed.get(keyOf(node)) : alike(cursor, node) && cursor;
    if (same) {
      patch(same, node);
      if (same === cursor) cursor = cursor.nextSibling;
      else parent.insertBefore(same, cursor);
    } else parent.insertBefore(node, cursor);
  }
  while (cursor) cursor = removeAndAdvance(cursor);
}

const keyOf = (node) => node.dataset?.key;

const alike = (a, b) => a && a.nodeName === b.nodeName && !keyOf(a) && !keyOf(b);

function removeAndAdvance(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  patchAttributes(old, fresh);
  morph(old, [...fresh.childNodes]);
}

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    const openedByReader = name === "open" && old.nodeName === "DETAILS";
    if (!fresh.hasAttribute(name) && !openedByReader) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) === value) continue;
    if (name === "style") old.style.cssText = value;
    else old.setAttribute(name, value);
  }
}
