// Where the reader is: acting as whom, in which channel, with which thread open. Kept in the address, so that a reload stays put.

export const here = {
  as: "oncall",
  me: null,
  team: {},
  people: [],
  channels: [],
  commands: [],
  shortcuts: [],
  place: "channel",
  channel: "C0ALERTS",
  thread: null,
  unread: new Set(),
  version: 0,
};

const byId = (list, id) => list.find((entry) => entry.id === id);

export const person = (id) => byId(here.people, id);
export const nameOf = (id) => person(id)?.name ?? person(id)?.handle ?? id;

/** "#launches", or the bot's name for direct messages with it. */
export function channelName(id) {
  const channel = byId(here.channels, id);
  return channel?.is_im ? (bot()?.name ?? "the bot") : `#${channel?.name ?? id}`;
}

export const actors = () => here.people.filter((someone) => !someone.is_bot);
export const bot = () => here.people.find((someone) => someone.is_bot);

/** Read the place from the address: ?as=lead&channel=C0ALERTS&thread=1700000000.000100, &channel=home, or a permalink. */
export function readAddress() {
  const given = new URLSearchParams(location.search);
  const [, channel, seconds, micro] = location.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/) ?? [];
  here.as = given.get("as") ?? here.as;
  here.thread = given.get("thread") ?? given.get("thread_ts") ?? (channel ? `${seconds}.${micro}` : null);
  here.place = given.get("channel") === "home" ? "home" : "channel";
  if (here.place === "channel") here.channel = channel ?? given.get("channel") ?? here.channel;
}

export function writeAddress() {
  const place = new URLSearchParams({ as: here.as, channel: here.place === "home" ? "home" : here.channel });
  if (here.thread) place.set("thread", here.thread);
  history.replaceState(null, "", `/?${place}`);
}

/** Take what /sandbox/state says; a channel or a person that does not exist falls back to the first there is. */
export function takeState(state) {
  const { team, me, people, channels, commands, shortcuts } = state;
  Object.assign(here, { team, me, people, channels, commands: commands ?? [], shortcuts: shortcuts ?? [] });
  if (!byId(channels, here.channel)) here.channel = channels[0]?.id;
}
