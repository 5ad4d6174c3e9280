// What the clients of a move have seen.
import { type Received, undocumented } from "../predecessors/documents.ts";

/** An answer, and how often its client had to send the call. */
export interface Sent extends Received {
  readonly attempts: number;
}

const SECRET = /"(?:\w*token|authorization_code|secret_value)": ?"([^"]{16,})"/g;

/** Collects every answer, and what is wrong with any of them. */
export class Witness {
  /** What no client may see; empty after a good move. */
  readonly faults: string[] = [];
  /** Answers by route and status. */
  readonly answers = new Map<string, number>();
  /** Calls by route: those of `answers`, and those of browsers and packages. */
  readonly sent = new Map<string, number>();
  /** Tokens, codes and pairs that clients were given. */
  readonly secrets = new Set<string>();
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

  /** Counts a call whose answer its client judges itself. */
  visit(route: string): void {
    this.sent.set(route, (this.sent.get(route) ?? 0) + 1);
  }

  /** Notes an answer, which must be a documented one. */
  note(route: string, received: Received): void {
    const key = `${route} ${received.status}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    this.visit(route);
    for (const [, secret] of received.text.matchAll(SECRET)) this.secrets.add(secret!);
    const wrong = undocumented(route, received);
    if (wrong !== undefined) this.fault(wrong);
  }

  /** How many answers clients have had. */
  get total(): number {
    let total = 0;
    for (const count of this.answers.values()) total += count;
    return total;
  }

  /** Demands one of the statuses. */
  expect(what: string, { status, text, attempts }: Sent, ...statuses: readonly number[]): boolean {
    if (statuses.includes(status)) return true;
    this.fault(`${what} after ${attempts} attempts: ${status} ${text}, not ${statuses.join(", ")}`);
    return false;
  }
}
