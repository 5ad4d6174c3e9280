// Measures several subjects side by side.
import type { DatabaseUsage } from "./database.ts";
import { type Exercise, load } from "./load.ts";
import type { Usage } from "./process.ts";
import { quantile, type Spread, spread } from "./statistics.ts";

/** What is measured: who answers, and what it is asked. */
export interface Subject {
  readonly name: string;
  readonly exercise: Exercise;
  readonly usage: () => Promise<Usage>;
  /** The part of the requests that it gets: a slow one's figures need fewer. */
  readonly share?: number | undefined;
  /** What its database server has used, if it has one. */
  readonly databaseUsage?: (() => Promise<DatabaseUsage>) | undefined;
}

/** For each request, over the rounds. */
export interface Figures {
  readonly name: string;
  /** Microseconds; how many of them in the kernel; and those of the database server. */
  readonly cpu: Spread;
  readonly system: Spread;
  readonly databaseCpu: Spread | undefined;
  /** How often the database was asked. */
  readonly statements: Spread | undefined;
  /** Requests in a second. */
  readonly throughput: Spread;
  /** Milliseconds, of all rounds together. */
  readonly p50: number;
  readonly p99: number;
}

export interface Plan {
  readonly rounds: number;
  readonly requests: number;
  readonly connections: number;
}

/** What the rounds of one subject have come to, each for one request. */
class Rounds {
  readonly cpu: number[] = [];
  readonly system: number[] = [];
  readonly databaseCpu: number[] = [];
  readonly statements: number[] = [];
  readonly throughput: number[] = [];
  readonly latencies: number[] = [];

  figures(name: string): Figures {
    const { latencies } = this;
    const [databaseCpu, statements] =
      this.statements.length > 0 ? [spread(this.databaseCpu), spread(this.statements)] : [];
    return {
      name,
      cpu: spread(this.cpu),
      system: spread(this.system),
      databaseCpu,
      statements,
      throughput: spread(this.throughput),
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
    };
  }
}

/** One round warms up and counts for nothing; the others count. */
export async function measure(
  subjects: readonly Subject[],
  { rounds, requests: asked, connections }: Plan,
): Promise<Figures[]> {
  const kept = subjects.map(() => new Rounds());
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const { name, exercise, usage, databaseUsage, share = 1 } = subject;
      const requests = Math.max(connections, Math.round(asked * share));
      await exercise.prepare?.(requests, connections);
      const [before, databaseBefore] = [await usage(), await databaseUsage?.()];
      const batch = await load(exercise, requests, connections).catch((error: unknown) => {
        throw new Error(`${name}: a wrong answer, so the run ends`, { cause: error });
      });
      const [after, databaseAfter] = [await usage(), await databaseUsage?.()];
      if (round === 0) continue;
      const { cpu, system, databaseCpu, statements, throughput, latencies } = kept[index]!;
      cpu.push((after.cpu - before.cpu) / requests);
      system.push((after.system - before.system) / requests);
      if (databaseBefore !== undefined && databaseAfter !== undefined) {
        databaseCpu.push((databaseAfter.cpu - databaseBefore.cpu) / requests);
        // One of them asks for the number.
        statements.push((databaseAfter.statements - databaseBefore.statements - 1) / requests);
      }
      throughput.push(requests / batch.seconds);
      latencies.push(...batch.latencies);
    }
  }
  return kept.map((each, index) => each.figures(subjects[index]!.name));
}
