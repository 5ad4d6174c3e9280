import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { StreamResponse } from "./stream-response.ts";

const NOTHING = Buffer.alloc(0);

/** A request over HTTP/2, read from node's stream without its layer for HTTP/1.1. */
export class StreamRequest {
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly method: string | undefined;
  url: string | undefined;
  readonly httpVersion = "2.0";
  /** Whether the whole body has arrived, so that reading it takes no time. */
  hasArrived = false;
  readonly #response: StreamResponse;

  constructor(response: StreamResponse, headers: IncomingHttpHeaders, rawHeaders: string[]) {
    this.#response = response;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.method = headers[":method"];
    this.url = headers[":path"];
  }

  get stream(): ServerHttp2Stream {
    return this.#response.stream;
  }

  get socket(): Socket {
    return this.#response.socket;
  }

  /** Whether the whole body was read. */
  get complete(): boolean {
    return this.stream.readableEnded || this.stream.destroyed;
  }

  /** Adds a listener. The end, if it has passed already, comes at once. */
  on(event: "data" | "end" | "close", listener: (chunk: Buffer) => void): this {
    const { stream } = this;
    if (event === "close") this.#response.once("close", () => listener(NOTHING));
    // Node ends an empty body before anything reads it.
    else if (event === "end" && stream.readableEnded) listener(NOTHING);
    else stream.on(event, listener);
    return this;
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }
}
