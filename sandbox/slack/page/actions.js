// One place that hears clicks and changes: elements say what they mean with data-do, modules say what that does.

const doers = new Map();

/** What happens when an element with data-do="name" is clicked (or, for inputs, changed). */
export function when(name, does) {
  doers.set(name, does);
}

function hear(kind) {
  return (event) => {
    const element = event.target.closest?.("[data-do]");
    if (!element || isInput(element) !== (kind === "change")) return;
    if (element.getAttribute("aria-busy") === "true" || element.getAttribute("aria-disabled") === "true") return;
    doers.get(element.dataset.do)?.(element, event);
  };
}

// A select or an input speaks when it changes, and so does a group of them (radio buttons, checkboxes).
const isInput = (element) => element.matches("select, input, textarea, fieldset");

export function listen() {
  document.addEventListener("click", hear("click"));
  document.addEventListener("change", hear("change"));
  document.addEventListener("click", closeMenus);
  document.addEventListener("toggle", keepInside, { capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus({ target: document.body }));
}

// A menu that would leave the window or its scrolling pane opens the other way.
function keepInside(event) {
  if (!event.target.matches?.("details.menu[open]")) return;
  const items = event.target.querySelector(".menu-items");
  const pane = (event.target.closest(".scroll, .dialog-body") ?? document.body).getBoundingClientRect();
  items.classList.toggle("leftward", event.target.getBoundingClientRect().left + items.offsetWidth > pane.right);
  items.classList.toggle("upward", event.target.getBoundingClientRect().bottom + items.offsetHeight > pane.bottom);
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const pickedInside = event.target.closest("details.menu") === menu && !event.target.closest("[data-do]");
    if (!pickedInside) menu.open = false;
  }
}

/** Show at once that a click was heard, until the answer is there. */
export async function busyWhile(element, work) {
  element.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}
