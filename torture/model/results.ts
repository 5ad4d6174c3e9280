// What was measured for the model, as it is kept in the repository.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "./statements.ts";

/** The file of the statements. */
export const RECORDING = join(import.meta.dirname, "results/statements.json");

const SIZES = join(import.meta.dirname, "results/sizes.json");

/** Bytes of a row with its part of all indexes, by table, and where they were measured. */
export interface Sizes {
  readonly origin: string;
  readonly bytes: Readonly<Record<string, number>>;
}

export const keptRecording = (): Recording =>
  JSON.parse(readFileSync(RECORDING, "utf8")) as Recording;

export const keptSizes = (): Sizes => JSON.parse(readFileSync(SIZES, "utf8")) as Sizes;
