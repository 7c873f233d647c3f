// What could be meant by what is typed so far: the workspace's /commands, and people after an @.

import { h } from "./dom.js";
import { here } from "./here.js";

/** The suggestions for `typed`: [{insert: the whole text once chosen, title, usage, about}]. No commands in a thread. */
export function candidates(typed, inThread) {
  if (!inThread && /^\/\S*$/.test(typed)) return commandsLike(typed);
  const at = typed.match(/(?:^|\s)@(\S*)$/);
  return at ? peopleLike(at[1], typed.slice(0, typed.length - at[1].length - 1)) : [];
}

const commandsLike = (typed) =>
  here.commands
    .filter(({ command }) => command.startsWith(typed) && command !== typed)
    .map(({ command, description, usage_hint: usage }) => ({
      insert: `${command} `,
      title: command,
      usage,
      about: description,
    }));

const peopleLike = (start, before) =>
  here.people
    .filter(({ handle, id }) => handle.startsWith(start) && handle !== start && id !== here.me?.id)
    .sort((a, b) => Number(b.is_bot) - Number(a.is_bot))
    .map(({ handle, name }) => ({ insert: `${before}@${handle} `, title: `@${handle}`, about: name }));

/** The list under the arrow keys; `at` is the one that Tab or Enter would choose. */
export function suggestionList(box, open) {
  const attributes = { class: "completion", id: `${box}-list`, role: "listbox", "aria-label": "Suggestions" };
  return h(
    "ul",
    { ...attributes, "data-testid": `${box}-completion`, "data-key": "list", hidden: !open },
    open?.found.map((option, index) => suggestion(box, option, index, index === open.at)),
  );
}

function suggestion(box, option, index, chosen) {
  const does = { "data-do": "complete", "data-box": box, "data-index": index };
  return h(
    "li",
    {
      ...does,
      id: `${box}-option-${index}`,
      role: "option",
      "aria-selected": String(chosen),
      "data-testid": "completion-option",
    },
    h("strong", {}, option.title),
    option.usage && h("code", {}, option.usage),
    h("span", {}, option.about ?? ""),
  );
}
