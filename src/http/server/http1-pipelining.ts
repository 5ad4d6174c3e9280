import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { hasBody } from "../body/body.ts";
import { monotonicMs } from "./monotonic.ts";
import { Http1Unfinished } from "./unfinished/http1-unfinished.ts";

/** The result of the callback for headers that makes llhttp stop after them (HPE_PAUSED). */
const PAUSED = 21;

/** A request as node's parser creates it. */
interface ParsedRequest extends IncomingMessage {
  /** Whether it is CONNECT, or asks for another protocol. */
  upgrade?: boolean;
}

const NOTHING = Buffer.alloc(1).subarray(1);

/** The part of node's parser on a socket that is used here. */
interface Parser {
  onIncoming(request: ParsedRequest, keepAlive: boolean): number;
  resume(): void;
}

/** The error of `clientError`: bytes that are no request, or a parser that was stopped. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** The state of one connection. */
interface Pipeline {
  readonly parser: Parser;
  /** Node's own callback: begins a request whose headers are read. */
  readonly begin: Parser["onIncoming"];
  /** Whether a request is being answered. */
  busy: boolean;
  readonly unfinished: Http1Unfinished;
  answer: ServerResponse | undefined;
  /** The request that waits for the answer to the last one. */
  next:
    | { readonly request: ParsedRequest; readonly keepAlive: boolean; readonly isUpgrade: boolean }
    | undefined;
  /** The bytes after its headers, which are not parsed yet. */
  rest: Buffer;
}

/**
 * Begins no request of a connection before the socket has taken the answer to the last one. Node
 * itself would begin all pipelined requests at once.
 */
export class Http1Pipelining {
  readonly #pipelines = new Map<Socket, Pipeline>();
  readonly #headersMs: number;
  readonly #sweeping: NodeJS.Timeout;

  constructor(server: Server, headersMs: number) {
    this.#headersMs = headersMs;
    this.#sweeping = setInterval(() => this.#sweep(monotonicMs()), headersMs / 20).unref();
    server.on("clientError", (error: ParserError, socket) =>
      this.#onParserError(error, socket as Socket),
    );
  }

  /** Must be called when node has put its parser on a socket. */
  take(socket: Socket): void {
    const parser = "parser" in socket ? (socket.parser as Parser | null) : null;
    if (typeof parser?.onIncoming !== "function")
      throw new Error("node's server has put no parser on its socket");
    const pipeline: Pipeline = {
      parser,
      begin: parser.onIncoming,
      busy: false,
      unfinished: new Http1Unfinished(),
      answer: undefined,
      next: undefined,
      rest: NOTHING,
    };
    this.#pipelines.set(socket, pipeline);
    socket.once("close", () => this.#pipelines.delete(socket));
    parser.onIncoming = (request, keepAlive) => {
      pipeline.unfinished.begun();
      if (!pipeline.busy) {
        pipeline.busy = true;
        return pipeline.begin(request, keepAlive);
      }
      pipeline.next = { request, keepAlive, isUpgrade: request.upgrade === true };
      // Node would detach its parser from the connection at once.
      request.upgrade = false;
      return PAUSED;
    };
    // Node resumes reading whenever a body is read or an answer is written; here it must wait.
    socket.on("resume", () => pipeline.next !== undefined && stopReading(socket));
  }

  /** Must be called when every socket is closed. */
  stop(): void {
    clearInterval(this.#sweeping);
  }

  /** Must be called with the answer of the request that has begun. */
  begun(socket: Socket, answer: ServerResponse): void {
    const pipeline = this.#pipelines.get(socket);
    if (pipeline !== undefined) pipeline.answer = answer;
  }

  /**
   * Must be called when the socket has taken the answer. The next request begins in an immediate,
   * so that a connection with instant answers can't starve the others.
   */
  over(socket: Socket): void {
    const pipeline = this.#pipelines.get(socket);
    if (pipeline === undefined) return;
    pipeline.answer = undefined;
    if (pipeline.next === undefined) pipeline.busy = false;
    else setImmediate(() => this.#beginNext(socket, pipeline));
  }

  /** Refuses clients that send something between two requests, and no request. */
  #sweep(now: number): void {
    for (const [socket, { unfinished, busy }] of this.#pipelines)
      if (unfinished.age(socket, busy, now) >= this.#headersMs) refuse(socket, LATE, false);
  }

  #beginNext(socket: Socket, pipeline: Pipeline): void {
    const { next, parser } = pipeline;
    pipeline.next = undefined;
    // The answer may have closed the connection.
    if (next === undefined || !socket.writable) return;
    // llhttp takes the bytes after such a request for another protocol.
    if (next.isUpgrade) return socket.destroySoon();
    pipeline.begin(next.request, next.keepAlive);
    parser.resume();
    const { rest } = pipeline;
    pipeline.rest = NOTHING;
    // Also when it is empty: the parser stopped after the headers, before the end of the request.
    socket.emit("data", rest);
    if (pipeline.next === undefined) socket.resume();
  }

  #onParserError(error: ParserError, socket: Socket): void {
    const pipeline = this.#pipelines.get(socket);
    const next = pipeline?.next;
    if (pipeline !== undefined && next !== undefined && error.code === "HPE_PAUSED") {
      stopReading(socket);
      pipeline.rest = error.rawPacket?.subarray(error.bytesParsed) ?? NOTHING;
      return;
    }
    // A request that waits here is not late; without a body it is complete with its headers.
    if (next !== undefined && error.code === "ERR_HTTP_REQUEST_TIMEOUT" && !hasBody(next.request))
      return;
    const hasBegun = pipeline?.busy === true && pipeline.answer?.headersSent !== false;
    refuse(socket, error, hasBegun);
  }
}

/**
 * Stops reading. A socket that was asked to resume reads on after `pause`, and doesn't emit the
 * event that node's server listens to.
 */
function stopReading(socket: Socket): void {
  socket.pause();
  socket.emit("pause");
}

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const LATE: ParserError = Object.assign(new Error("the headers took too long"), {
  code: "ERR_HTTP_REQUEST_TIMEOUT",
});

/** Answers bytes that are no request, as node does without a listener for `clientError`. */
function refuse(socket: Socket, error: ParserError, hasBegun: boolean): void {
  const status = STATUS[error.code ?? ""] ?? 400;
  if (socket.writable && !hasBegun)
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  socket.destroy(error);
}
