// What the command line of the benchmark says.
import { parseArgs } from "node:util";

export interface Options {
  /**
   * More rounds, and lookups among up to ten million users: an hour or so; without it a quick look
   * of a few minutes.
   */
  readonly full: boolean;
  readonly rounds: number;
  /** Requests of one contender in one round. */
  readonly requests: number;
  readonly connections: number;
  /** How many users there are when one is looked up. */
  readonly users: readonly number[];
}

/** Reads the words after `npm run bench --`. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      full: { type: "boolean", default: false },
      rounds: { type: "string" },
      requests: { type: "string" },
      users: { type: "string" },
    },
  });
  const number = (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${text} is no whole number above 0`);
    return value;
  };
  const { full } = values;
  return {
    full,
    rounds: number(values.rounds ?? (full ? "5" : "3")),
    requests: number(values.requests ?? "500"),
    connections: 16,
    users: (values.users ?? (full ? "1e4,1e6,1e7" : "1e4")).split(",").map(number),
  };
}
