// Block Kit elements: what people press, pick and type into. Every one carries data-action-id and data-block-id.

import { h } from "./dom.js";
import { actors, here, nameOf } from "./here.js";
import { image } from "./images.js";
import { safeLink } from "./mrkdwn.js";
import { textNode, wordsOf } from "./text.js";

/** One element. `place` = {blockId, scope, acts}: `acts` is false inside an input block that does not dispatch. */
export function element(spec, place) {
  const draw = ELEMENTS[spec?.type];
  return draw ? draw(spec, place) : unknownBox(spec);
}

/** What the page does not know is shown as it came, with its name, rather than left out. */
export function unknownBox(spec) {
  return h(
    "figure",
    { class: "unknown", "data-testid": "unknown" },
    h("figcaption", {}, `${spec?.type ?? "?"} (not drawn here)`),
    h("pre", {}, JSON.stringify(spec, null, 2)),
  );
}

const ELEMENTS = {
  button,
  image,
  overflow,
  workflow_button: button,
  static_select: (spec, place) => select(spec, place, optionNodes(spec, spec.initial_option?.value), "Choose …"),
  users_select: (spec, place) => select(spec, place, peopleNodes(spec.initial_user), "Choose a person …"),
  conversations_select: (spec, place) =>
    select(spec, place, channelNodes(spec.initial_conversation), "Choose a channel …"),
  channels_select: (spec, place) => select(spec, place, channelNodes(spec.initial_channel), "Choose a channel …"),
  multi_static_select: (spec, place) => choices(spec, place, "checkbox", allOptions(spec)),
  multi_users_select: (spec, place) => choices(spec, place, "checkbox", peopleOptions(spec)),
  radio_buttons: (spec, place) => choices(spec, place, "radio", spec.options),
  checkboxes: (spec, place) => choices(spec, place, "checkbox", spec.options),
  plain_text_input: textInput,
  email_text_input: (spec, place) => input(spec, place, "email", spec.initial_value),
  url_text_input: (spec, place) => input(spec, place, "url", spec.initial_value),
  number_input: (spec, place) =>
    input(spec, place, "number", spec.initial_value, {
      min: spec.min_value,
      max: spec.max_value,
      step: spec.is_decimal_allowed ? "any" : 1,
    }),
  datepicker: (spec, place) => input(spec, place, "date", spec.initial_date),
  timepicker: (spec, place) => input(spec, place, "time", spec.initial_time),
  datetimepicker: (spec, place) => input(spec, place, "datetime-local", localMinutes(spec.initial_date_time)),
};

const identity = (spec, place) => ({
  "data-action-id": spec.action_id,
  "data-block-id": place.blockId,
  "data-confirm": spec.confirm ? JSON.stringify(spec.confirm) : null,
});

const spoken = (place) => ({
  "aria-describedby": place.describedBy ?? null,
  "aria-invalid": place.error ? "true" : null,
});

function button(spec, place) {
  const attributes = {
    ...identity(spec, place),
    class: `button ${spec.style ?? ""}`,
    "data-do": "block-action",
    "data-value": spec.value,
    "data-kind": "button",
    "aria-label": spec.accessibility_label,
  };
  const label = textNode(spec.text);
  if (!spec.url || !safeLink(spec.url)) return h("button", { type: "button", ...attributes }, label);
  return h("a", { href: spec.url, target: "_blank", rel: "noopener noreferrer", ...attributes }, label);
}

function overflow(spec, place) {
  const items = spec.options.map((option) =>
    h(
      "button",
      {
        type: "button",
        ...identity(spec, place),
        "data-do": "block-action",
        "data-value": option.value,
        "data-kind": "button",
      },
      textNode(option.text),
      option.description && h("small", {}, textNode(option.description)),
    ),
  );
  return h(
    "details",
    { class: "menu", "data-overflow": spec.action_id },
    h("summary", { class: "button", "aria-label": "More actions", "data-testid": "overflow" }, "⋯"),
    h("div", { class: "menu-items" }, items),
  );
}

// An element acts at once unless it sits in an input block, which waits for Submit.
const acting = (place) => (place.acts === false ? {} : { "data-do": "block-action" });

function select(spec, place, options, hint) {
  const first = h("option", { value: "" }, wordsOf(spec.placeholder) || hint);
  return h(
    "select",
    {
      ...identity(spec, place),
      ...acting(place),
      ...spoken(place),
      id: place.inputId,
      "data-kind": "select",
      "aria-label": place.inputId ? null : wordsOf(spec.placeholder) || hint,
    },
    first,
    options,
  );
}

const optionNode = (chosen) => (option) =>
  h("option", { value: option.value, selected: option.value === chosen }, wordsOf(option.text));

function optionNodes(spec, chosen) {
  if (!spec.option_groups) return (spec.options ?? []).map(optionNode(chosen));
  return spec.option_groups.map((group) =>
    h("optgroup", { label: wordsOf(group.label) }, group.options.map(optionNode(chosen))),
  );
}

const peopleNodes = (chosen) =>
  actors().map((someone) => h("option", { value: someone.id, selected: someone.id === chosen }, nameOf(someone.id)));

const channelNodes = (chosen) =>
  here.channels.map((channel) =>
    h("option", { value: channel.id, selected: channel.id === chosen }, `#${channel.name}`),
  );

const allOptions = (spec) => spec.options ?? spec.option_groups.flatMap((group) => group.options);

const peopleOptions = (spec) =>
  actors().map((someone) => ({
    value: someone.id,
    text: nameOf(someone.id),
    initial: (spec.initial_users ?? []).includes(someone.id),
  }));

function choices(spec, place, type, options) {
  const initial = new Set(
    [spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.value),
  );
  const name = `${place.scope}-${place.blockId}-${spec.action_id}`;
  const rows = options.map((option) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type, name, value: option.value, checked: option.initial || initial.has(option.value) }),
      h("span", {}, textNode(option.text), option.description && h("small", {}, textNode(option.description))),
    ),
  );
  return h(
    "fieldset",
    {
      ...identity(spec, place),
      ...acting(place),
      ...spoken(place),
      id: place.inputId,
      class: "choices",
      "data-kind": type,
      "aria-labelledby": place.labelId,
    },
    rows,
  );
}

const initialFocus = (spec) => (spec.focus_on_load ? { autofocus: true } : {});

function textInput(spec, place) {
  const attributes = {
    ...identity(spec, place),
    ...spoken(place),
    ...initialFocus(spec),
    id: place.inputId,
    "data-kind": "text",
    placeholder: wordsOf(spec.placeholder),
    maxlength: spec.max_length,
  };
  if (spec.multiline) return h("textarea", { ...attributes, rows: 4 }, spec.initial_value ?? "");
  return h("input", { ...attributes, type: "text", value: spec.initial_value, autocomplete: "off" });
}

function input(spec, place, type, value, more = {}) {
  return h("input", {
    ...identity(spec, place),
    ...acting(place),
    ...spoken(place),
    ...initialFocus(spec),
    ...more,
    type,
    value,
    id: place.inputId,
    "data-kind": type,
    placeholder: wordsOf(spec.placeholder),
    "aria-label": place.inputId ? null : wordsOf(spec.placeholder) || type,
  });
}

/** A datetime-local value (local time, to the minute) of Unix seconds. */
function localMinutes(seconds) {
  if (!seconds) return null;
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
