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

/**
 * Parses a time in the future to milliseconds since 1970: a date, a date with time and zone, or a
 * duration from now.
 */
export function parseTime(text: string): number {
  const now = systemClock.now();
  const time = TIME.test(text) ? Date.parse(text) : now + duration(text);
  if (Number.isNaN(time) || time <= now)
    throw new InvalidArgumentError(
      "It is a moment in the future: 24h, 2030-12-31 or 2030-12-31T18:00:00Z.",
    );
  return time;
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
