// One request at a time over either version of HTTP.
import { once } from "node:events";
import { Agent, request as send } from "node:http";
import { type ClientHttp2Session, connect, constants } from "node:http2";

export interface Ask {
  readonly protocol: "http1" | "http2";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Answered {
  /** 0 when the server has closed the connection instead. */
  readonly status: number;
  /** Of headers, body and trailers. */
  readonly bytes: number;
}

const NOTHING: Answered = { status: 0, bytes: 0 };

/** Every answer must be there by then. */
const PATIENCE_MS = 60_000;

export class Wire {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  #session: ClientHttp2Session | undefined;
  #network = 0;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Each comes from a network of its own, so that no limit of tries hides what is behind it. */
  ask(ask: Ask): Promise<Answered> {
    const network = this.#network++;
    const headers = {
      "x-forwarded-for": `10.${(network >> 16) & 255}.${(network >> 8) & 255}.${network & 255}`,
      ...ask.headers,
    };
    const answer =
      ask.protocol === "http1"
        ? this.#http1({ ...ask, headers })
        : this.#http2({ ...ask, headers });
    return answer.catch(() => NOTHING);
  }

  close(): void {
    this.#agent.destroy();
    this.#session?.destroy();
  }

  #http1({ method, path, headers, body }: Ask): Promise<Answered> {
    const { te: _, ...plain } = headers;
    const length = Buffer.byteLength(body);
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const request = send(
        {
          agent: this.#agent,
          hostname,
          port,
          method,
          path,
          timeout: PATIENCE_MS,
          headers: {
            ...plain,
            ...(length > 0 || method === "POST" ? { "content-length": length } : {}),
          },
        },
        (response) => {
          let bytes = response.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
          response.on("data", (chunk: Buffer) => (bytes += chunk.length));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, bytes }));
          response.on("error", reject);
        },
      );
      request.on("timeout", () => request.destroy()).on("error", reject);
      request.end(body);
    });
  }

  async #http2({ method, path, headers, body }: Ask): Promise<Answered> {
    const session = await this.#open();
    return new Promise((resolve, reject) => {
      const stream = session.request({
        [constants.HTTP2_HEADER_METHOD]: method,
        [constants.HTTP2_HEADER_PATH]: path,
        ...headers,
      });
      let [status, bytes] = [0, 0];
      const count = (head: object): number =>
        (bytes += Object.entries(head).reduce(
          (sum, [name, value]) => sum + name.length + String(value).length,
          0,
        ));
      stream.on("response", (head) => {
        status = Number(head[constants.HTTP2_HEADER_STATUS]);
        count(head);
      });
      stream.on("trailers", count);
      stream.on("data", (chunk: Buffer) => (bytes += chunk.length));
      stream.on("error", reject);
      stream.on("close", () => resolve({ status, bytes }));
      stream.setTimeout(PATIENCE_MS, () => stream.close());
      stream.end(body);
    });
  }

  async #open(): Promise<ClientHttp2Session> {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed)
      return this.#session;
    const session = connect(this.#url.origin);
    session.on("error", () => session.destroy());
    await once(session, "connect");
    return (this.#session = session);
  }
}
