import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";

/**
 * Every answer ends with trailers, also with none of them: node asks for them when the body was
 * sent.
 */
const WITH_TRAILERS = { waitForTrailers: true };

const NONE: OutgoingHttpHeaders = {};

const ignore = (): void => undefined;

/** A response over HTTP/2, written to node's stream without its layer for HTTP/1.1. */
export class StreamResponse {
  readonly stream: ServerHttp2Stream;
  readonly socket: Socket;
  statusCode = 200;
  /** When its handler finished, in milliseconds of a monotonic clock; undefined while it works. */
  finishedAt: number | undefined;
  readonly #headers: OutgoingHttpHeaders = {};
  #trailers = NONE;
  readonly #onClose: (() => void)[] = [];
  #onSent: () => void = ignore;

  constructor(stream: ServerHttp2Stream, socket: Socket) {
    this.stream = stream;
    this.socket = socket;
    // What goes wrong with a stream ends it, and nothing else.
    stream.on("error", ignore);
    stream.on("close", () => {
      for (const listener of this.#onClose) listener();
    });
    stream.on("wantTrailers", () => {
      stream.sendTrailers(this.#trailers);
      this.#onSent();
    });
  }

  get headersSent(): boolean {
    return this.stream.headersSent;
  }

  /** Adds a listener for the end of the stream, which comes once. */
  on(_event: "close", listener: () => void): this {
    return this.once("close", listener);
  }

  /** Does the same. */
  once(_event: "close", listener: () => void): this {
    this.#onClose.push(listener);
    return this;
  }

  /** Sets the one listener for the moment when the client has taken the body. */
  whenSent(listener: () => void): void {
    this.#onSent = listener;
  }

  setHeader(name: string, value: string | number): this {
    this.#headers[name] = value;
    return this;
  }

  getHeaderNames(): string[] {
    return Object.keys(this.#headers);
  }

  removeHeader(name: string): void {
    delete this.#headers[name];
  }

  /** Sends the headers; does nothing when the stream is closed. */
  writeHead(status: number, headers: OutgoingHttpHeaders = NONE): this {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return this;
    const list = [":status", String(status)];
    add(list, this.#headers, headers);
    add(list, headers, NONE);
    this.statusCode = status;
    stream.respond(list, WITH_TRAILERS);
    return this;
  }

  write(chunk: string | Uint8Array, callback?: (error?: Error | null) => void): boolean {
    return !this.stream.destroyed && this.stream.write(chunk, callback);
  }

  addTrailers(trailers: OutgoingHttpHeaders): void {
    this.#trailers = trailers;
  }

  // The signatures are node's, so that a handler can call any of the three types.
  end(callback?: () => void): this;
  end(chunk: string | Uint8Array, callback?: () => void): this;
  end(chunk: string | Uint8Array, encoding: BufferEncoding, callback?: () => void): this;
  end(...given: unknown[]): this {
    const { stream } = this;
    if (stream.destroyed) return this;
    if (!stream.headersSent) this.writeHead(this.statusCode);
    stream.end(...(given as []));
    return this;
  }

  destroy(): void {
    this.stream.destroy();
  }
}

/** Adds headers to a list, without those that others replace. */
function add(list: string[], headers: OutgoingHttpHeaders, others: OutgoingHttpHeaders): void {
  for (const name in headers) {
    const value = headers[name];
    // The connection is the session's: RFC 9113 section 8.2.2.
    if (value === undefined || name === "connection" || others[name] !== undefined) continue;
    list.push(name, String(value));
  }
}
