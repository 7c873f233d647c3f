// Everything the page asks of the sandbox server.

async function answerOf(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok)
    throw Object.assign(
      new Error([body.error ?? `${path} answered ${response.status}`, body.detail].filter(Boolean).join(": ")),
      { status: response.status },
    );
  return body;
}

/** GET with query parameters; null ones are left out. */
export function get(path, query = {}, signal = undefined) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return answerOf(given.length ? `${path}?${new URLSearchParams(given)}` : path, { signal });
}

export function post(path, body = {}) {
  const headers = { "content-type": "application/json" };
  return answerOf(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export const readState = (as) => get("/sandbox/state", { as });
export const readChannel = (as, channel, fresh) => get("/sandbox/channel", { as, channel, fresh: fresh ? 1 : null });
export const readThread = (as, channel, ts) => get("/sandbox/thread", { as, channel, ts });
export const readViews = (as) => get("/sandbox/views", { as });
export const readHome = (as) => get("/sandbox/home", { as });
export const readTraffic = (last) => get("/sandbox/traffic", { last });
export const waitForChanges = (since, signal) => get("/sandbox/changes", { since }, signal);
export const readWorld = () => get("/world/state");
