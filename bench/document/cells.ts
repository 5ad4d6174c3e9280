// The cells of the document's tables.
import type { Spread } from "../measure/statistics.ts";

export const count = (value: number): string => Math.round(value).toLocaleString("en");
export const megabytes = (bytes: number): string => count(bytes / 2 ** 20);
export const milliseconds = (value: number): string =>
  value < 10 ? value.toFixed(1) : count(value);

export const range = ({ least, most }: Spread, write: (value: number) => string = count): string =>
  `${write(least)}–${write(most)}`;

/** Returns the median, with the least and the most of the rounds. */
export const spreadOf = (spread: Spread, write: (value: number) => string = count): string =>
  `${write(spread.median)} (${range(spread, write)})`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(" | ")} |`,
  `| ${head.map((_, index) => (index === 0 ? "---" : "--:")).join(" | ")} |`,
  ...rows.map((cells) => `| ${cells.join(" | ")} |`),
];
