import { Argument, InvalidArgumentError, Option } from "commander";
import { REALM, TIME } from "../../config/setting-reader.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { systemClock } from "../../domain/clock.ts";

const DURATION = /^(\d{1,6})([smhd])$/;
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `90s`, `15m`, `24h` or `7d` to milliseconds. */
export function duration(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError("A duration is a number with s, m, h or d, as 24h.");
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** A moment in the future, in milliseconds since 1970, as soon as the time is known. */
export type Moment = (now: number) => number;

/**
 * Parses a moment in the future: a date, a date with time and zone, or a duration, which is counted
 * from the time of the database.
 */
export function parseTime(text: string): Moment {
  const time = TIME.test(text) ? Date.parse(text) : undefined;
  const wait = time === undefined ? duration(text) : time - systemClock.now();
  if (Number.isNaN(wait) || wait <= 0)
    throw new InvalidArgumentError(
      "It is a moment in the future: 24h, 2030-12-31 or 2030-12-31T18:00:00Z.",
    );
  return (now) => time ?? now + wait;
}

/**
 * Parses a time to milliseconds since 1970: a date, a date with time and zone, or how long ago it
 * was.
 */
export function parsePast(text: string): number {
  const isTime = TIME.test(text);
  const time = isTime
    ? Date.parse(text)
    : systemClock.now() - (DURATION.test(text) ? duration(text) : NaN);
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      "It is a moment: 24h for a day ago, 2026-12-31 or 2026-12-31T18:00:00Z.",
    );
  return time;
}

/** Adds a value of a repeatable option to those before; `--no-…` before it is forgotten. */
export const addValue = (
  value: string,
  before: readonly string[] | false | undefined,
): readonly string[] => [...(before || []), value];

/** The option `--realm`. */
export const realm = (): Option =>
  new Option(
    "--realm <realm>",
    "the set of users in which a name or an address is looked for",
  ).default(DEFAULT_REALM);

/** The argument `<user>`. */
export const whom = (): Argument => new Argument("<user>", "an id, an e-mail address or a name");

/** Returns a parser of whole numbers in a range. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
    return number;
  };

/** Parses the name of a realm, by the same rule as the settings. */
export function realmName(text: string): string {
  if (!REALM.test(text))
    throw new InvalidArgumentError("It is lower-case letters, digits and hyphens, at most 32.");
  return text;
}
