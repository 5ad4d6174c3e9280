// The tables of calls among many users and many tokens.
import type { Figures } from "../measure/rounds.ts";
import type { ScaleFigures } from "../sections/scale/scale.ts";
import { type Task, TASKS } from "../sections/scale/store.ts";
import { count, megabytes, table } from "./cells.ts";

const cells = (figures: Figures | undefined): string[] =>
  figures === undefined
    ? ["", "", ""]
    : [
        figures.p50.toFixed(2),
        figures.p99.toFixed(2),
        `${count(figures.cpu.median)}` +
          (figures.databaseCpu === undefined ? "" : ` + ${count(figures.databaseCpu.median)}`),
      ];

/** A table for each task; `of` says what grows. */
export function scaleTables(figures: readonly ScaleFigures[], of: "users" | "tokens"): string[] {
  const tasks = (Object.keys(TASKS) as Task[]).filter((task) =>
    figures.some(({ tasks: measured }) => measured[task] !== undefined),
  );
  return tasks.flatMap((task) => [
    `${TASKS[task]}:`,
    "",
    ...table(
      [of, "store", "p50 ms", "p99 ms", "CPU µs"],
      figures.map((each) => [count(each[of]), each.store, ...cells(each.tasks[task])]),
    ),
    "",
  ]);
}

/** How large the tables are, and how long it took to fill them. */
export const sizeTable = (figures: readonly ScaleFigures[], of: "users" | "tokens"): string[] =>
  table(
    [of, "store", "MiB on disk", "s to insert"],
    figures.map((each) => [
      count(each[of]),
      each.store,
      megabytes(each.bytes),
      count(each.inserted),
    ]),
  );
