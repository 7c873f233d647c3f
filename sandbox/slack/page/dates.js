// Times in the reader's own zone.

const words = (date, options) => new Intl.DateTimeFormat("en", options).format(date);

/** "14:05" of a Slack ts ("1700000000.000100") or of seconds. */
export const clockTime = (ts) =>
  words(new Date(Number(ts) * 1000), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "Monday, 5 January" of a Slack ts: the divider between days. */
export const dayName = (ts) => words(new Date(Number(ts) * 1000), { weekday: "long", month: "long", day: "numeric" });

export const fullTime = (ts) => words(new Date(Number(ts) * 1000), { dateStyle: "full", timeStyle: "medium" });

const DATE_PARTS = {
  date_num: (d) => d.toISOString().slice(0, 10),
  date: (d) => words(d, { month: "long", day: "numeric", year: "numeric" }),
  date_short: (d) => words(d, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (d) => words(d, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  time: (d) => words(d, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  time_secs: (d) => words(d, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago: (d) => ago((Date.now() - d.getTime()) / 1000),
};
DATE_PARTS.date_pretty = DATE_PARTS.date;
DATE_PARTS.date_short_pretty = DATE_PARTS.date_short;
DATE_PARTS.date_long_pretty = DATE_PARTS.date_long;
DATE_PARTS.date_long_full = DATE_PARTS.date_long;

/** Slack's <!date^seconds^format|fallback>: the fallback when the seconds are not a time. */
export function dateWords(seconds, format, fallback) {
  const date = new Date(seconds * 1000);
  if (!format || Number.isNaN(date.getTime())) return fallback;
  return format.replace(/\{(\w+)\}/g, (whole, part) => DATE_PARTS[part]?.(date) ?? whole);
}

/** "3 minutes ago", "in 2 hours": seconds since then, negative for the future. */
export function ago(seconds) {
  const steps = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? steps.at(-1);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(seconds / size), unit);
}
