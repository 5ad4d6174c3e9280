// Calls at a steady rate: how many a second doesn't depend on how long the answers take.
import { Agent, request } from "node:http";

/** One caller with a connection of its own. */
export interface Lane {
  readonly kind: string;
  /** Throws when the answer is wrong or doesn't come. */
  call(): Promise<void>;
  close(): void;
}

/** One call of a lane. */
export interface PacedCall {
  readonly kind: string;
  /** When it began, by Date.now(). */
  readonly at: number;
  /** In milliseconds. */
  readonly took: number;
  /** What went wrong; empty when nothing did. */
  readonly problem: string;
}

/** How often is looked which calls are due. */
const TICK_MS = 4;

/** Callers who take turns. */
export class Paced {
  readonly #lanes: readonly Lane[];
  readonly #timer: NodeJS.Timeout;
  readonly #calls: Promise<PacedCall>[] = [];

  constructor(lanes: readonly Lane[], aSecond: number) {
    this.#lanes = lanes;
    const begin = performance.now();
    this.#timer = setInterval(() => {
      const due = ((performance.now() - begin) * aSecond) / 1000;
      while (this.#calls.length < due) this.#calls.push(callOf(this.#next()));
    }, TICK_MS);
  }

  #next(): Lane {
    return this.#lanes[this.#calls.length % this.#lanes.length]!;
  }

  /** Begins no more calls, and returns all when the last one is over. */
  async stop(): Promise<readonly PacedCall[]> {
    clearInterval(this.#timer);
    const calls = await Promise.all(this.#calls);
    for (const lane of this.#lanes) lane.close();
    return calls;
  }
}

async function callOf(lane: Lane): Promise<PacedCall> {
  const at = Date.now();
  const begin = performance.now();
  const problem = await lane.call().then(
    () => "",
    (error: unknown) => textOf(error),
  );
  return { kind: lane.kind, at, took: performance.now() - begin, problem };
}

/** What an error says, with its causes and code. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  const cause = error.cause === undefined ? "" : `: ${textOf(error.cause)}`;
  return `${code} ${error.message}${cause}`;
}

/** An answer over HTTP/1.1. */
export interface PlainAnswer {
  readonly status: number;
  /** Whether it says that the connection is kept. */
  readonly isKept: boolean;
  readonly body: string;
}

/** A request over HTTP/1.1. */
export interface PlainRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One connection of HTTP/1.1, or a few, that are kept as long as the server keeps them. */
export class PlainConnection {
  readonly #agent: Agent;
  readonly #url: string;

  constructor(url: string, connections = 1) {
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send({ method = "GET", path, headers = {}, body = "" }: PlainRequest): Promise<PlainAnswer> {
    return new Promise((resolve, reject) => {
      const call = request(this.#url + path, { method, headers, agent: this.#agent });
      call.on("error", reject).on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("error", reject).on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            isKept: response.headers.connection !== "close",
            body: text,
          }),
        );
      });
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
