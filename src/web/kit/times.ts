import { DAY, HOUR, MINUTE } from "../../domain/durations.ts";
import { html, type Html } from "./html.ts";
import type { Language } from "../../domain/email/language.ts";
import { perLanguage } from "./language.ts";

/** From this age on, a date is shown instead of a distance. */
const RECENT = 7 * DAY;

/** Returns how a language writes times. */
const formatsOf = perLanguage((language) => ({
  day: new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }),
  moment: new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "UTC",
    timeZoneName: "short",
  }),
  minute: new Intl.DateTimeFormat(language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  }),
  second: new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "medium",
    hourCycle: "h23",
    timeZone: "UTC",
  }),
  distance: new Intl.RelativeTimeFormat(language, { numeric: "auto" }),
}));

/** Returns the day in UTC. */
export const dayText = (language: Language, at: number): string =>
  formatsOf(language).day.format(at);

/** Renders the day, with the exact time in the `datetime` attribute. */
export const day = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${dayText(language, at)}</time>`;

/** Renders the day and the time with their time zone, because the user's zone is unknown. */
export const moment = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}"
    >${formatsOf(language).moment.format(at)}</time
  >`;

/** Returns the day and the time to the minute, in UTC, as plain text. */
export const minuteText = (language: Language, at: number): string =>
  `${formatsOf(language).minute.format(at)} UTC`;

/** Renders the day and the time to the second in UTC; the page names the zone once. */
export const second = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}"
    >${formatsOf(language).second.format(at)}</time
  >`;

/** Renders how long ago it was; after a week, the day. */
export function ago(language: Language, at: number, now: number): Html {
  const passed = Math.max(0, now - at);
  return passed < RECENT
    ? html`<time datetime="${new Date(at).toISOString()}">${distanceText(language, passed)}</time>`
    : day(language, at);
}

function distanceText(language: Language, passed: number): string {
  const { distance } = formatsOf(language);
  if (passed < MINUTE) return distance.format(0, "second");
  if (passed < HOUR) return distance.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return distance.format(-Math.floor(passed / HOUR), "hour");
  return distance.format(-Math.floor(passed / DAY), "day");
}
