// Callers of an installation whose database fails. Each call begins when it is due, so that a call
// that hangs doesn't hide what comes after it.
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../../bench/measure/statistics.ts";
import { refusalOf } from "../../test/clients/refusal.ts";
import { post } from "../../test/oauth/flow.ts";
import { unique } from "../../test/use-server.ts";
import type { Fleet, FleetUser } from "./fleet.ts";

/** How a call ended: as always, refused as is right, or a text that says what is wrong. */
type Outcome = "done" | "unavailable" | "busy" | (string & {});

/** One call. */
export interface OutageCall {
  readonly kind: string;
  /** When it began, by Date.now(). */
  readonly at: number;
  /** In milliseconds. */
  readonly took: number;
  readonly outcome: Outcome;
}

interface Kind {
  readonly name: string;
  /** The pause from the begin of one call to the next, in milliseconds. */
  readonly everyMs: number;
  call(): Promise<Outcome>;
}

/** A caller must learn that the database is away, and when to come back. */
function refused(error: unknown): Outcome {
  const { code, reason, retryAfter = 0 } = refusalOf(error);
  if (reason === "STORE_UNAVAILABLE" && code === "Unavailable" && retryAfter > 0)
    return "unavailable";
  // The queue of password checks on a machine without a free core.
  return reason === "OVERLOADED" ? "busy" : `${code} ${reason}`;
}

const outcomeOf = (call: Promise<unknown>): Promise<Outcome> => call.then(() => "done", refused);

function kindsOf(fleet: Fleet, { email, password, token }: FleetUser): readonly Kind[] {
  const me = fleet.as(token);
  return [
    {
      name: "GetUser",
      everyMs: 25,
      call: () => outcomeOf(me.users.getUser({ userId: "me" })),
    },
    {
      name: "SignIn",
      everyMs: 500,
      call: () =>
        outcomeOf(
          fleet.as().users.signIn({ identifier: { case: "email", value: email }, password }),
        ),
    },
    {
      name: "CreateUser",
      everyMs: 500,
      call: () =>
        outcomeOf(
          fleet.administrator.users.createUser({ email: `${unique()}@example.com`, password }),
        ),
    },
    {
      name: "Token",
      everyMs: 50,
      async call() {
        const form = { grant_type: "client_credentials" };
        const { status, json, headers } = await post(fleet.url(), "token", form, fleet.client);
        if (status === 200) return "done";
        const isRight = status === 503 && Number(headers.get("retry-after")) > 0;
        return isRight ? "unavailable" : `HTTP ${status} ${String(json["error"])}`;
      },
    },
  ];
}

/** Calls of each kind, again and again. */
export class Callers {
  readonly calls: OutageCall[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #lanes: readonly Promise<void>[];
  #isOver = false;

  constructor(fleet: Fleet, user: FleetUser) {
    this.#lanes = kindsOf(fleet, user).map((kind) => this.#repeat(kind));
  }

  /** Ends, and waits for every call. */
  async stop(): Promise<readonly OutageCall[]> {
    this.#isOver = true;
    await Promise.all(this.#lanes);
    await Promise.all(this.#running);
    return this.calls;
  }

  async #repeat({ name, everyMs, call }: Kind): Promise<void> {
    while (!this.#isOver) {
      const running = this.#call(name, call);
      this.#running.add(running);
      void running.finally(() => this.#running.delete(running));
      await delay(everyMs);
    }
  }

  async #call(kind: string, call: () => Promise<Outcome>): Promise<void> {
    const at = Date.now();
    const begin = performance.now();
    const outcome = await call().catch((error: unknown) => String(error));
    this.calls.push({ kind, at, took: performance.now() - begin, outcome });
  }
}

/** What calls say of a fault that lasted from one moment to another, both of Date.now(). */
export interface OutageSeen {
  readonly done: number;
  readonly unavailable: number;
  /** Calls that ended in another way, and how. */
  readonly wrong: readonly string[];
  /** Of the calls that were refused during the fault, in milliseconds. */
  readonly p99: number;
  /** The longest of all calls, in milliseconds. */
  readonly longest: number;
  /**
   * From the end of the fault until a call that began later was done, in milliseconds: of the
   * slowest kind of those that were refused.
   */
  readonly firstSuccess: number;
  /** How long after the fault the last call began that was refused, in milliseconds. */
  readonly lastRefused: number;
}

/** Returns what the calls say of a fault. */
export function outageSeen(calls: readonly OutageCall[], from: number, to: number): OutageSeen {
  const ok = ["done", "unavailable", "busy"];
  const refusedCalls = calls.filter(({ outcome }) => outcome === "unavailable");
  const during = refusedCalls.filter(({ at }) => at >= from && at < to);
  const after = calls.filter(({ at }) => at >= to);
  const kinds = new Set(during.map(({ kind }) => kind));
  const firsts = [...kinds].map((refusedKind) =>
    Math.min(
      ...after
        .filter(({ kind, outcome }) => kind === refusedKind && outcome === "done")
        .map(({ at, took }) => at + took - to),
    ),
  );
  return {
    done: calls.filter(({ outcome }) => outcome === "done").length,
    unavailable: refusedCalls.length,
    wrong: calls
      .filter(({ outcome }) => !ok.includes(outcome))
      .map(({ kind, outcome }) => `${kind}: ${outcome}`),
    p99: quantile(
      during.map(({ took }) => took),
      0.99,
    ),
    longest: Math.max(0, ...calls.map(({ took }) => took)),
    firstSuccess: Math.max(0, ...firsts),
    lastRefused: Math.max(
      0,
      ...after.filter(({ outcome }) => outcome === "unavailable").map(({ at }) => at - to),
    ),
  };
}

/** Says what the calls came to that ended otherwise than by success or UNAVAILABLE. */
export function sayWrong(wrong: readonly string[], say: (line: string) => void): void {
  for (const [text, those] of Map.groupBy(wrong, (each) => each)) say(`${those.length} × ${text}`);
}

/** Returns the calls that the next fault hasn't met: those that it has say nothing of this one. */
export const callsBefore = (calls: readonly OutageCall[], next: number): readonly OutageCall[] =>
  calls.filter(({ at, took }) => at + took < next);

/** A fault, and when the next one began; by Date.now(). */
export interface FaultTime {
  readonly from: number;
  readonly to: number;
  next: number;
}

/** Returns how many calls were refused during each fault. */
export const refusedIn = (
  calls: readonly OutageCall[],
  faults: readonly FaultTime[],
): readonly number[] =>
  faults.map(
    ({ from, to }) =>
      calls.filter(({ at, outcome }) => outcome === "unavailable" && at >= from && at < to).length,
  );

/** The longest time from the end of a fault until every kind of call is done, in milliseconds. */
export const slowestRecovery = (
  calls: readonly OutageCall[],
  faults: readonly FaultTime[],
): number =>
  Math.max(
    ...faults.map(({ from, to, next }) => {
      const seen = outageSeen(callsBefore(calls, next), from, to);
      return Math.max(seen.firstSuccess, seen.lastRefused);
    }),
  );
