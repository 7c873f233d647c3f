// What people picked and typed, read back from the elements.

const READERS = {
  checkbox: (element) => [...element.querySelectorAll("input:checked")].map((box) => box.value),
  radio: (element) => element.querySelector("input:checked")?.value ?? null,
  button: (element) => element.dataset.value ?? null,
  "datetime-local": (element) => (element.value ? Math.round(new Date(element.value).getTime() / 1000) : null),
};

/** The value of one element: text, an option's value, a list for checkboxes and multi-selects, null for nothing. */
export function valueOf(element) {
  return (READERS[element.dataset.kind] ?? ((plain) => plain.value || null))(element);
}

/** Everything inside `root` that holds a value: {block_id: {action_id: value}}. */
export function valuesIn(root) {
  const values = {};
  for (const element of root.querySelectorAll("[data-kind]:not([data-kind=button])")) {
    const { blockId, actionId } = element.dataset;
    (values[blockId] ??= {})[actionId] = valueOf(element);
  }
  return values;
}
