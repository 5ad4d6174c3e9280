import type { Figures } from "../measure/rounds.ts";
import type { CallFigures, RowFigures } from "../sections/calls.ts";
import type { ConnectionFigures } from "../sections/connections.ts";
import type { EchoFigures } from "../sections/echo.ts";
import type { ProcessFigures } from "../sections/processes.ts";
import type { ScaleFigures } from "../sections/scale/scale.ts";
import type { StartFigures } from "../sections/starts.ts";
import type { TlsFigures } from "../sections/tls.ts";
import type { Run } from "./machine.ts";

/** What the sections have measured, by their names; a section that did not run is absent. */
export interface Measured {
  readonly calls?: CallFigures;
  readonly transport?: readonly Figures[];
  readonly echo?: readonly EchoFigures[];
  readonly starts?: readonly StartFigures[];
  readonly connections?: readonly ConnectionFigures[];
  readonly processes?: readonly ProcessFigures[];
  readonly socket?: readonly RowFigures[];
  readonly tls?: readonly TlsFigures[];
  readonly users?: readonly ScaleFigures[];
  readonly tokens?: readonly ScaleFigures[];
}

/** A figure that got worse. */
export interface Worse {
  readonly name: string;
  readonly to: string;
  readonly before: { readonly ratio: number; readonly absolute: string };
  readonly now: { readonly ratio: number; readonly absolute: string };
}

/** What has become of the figures since the run before. */
export interface Comparison {
  /** The commit and the time of the run before. */
  readonly commit: string;
  readonly begin: string;
  /** How many figures both runs have. */
  readonly compared: number;
  readonly worse: readonly Worse[];
}

/** A run, as it is kept in bench/results/last.json. */
export interface Results extends Measured {
  readonly run: Run;
  /** What the run before was, and what got worse since. */
  readonly comparison?: Comparison | undefined;
}
