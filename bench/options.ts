// What the command line of the benchmark says.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The sections by name, the important ones first. */
export const SECTIONS = [
  "calls",
  "transport",
  "echo",
  "starts",
  "connections",
  "processes",
  "socket",
  "tls",
  "users",
  "tokens",
] as const;

export type SectionName = (typeof SECTIONS)[number];

export interface Options {
  /**
   * `quick`: under two minutes, figures that are printed only; `usual`: a few minutes; `full`: a
   * quarter of an hour, with look-ups among up to ten million users and tokens.
   */
  readonly length: "quick" | "usual" | "full";
  readonly rounds: number;
  /** Requests of one contender in one round. */
  readonly requests: number;
  readonly connections: number;
  /** How many users, or tokens, there are when one is looked up. */
  readonly sizes: readonly number[];
  /** How long a run may take; it leaves out the sizes for which it would take longer. */
  readonly minutes: number;
  readonly sections: readonly SectionName[];
  /** Whether the figures become those that later runs are compared with. */
  readonly keep: boolean;
  /** The folder of another checkout, which is measured beside this one at one connection. */
  readonly before: string | undefined;
  /** The same as it was written. */
  readonly beforeWord: string | undefined;
  /** Whether the document is only written anew, from the figures that are kept. */
  readonly document: boolean;
}

const LENGTHS = {
  quick: { rounds: 2, requests: 60, sizes: [1e4], minutes: 2 },
  usual: { rounds: 3, requests: 500, sizes: [1e4], minutes: 10 },
  full: { rounds: 5, requests: 500, sizes: [1e4, 1e6, 1e7], minutes: 15 },
} as const;

/** Reads the words after `npm run bench --`. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      document: { type: "boolean", default: false },
      rounds: { type: "string" },
      requests: { type: "string" },
      sizes: { type: "string" },
      minutes: { type: "string" },
      sections: { type: "string" },
      before: { type: "string" },
    },
  });
  const number = (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${text} is no whole number above 0`);
    return value;
  };
  if (values.quick && values.full) throw new Error("say --quick or --full");
  const length = values.quick ? "quick" : values.full ? "full" : "usual";
  const { rounds, requests, sizes, minutes } = LENGTHS[length];
  return {
    length,
    rounds: number(values.rounds ?? String(rounds)),
    requests: number(values.requests ?? String(requests)),
    connections: 16,
    sizes: values.sizes?.split(",").map(number) ?? sizes,
    minutes: number(values.minutes ?? String(minutes)),
    sections: sectionsOf(values.sections),
    // A part of a long run says less than what is kept.
    keep: values.keep || (values.full && values.sections === undefined),
    before: values.before === undefined ? undefined : resolve(values.before),
    beforeWord: values.before,
    document: values.document,
  };
}

function sectionsOf(list: string | undefined): readonly SectionName[] {
  if (list === undefined) return SECTIONS;
  const asked = list.split(",");
  const unknown = asked.find((name) => !SECTIONS.some((each) => each === name));
  if (unknown !== undefined)
    throw new Error(`there is no section ${unknown}: there are ${SECTIONS.join(", ")}`);
  return SECTIONS.filter((name) => asked.includes(name));
}
