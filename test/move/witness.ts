// What the clients of a move have seen.
import { type Received, undocumented } from "../predecessors/documents.ts";

/** An answer, and how often its client had to send the call. */
export interface Sent extends Received {
  readonly attempts: number;
}

/** Collects every answer, and what is wrong with any of them. */
export class Witness {
  /** What no client may see; empty after a good move. */
  readonly faults: string[] = [];
  /** Answers by route and status. */
  readonly answers = new Map<string, number>();
  /** Connections that broke before an answer was complete. */
  broken = 0;
  #phase = "";

  /** Names the phase for messages. */
  enter(phase: string): void {
    this.#phase = phase;
  }

  get phase(): string {
    return this.#phase;
  }

  fault(text: string): void {
    this.faults.push(`${this.#phase}: ${text}`);
  }

  /** Notes an answer, which must be a documented one. */
  note(route: string, received: Received): void {
    const key = `${route} ${received.status}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    const wrong = undocumented(route, received);
    if (wrong !== undefined) this.fault(wrong);
  }

  /** How many answers a route has had, with one status or with any. */
  count(route: string, status?: number): number {
    let count = 0;
    for (const [key, value] of this.answers)
      if (key === `${route} ${status}` || (status === undefined && key.startsWith(`${route} `)))
        count += value;
    return count;
  }

  /** Demands one of the statuses. */
  expect(what: string, { status, text, attempts }: Sent, ...statuses: readonly number[]): boolean {
    if (statuses.includes(status)) return true;
    this.fault(`${what} after ${attempts} attempts: ${status} ${text}, not ${statuses.join(", ")}`);
    return false;
  }
}
