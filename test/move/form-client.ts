// A client as apps have it: forms over node:http with connections kept alive.
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Received } from "../predecessors/documents.ts";
import type { Sent, Witness } from "./witness.ts";

export type Fields = Readonly<Record<string, string>>;

interface More {
  readonly query?: Fields;
  readonly headers?: Fields;
}

/** As often as apps let their user press the button again. */
const MOST_ATTEMPTS = 20;
/** As often as they obey Retry-After, while one of two processes is gone on a starved machine. */
const MOST_WAITS = 100;
const PAUSE_MS = 100;
/** The longest that a client obeys Retry-After; limits of these tests end within it. */
const MOST_WAIT_S = 5;

/** Sends one request and reads its whole answer; rejects when the connection breaks. */
export async function once(
  agent: Agent,
  url: string,
  { method, headers, body }: { method: string; headers: Fields; body?: string | undefined },
): Promise<Received & { readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers, agent }, (response) => {
      text(response).then(
        (read) => resolve({ status: response.statusCode!, headers: response.headers, text: read }),
        reject,
      );
    });
    sending.on("error", reject).end(body);
  });
}

/** One app on one address; every answer goes to the witness. */
export class FormClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #url: string;
  readonly #witness: Witness;

  constructor(url: string, witness: Witness) {
    this.#url = url;
    this.#witness = witness;
  }

  /** Sends a form, again after a broken connection and after 429. */
  async send(route: string, fields?: Fields, { query, headers }: More = {}): Promise<Sent> {
    const [method, path] = route.split(" ") as [string, string];
    const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
    const body = fields === undefined ? undefined : new URLSearchParams(fields).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const init = {
      method,
      headers: {
        ...(body === undefined ? {} : { ...type, "content-length": `${Buffer.byteLength(body)}` }),
        ...headers,
      },
      body,
    };
    for (let attempts = 1, waits = 0; ; attempts++) {
      let received: Received;
      try {
        received = await once(this.#agent, `${this.#url}${path}${search}`, init);
      } catch (error) {
        this.#witness.broken += 1;
        if (attempts - waits >= MOST_ATTEMPTS) throw error;
        await delay(PAUSE_MS);
        continue;
      }
      this.#witness.note(route, received);
      if (received.status !== 429 || waits++ >= MOST_WAITS) return { ...received, attempts };
      await delay(1000 * Math.min(MOST_WAIT_S, Number(received.headers["retry-after"])));
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
