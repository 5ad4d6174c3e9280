import { DAY, HOUR, MINUTE, SECOND } from "../../domain/durations.ts";
import { html, type Html } from "./html.ts";
import type { Language } from "../../domain/email/language.ts";
import { perLanguage } from "./language.ts";

/** From this age on, a date is shown instead of a distance. */
const RECENT = 7 * DAY;

/** Returns how a language writes a time in UTC: one form, to the day, the minute or the second. */
const formatsOf = perLanguage((language) => {
  const moment = {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short",
  } as const;
  return {
    day: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }),
    minute: new Intl.DateTimeFormat(language, moment),
    second: new Intl.DateTimeFormat(language, { ...moment, second: "2-digit" }),
    distance: new Intl.RelativeTimeFormat(language, { numeric: "auto" }),
    wait: new Intl.RelativeTimeFormat(language),
  };
});

/**
 * Renders a time. The script of the pages writes it again in the time zone of the browser, in the
 * form that `data-shown` names.
 */
const timeElement = (at: number, shown: "day" | "minute" | "second" | "ago", text: string): Html =>
  html`<time datetime="${new Date(at).toISOString()}" data-shown="${shown}">${text}</time>`;

/** Renders the day. */
export const day = (language: Language, at: number): Html =>
  timeElement(at, "day", formatsOf(language).day.format(at));

/** Renders the day and the time to the minute. */
export const moment = (language: Language, at: number): Html =>
  timeElement(at, "minute", formatsOf(language).minute.format(at));

/** Returns the day and the time to the minute, in UTC, as plain text. */
export const minuteText = (language: Language, at: number): string =>
  formatsOf(language).minute.format(at);

/** Returns the day in UTC, as plain text. */
export const dayText = (language: Language, at: number): string =>
  formatsOf(language).day.format(at);

/** Renders the day and the time to the second. */
export const second = (language: Language, at: number): Html =>
  timeElement(at, "second", formatsOf(language).second.format(at));

/** Renders how long ago it was; after a week, the day. */
export function ago(language: Language, at: number, now: number): Html {
  const passed = Math.max(0, now - at);
  return passed < RECENT
    ? timeElement(at, "ago", distanceText(language, passed))
    : day(language, at);
}

/** Returns when something is possible, such as "in 4 minutes", rounded up. */
export function inText(language: Language, milliseconds: number): string {
  const { wait } = formatsOf(language);
  const unit = milliseconds <= MINUTE ? "second" : milliseconds <= HOUR ? "minute" : "hour";
  const length = { second: SECOND, minute: MINUTE, hour: HOUR }[unit];
  return wait.format(Math.max(1, Math.ceil(milliseconds / length)), unit);
}

function distanceText(language: Language, passed: number): string {
  const { distance } = formatsOf(language);
  if (passed < MINUTE) return distance.format(0, "second");
  if (passed < HOUR) return distance.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return distance.format(-Math.floor(passed / HOUR), "hour");
  return distance.format(-Math.floor(passed / DAY), "day");
}
