// One process of Latchkey and two on one MariaDB, all on the same cores with the load: how many
// introspections a second, and what the cores do meanwhile.
import { newSecret, latchkeyProgram, startLatchkey } from "../contenders/latchkey.ts";
import { load } from "../measure/load.ts";
import { startProcess } from "../measure/process.ts";
import { quantile, type Spread, spread } from "../measure/statistics.ts";
import type { Stage } from "./stage.ts";

/** Over all processes together, so that one and two have the same load. */
const CONNECTIONS = 32;

/** Requests, as a multiple of those of the other sections. */
const MORE = 6;

/** What so many processes have done. */
export interface ProcessFigures {
  readonly processes: number;
  readonly throughput: Spread;
  readonly p50: number;
  readonly p99: number;
  /** Cores that were busy, by who kept them so. */
  readonly latchkey: Spread;
  readonly mariadb: Spread;
  readonly load: Spread;
}

export async function measureProcesses(stage: Stage): Promise<ProcessFigures[]> {
  const { database, options, say } = stage;
  say("one process and two on one MariaDB");
  const place = { databaseUrl: await database.create(), secret: newSecret(), users: 8 };
  const first = await startLatchkey("first", place, database.usage);
  const second = await startProcess(latchkeyProgram(place));
  const introspect = first.exercises.introspect!;
  const running = [
    { usage: first.process.usage, exercise: introspect },
    { usage: second.usage, exercise: { ...introspect, url: second.said } },
  ];
  const kept = [1, 2].map((processes) => ({
    processes,
    throughput: [] as number[],
    latchkey: [] as number[],
    mariadb: [] as number[],
    load: [] as number[],
    latencies: [] as number[],
  }));
  const total = async (): Promise<{ latchkey: number; mariadb: number; load: number }> => {
    const used = await Promise.all(running.map(({ usage }) => usage()));
    const { user, system } = process.cpuUsage();
    const { cpu } = await database.usage();
    return {
      latchkey: used.reduce((sum, each) => sum + each.cpu, 0),
      mariadb: cpu,
      load: user + system,
    };
  };
  for (let round = 0; round <= options.rounds; round++) {
    for (const figures of kept) {
      const { processes } = figures;
      await introspect.prepare?.(CONNECTIONS, CONNECTIONS);
      const [connections, requests] = [CONNECTIONS, options.requests * MORE].map((each) =>
        Math.round(each / processes),
      ) as [number, number];
      const [before, begin] = [await total(), performance.now()];
      const batches = await Promise.all(
        running.slice(0, processes).map(({ exercise }) => load(exercise, requests, connections)),
      );
      const [seconds, after] = [(performance.now() - begin) / 1000, await total()];
      if (round === 0) continue;
      figures.throughput.push((requests * processes) / seconds);
      figures.latencies.push(...batches.flatMap(({ latencies }) => latencies));
      for (const who of ["latchkey", "mariadb", "load"] as const)
        figures[who].push((after[who] - before[who]) / 1e6 / seconds);
    }
  }
  await first.process.stop();
  await second.stop();
  return kept.map(({ processes, throughput, latchkey, mariadb, load: loading, latencies }) => ({
    processes,
    throughput: spread(throughput),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    latchkey: spread(latchkey),
    mariadb: spread(mariadb),
    load: spread(loading),
  }));
}
