// Times in words of a language. It owns their forms and must not know what happened then.
import { DAY, HOUR, MINUTE } from "../../domain/durations.ts";
import { html } from "./html.ts";
import { LANGUAGES, type Language } from "../../domain/email/language.ts";
import type { Html } from "./layout.ts";

/** From then on the day says more than the distance. */
const RECENT = 7 * DAY;

/** Making a format takes a hundred times as long as using it. */
const formats = Object.fromEntries(
  LANGUAGES.map((language) => [
    language,
    {
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
      second: new Intl.DateTimeFormat(language, {
        dateStyle: "medium",
        timeStyle: "medium",
        hourCycle: "h23",
        timeZone: "UTC",
      }),
      distance: new Intl.RelativeTimeFormat(language, { numeric: "auto" }),
    },
  ]),
) as Readonly<
  Record<
    Language,
    {
      readonly day: Intl.DateTimeFormat;
      readonly moment: Intl.DateTimeFormat;
      readonly second: Intl.DateTimeFormat;
      readonly distance: Intl.RelativeTimeFormat;
    }
  >
>;

/** The day, in UTC. */
export const dayText = (language: Language, at: number): string => formats[language].day.format(at);

/** The day, with the exact time for programs. */
export const day = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${dayText(language, at)}</time>`;

/** The day and the time of day; the visitor's zone is not known, so it says which one it means. */
export const moment = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}"
    >${formats[language].moment.format(at)}</time
  >`;

/** The day and the time of day to the second, in UTC, where the page says so once for all. */
export const second = (language: Language, at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}"
    >${formats[language].second.format(at)}</time
  >`;

/** How long ago it was, for a while; then the day. */
export function ago(language: Language, at: number, now: number): Html {
  const passed = Math.max(0, now - at);
  return passed < RECENT
    ? html`<time datetime="${new Date(at).toISOString()}">${distanceText(language, passed)}</time>`
    : day(language, at);
}

function distanceText(language: Language, passed: number): string {
  const { distance } = formats[language];
  if (passed < MINUTE) return distance.format(0, "second");
  if (passed < HOUR) return distance.format(-Math.floor(passed / MINUTE), "minute");
  if (passed < DAY) return distance.format(-Math.floor(passed / HOUR), "hour");
  return distance.format(-Math.floor(passed / DAY), "day");
}
