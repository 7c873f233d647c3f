// The small set of emoji the workspace knows: the character for copying and screen readers, a drawing of our own for the eye
// (not every machine has an emoji font).

const disc = (fill, line) => `<circle cx="10" cy="10" r="8" fill="${fill}" stroke="${line}"/>`;
const stroke = (d, colour, width = 2) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const tile = (fill) => `<rect x="1.5" y="1.5" width="17" height="17" rx="4" fill="${fill}"/>`;

// name: [character, spoken name, drawing on a 20 x 20 canvas]
const EMOJI = {
  red_circle: ["🔴", "red circle", disc("#d93a35", "#a92723")],
  large_orange_circle: ["🟠", "orange circle", disc("#ef8b1e", "#bd690f")],
  large_yellow_circle: ["🟡", "yellow circle", disc("#f4c934", "#b8930f")],
  large_green_circle: ["🟢", "green circle", disc("#3ba55c", "#27753f")],
  large_blue_circle: ["🔵", "blue circle", disc("#3f7fdb", "#295a9f")],
  white_circle: ["⚪", "white circle", disc("#f3f4f6", "#9aa3b0")],
  white_check_mark: ["✅", "check mark", tile("#2f9e5a") + stroke("M5.5 10.5l3.2 3.2 6-7", "#fff", 2.4)],
  heavy_check_mark: ["✔️", "check mark", stroke("M4 10.5l4 4 8-9", "#2f9e5a", 3)],
  x: ["❌", "cross", stroke("M5 5l10 10M15 5L5 15", "#d93a35", 3.4)],
  warning: [
    "⚠️",
    "warning",
    '<path d="M10 2.2l8.3 15H1.7z" fill="#f4c934" stroke="#b8930f" stroke-linejoin="round"/>' +
      stroke("M10 8v4.2M10 14.8v.1", "#3a2f00"),
  ],
  rotating_light: [
    "🚨",
    "alarm light",
    '<path d="M5 14V9.5a5 5 0 0 1 10 0V14z" fill="#e0483f"/><rect x="3" y="14" width="14" height="4" rx="1.5" fill="#56606e"/>' +
      stroke("M10 1v1.5M3 4l1.2 1.2M17 4l-1.2 1.2", "#e0483f", 1.6),
  ],
  mag: [
    "🔍",
    "magnifying glass",
    '<circle cx="8.5" cy="8.5" r="5.5" fill="#dcecf7" stroke="#50637a" stroke-width="2"/>' +
      stroke("M13 13l4.5 4.5", "#8a5a2b", 3),
  ],
  wrench: [
    "🔧",
    "wrench",
    stroke("M4 16l7-7", "#6f7c8d", 3.6) + '<path d="M17.5 6a4.6 4.6 0 1 1-4.5-4l-1 3.5 2 2z" fill="#6f7c8d"/>',
  ],
  zzz: ["💤", "asleep", stroke("M3 10h6l-6 7h6M12 3h5l-5 6h5", "#3f7fdb", 2)],
  hourglass_flowing_sand: [
    "⏳",
    "hourglass",
    '<path d="M5 2h10v3.5L11 10l4 4.5V18H5v-3.5L9 10 5 5.5z" fill="#eadfc8" stroke="#8a6a3a" stroke-width="1.4" stroke-linejoin="round"/><path d="M7 16.5h6l-3-3z" fill="#d59a2d"/>',
  ],
  eyes: [
    "👀",
    "eyes",
    '<ellipse cx="5.7" cy="10" rx="4" ry="6.5" fill="#fff" stroke="#7d8896"/><ellipse cx="14.3" cy="10" rx="4" ry="6.5" fill="#fff" stroke="#7d8896"/><circle cx="4.6" cy="11" r="2" fill="#1d2430"/><circle cx="13.2" cy="11" r="2" fill="#1d2430"/>',
  ],
  chart_with_downwards_trend: [
    "📉",
    "falling chart",
    '<rect x="1.5" y="1.5" width="17" height="17" rx="3" fill="#eef1f5" stroke="#9aa3b0"/>' +
      stroke("M4 5l4 4 3-2 5 7", "#3f7fdb"),
  ],
  chart_with_upwards_trend: [
    "📈",
    "rising chart",
    '<rect x="1.5" y="1.5" width="17" height="17" rx="3" fill="#eef1f5" stroke="#9aa3b0"/>' +
      stroke("M4 14l4-4 3 2 5-7", "#d93a35"),
  ],
  bar_chart: [
    "📊",
    "bar chart",
    '<rect x="1.5" y="1.5" width="17" height="17" rx="3" fill="#eef1f5" stroke="#9aa3b0"/>' +
      stroke("M6 15v-4M10 15V6M14 15V9", "#3f7fdb", 2.6),
  ],
  arrow_left: ["⬅️", "arrow to the left", tile("#3f7fdb") + stroke("M14.5 10h-9m4-4l-4 4 4 4", "#fff")],
  arrow_right: ["➡️", "arrow to the right", tile("#3f7fdb") + stroke("M5.5 10h9m-4-4l4 4-4 4", "#fff")],
  books: [
    "📚",
    "books",
    '<rect x="2" y="4" width="4.5" height="14" fill="#2f9e5a"/><rect x="7" y="2" width="4.5" height="16" fill="#d93a35"/><rect x="12.5" y="5" width="5" height="13" fill="#3f7fdb"/>' +
      stroke("M3 8h2.5M8 6h2.5M13.5 9h3", "#fff", 1.4),
  ],
  bulb: [
    "💡",
    "light bulb",
    '<path d="M10 1.8a6 6 0 0 0-3.5 10.8V15h7v-2.4A6 6 0 0 0 10 1.8z" fill="#f7d04b" stroke="#b8930f"/>' +
      stroke("M7.5 17.3h5", "#7d8896"),
  ],
  bell: [
    "🔔",
    "bell",
    '<path d="M4 15c1.6-1.6 1.4-4 1.6-6.5a4.4 4.4 0 0 1 8.8 0c.2 2.5 0 4.9 1.6 6.5z" fill="#f4c934" stroke="#b8930f"/><circle cx="10" cy="17" r="1.6" fill="#b8930f"/>',
  ],
  pushpin: ["📌", "pin", stroke("M10 11v7", "#7d8896") + '<path d="M6.5 2h7l-1 5 2.5 4H5l2.5-4z" fill="#d93a35"/>'],
  "+1": [
    "👍",
    "thumbs up",
    '<path d="M8 9l2.5-6.5c2 0 2.6 1.4 2.2 3.2L12.2 8H17c1.2 0 1.7 1 1.4 2l-1.7 6c-.3 1-.9 1.5-2 1.5H8z" fill="#f2c14e" stroke="#b8860b"/><rect x="2" y="8.5" width="4.5" height="9" rx="1.2" fill="#3f7fdb"/>',
  ],
  tada: [
    "🎉",
    "party popper",
    '<path d="M2 18L7 6l7 7z" fill="#f4c934" stroke="#b8930f" stroke-linejoin="round"/>' +
      stroke("M10 5l1-3M13 8l4-4M15 11l3-.5", "#d93a35", 1.6),
  ],
  no_entry: [
    "⛔",
    "no entry",
    '<circle cx="10" cy="10" r="8.5" fill="#d93a35"/><rect x="4.5" y="8.3" width="11" height="3.4" rx="1" fill="#fff"/>',
  ],
  alarm_clock: [
    "⏰",
    "alarm clock",
    '<circle cx="10" cy="11" r="6.8" fill="#fff" stroke="#d93a35" stroke-width="2"/>' +
      stroke("M10 7.5V11l2.5 1.5M3 4.5l2.5-2M17 4.5l-2.5-2", "#d93a35", 1.7),
  ],
  leftwards_arrow_with_hook: [
    "↩️",
    "undo",
    tile("#3f7fdb") + stroke("M8 5.5L5 8.5l3 3M5.5 8.5H12a2.8 2.8 0 0 1 0 5.6H8", "#fff"),
  ],
  raised_hands: ["🙌", "raised hands", null],
  fire: ["🔥", "fire", null],
};

const BY_CHARACTER = new Map(
  Object.entries(EMOJI).map(([name, [character]]) => [character.replace("\uFE0F", ""), name]),
);
const ANY = new RegExp(`:([a-z0-9_+-]+):|(${[...BY_CHARACTER.keys()].join("|")})\\uFE0F?`, "gu");

/** The HTML of one emoji by its Slack name, or null when the workspace does not know it. */
export function emojiHtml(name) {
  const known = EMOJI[name];
  if (!known) return null;
  const [character, spoken, drawing] = known;
  const inside = drawing
    ? `<svg viewBox="0 0 20 20" aria-hidden="true">${drawing}</svg><i>${character}</i>`
    : character;
  return `<span class="emoji" role="img" aria-label="${spoken}" title=":${name}:">${inside}</span>`;
}

/** Draw :names: and known characters in escaped text; `keep` stores the HTML out of further formatting's way. */
export function withEmoji(escaped, keep = (html) => html) {
  return escaped.replace(ANY, (whole, name, character) => {
    const html = emojiHtml(name ?? BY_CHARACTER.get(character));
    return html ? keep(html) : whole;
  });
}
