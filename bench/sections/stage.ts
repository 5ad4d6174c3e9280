import type { MeasuredDatabase } from "../measure/database.ts";
import type { Options } from "../options.ts";

/** What each section has. */
export interface Stage {
  /** A folder that is removed after the run. */
  readonly folder: string;
  readonly database: MeasuredDatabase;
  readonly options: Options;
  /** When the run should be over, by `performance.now()`. */
  readonly deadline: number;
  /** Prints where the run is. */
  say(line: string): void;
}
