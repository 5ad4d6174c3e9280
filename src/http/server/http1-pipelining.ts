// The requests of an HTTP/1.1 connection, one after the other. It owns that none is begun before
// the answer to the last one is taken by the socket, and what is said to bytes that are no request;
// it must not know what is asked.
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { hasBody } from "../body/body.ts";

/** What llhttp takes from the callback for headers: stop behind them (HPE_PAUSED). */
const PAUSED = 21;

/** A request as node's parser makes it. */
interface ParsedRequest extends IncomingMessage {
  /** CONNECT, or a request that asks for another protocol. */
  upgrade?: boolean;
}

const NOTHING = Buffer.alloc(1).subarray(1);

/** The parser of a connection, as far as node keeps it on its socket. */
interface Parser {
  onIncoming(request: ParsedRequest, keepAlive: boolean): number;
  resume(): void;
}

/** What node tells of bytes that it can't read, and of a parser that was stopped. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** One connection. */
interface Turn {
  readonly parser: Parser;
  /** Goes on with a request whose headers are read. */
  readonly begin: Parser["onIncoming"];
  busy: boolean;
  answer: ServerResponse | undefined;
  /** The request that is next. */
  next:
    | { readonly request: ParsedRequest; readonly keepAlive: boolean; readonly isOther: boolean }
    | undefined;
  /** What came behind its headers, not parsed yet. */
  rest: Buffer;
}

/** Puts the requests of every connection of a server in a row. */
export class Http1Pipelining {
  readonly #turns = new WeakMap<Socket, Turn>();

  constructor(server: Server) {
    server.on("clientError", (error: ParserError, socket) =>
      this.#onParserError(error, socket as Socket),
    );
  }

  /** To be called when node has put its parser on a socket. */
  take(socket: Socket): void {
    const parser = "parser" in socket ? (socket.parser as Parser | null) : null;
    if (typeof parser?.onIncoming !== "function")
      throw new Error("node's server has put no parser on its socket");
    const turn: Turn = {
      parser,
      begin: parser.onIncoming,
      busy: false,
      answer: undefined,
      next: undefined,
      rest: NOTHING,
    };
    this.#turns.set(socket, turn);
    parser.onIncoming = (request, keepAlive) => {
      if (!turn.busy) {
        turn.busy = true;
        return turn.begin(request, keepAlive);
      }
      turn.next = { request, keepAlive, isOther: request.upgrade === true };
      // Node would take the connection from its parser at once.
      request.upgrade = false;
      return PAUSED;
    };
    // Node reads on whenever a body is read or an answer is written; here it must wait.
    socket.on("resume", () => turn.next !== undefined && stopReading(socket));
  }

  /** Tells which answer has its turn. */
  begun(socket: Socket, answer: ServerResponse): void {
    const turn = this.#turns.get(socket);
    if (turn !== undefined) turn.answer = answer;
  }

  /**
   * To be called when the socket has taken the answer. Others have their turn first: a connection
   * whose answers are there at once would never let go.
   */
  over(socket: Socket): void {
    const turn = this.#turns.get(socket);
    if (turn === undefined) return;
    turn.answer = undefined;
    if (turn.next === undefined) turn.busy = false;
    else setImmediate(() => this.#goOn(socket, turn));
  }

  #goOn(socket: Socket, turn: Turn): void {
    const { next, parser } = turn;
    turn.next = undefined;
    // The last answer may have been the connection's last.
    if (next === undefined || !socket.writable) return;
    // What follows such a request is lost to llhttp, which takes it for another protocol.
    if (next.isOther) return socket.destroySoon();
    turn.begin(next.request, next.keepAlive);
    parser.resume();
    const { rest } = turn;
    turn.rest = NOTHING;
    // Also where there is none: what was stopped behind the headers has not ended the request yet.
    socket.emit("data", rest);
    if (turn.next === undefined) socket.resume();
  }

  #onParserError(error: ParserError, socket: Socket): void {
    const turn = this.#turns.get(socket);
    const next = turn?.next;
    if (turn !== undefined && next !== undefined && error.code === "HPE_PAUSED") {
      stopReading(socket);
      turn.rest = error.rawPacket?.subarray(error.bytesParsed) ?? NOTHING;
      return;
    }
    // That it isn't read to its end yet is ours; one without a body has ended with its headers.
    if (next !== undefined && error.code === "ERR_HTTP_REQUEST_TIMEOUT" && !hasBody(next.request))
      return;
    const hasBegun = turn?.busy === true && turn.answer?.headersSent !== false;
    refuse(socket, error, hasBegun);
  }
}

/**
 * A socket that is paused but has been asked to resume reads on, and by itself tells node no more
 * that it is paused.
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

/** As node itself does where no one listens to `clientError`. */
function refuse(socket: Socket, error: ParserError, hasBegun: boolean): void {
  const status = STATUS[error.code ?? ""] ?? 400;
  if (socket.writable && !hasBegun)
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  socket.destroy(error);
}
