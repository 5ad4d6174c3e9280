// Compares a run with the one that is kept. Each figure is a ratio to another figure of its own
// run, so that runs on different machines compare fairly.
import { type Row, ROWS } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import { byName, ratio, REFERENCE } from "./figures.ts";
import type { Comparison, Measured, Results, Worse } from "./results.ts";

/** A figure that gets worse as it grows. */
export interface Indicator {
  readonly name: string;
  /** What stands below it in the ratio. */
  readonly to: string;
  readonly ratio: number;
  /** The figure itself, which only the same machine can compare. */
  readonly absolute: string;
}

/** How much a figure may grow before it is reported. */
const TOLERANCE = 0.1;

const microseconds = (value: number): string => `${Math.round(value).toLocaleString("en")} µs`;
const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;

const ours = (figures: readonly Figures[]): readonly Figures[] =>
  figures.filter(({ name }) => name.startsWith("Latchkey") || name.startsWith("transcoder"));

/** Returns the indicators of a table: each figure of ours to that of the reference. */
function tableIndicators(
  title: string,
  figures: readonly Figures[],
  reference: string,
  { latency = false } = {},
): Indicator[] {
  const base = byName(figures, reference);
  if (base === undefined) return [];
  return ours(figures).map(({ name, cpu, p50 }) => ({
    name: `${title}, ${name}`,
    to: base.name,
    ratio: latency ? p50 / base.p50 : cpu.median / base.cpu.median,
    absolute: latency ? milliseconds(p50) : microseconds(cpu.median),
  }));
}

/** Returns all figures of a run that can be compared. */
function indicators(measured: Measured): Indicator[] {
  const title = (row: Row, connections: number): string =>
    `${ROWS[row]}, ${connections} connection${connections === 1 ? "" : "s"}`;
  return [
    ...(measured.calls?.rows ?? []).flatMap(({ row, figures }) =>
      tableIndicators(`CPU, ${title(row, 16)}`, figures, REFERENCE[row]),
    ),
    ...(measured.connections ?? []).flatMap(({ row, connections, figures }) => [
      ...tableIndicators(`CPU, ${title(row, connections)}`, figures, REFERENCE[row]),
      ...tableIndicators(`p50, ${title(row, connections)}`, figures, REFERENCE[row], {
        latency: true,
      }),
    ]),
    ...tableIndicators("CPU, plain HTTP", measured.transport ?? [], "node:http, JSON"),
    ...(measured.echo ?? []).flatMap(({ way, figures }) =>
      tableIndicators(`CPU, echo by ${way}`, figures, way === "gRPC" ? "grpc-js" : "connect-node"),
    ),
    ...(measured.tls ?? []).flatMap(({ name, figures }) =>
      tableIndicators(`CPU, ${name}`, figures, "bare node:https"),
    ),
    ...startIndicators(measured),
    ...processIndicators(measured),
  ];
}

function startIndicators({ starts = [], calls }: Measured): Indicator[] {
  const floor = starts.find(({ name }) => name === "bare node:http");
  if (floor === undefined) return [];
  const to = floor.name;
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const latchkeys = starts.filter(({ name }) => name.startsWith("Latchkey"));
  return latchkeys.flatMap(({ name, later, resident }) => {
    const after = ratio(calls?.resident[name], floor.resident.median);
    return [
      {
        name: `later starts, ${name}`,
        to,
        ratio: later.median / floor.later.median,
        absolute: `${Math.round(later.median)} ms`,
      },
      {
        name: `resident set, idle, ${name}`,
        to,
        ratio: resident.median / floor.resident.median,
        absolute: mebibytes(resident.median),
      },
      ...(after === undefined
        ? []
        : [
            {
              name: `resident set after the calls, ${name}`,
              to,
              ratio: after,
              absolute: mebibytes(calls!.resident[name]!),
            },
          ]),
    ];
  });
}

/** One process to two: throughput is better when it grows. */
function processIndicators({ processes = [] }: Measured): Indicator[] {
  const [one, two] = [1, 2].map((count) => processes.find((each) => each.processes === count));
  const value = ratio(one?.throughput.median, two?.throughput.median);
  if (value === undefined) return [];
  return [
    {
      name: "throughput of one process, introspection on MariaDB",
      to: "that of two",
      ratio: value,
      absolute: `${Math.round(two!.throughput.median).toLocaleString("en")}/s by two`,
    },
  ];
}

/** Compares a run with the one before. */
export function compare(now: Measured, before: Results): Comparison {
  const earlier = new Map(indicators(before).map((each) => [each.name, each]));
  const pairs = indicators(now).flatMap((each) => {
    const other = earlier.get(each.name);
    return other === undefined || other.to !== each.to ? [] : [{ each, other }];
  });
  const worse = pairs
    .filter(({ each, other }) => each.ratio > other.ratio * (1 + TOLERANCE))
    .map(({ each: { name, to, ...figures }, other }) => ({
      name,
      to,
      before: { ratio: other.ratio, absolute: other.absolute },
      now: figures,
    }))
    .sort((one, other) => growth(other) - growth(one));
  return { commit: before.run.commit, begin: before.run.begin, compared: pairs.length, worse };
}

const growth = ({ before, now }: Worse): number => now.ratio / before.ratio;

/** Says it, one figure a line. */
export function describe({ commit, begin, compared, worse }: Comparison): string[] {
  const of = `the run of ${begin.slice(0, 10)} (commit ${commit})`;
  if (worse.length === 0)
    return [`None of ${compared} figures is more than a tenth worse than in ${of}.`];
  return [
    `${worse.length} of ${compared} figures ${worse.length === 1 ? "is" : "are"} more than a ` +
      `tenth worse than in ${of}:`,
    "",
    ...worse.map(
      ({ name, to, before, now }) =>
        `- ${name}: ${before.ratio.toFixed(2)} → ${now.ratio.toFixed(2)} times ${to} ` +
        `(${before.absolute} → ${now.absolute}).`,
    ),
  ];
}
