// One kept connection to a server, over which every byte goes out as it is. All texts are bytes,
// one character each.
import { connect, type Socket } from "node:net";

/** A server that takes longer hangs. */
const TIMEOUT_MS = 10_000;

/** An answer. Header names are in lower case, trailers stand among the headers. */
export interface Answer {
  /** 0 when the server closed the connection without a word. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Waiting {
  readonly isHead: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Sends one request after the other, over one socket for as long as the server keeps it open. */
export class KeptConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = "";
  #waiting: Waiting | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Writes a request and reads its answer. Rejects when none comes, or more than one. */
  send(request: string, isHead = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#received !== "")
        return reject(new Error(`there is more than one answer: ${this.#received}`));
      this.#waiting = { isHead, resolve, reject };
      this.#socket ??= this.#open();
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = connect({
      port: this.#port,
      host: "127.0.0.1",
      noDelay: true,
      timeout: TIMEOUT_MS,
    });
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#read(chunk));
    // A server that does not want the rest of a request may reset the connection behind its answer.
    socket.on("error", () => undefined);
    socket.on(
      "timeout",
      () => this.#waiting && this.#fail(new Error("the server does not answer")),
    );
    socket.on("close", () => this.#socket === socket && this.#closed());
    return socket;
  }

  #read(chunk: string): void {
    this.#received += chunk;
    if (this.#waiting === undefined) return;
    const parsed = parseAnswer(this.#received, this.#waiting.isHead);
    if (parsed === undefined) return;
    this.#received = this.#received.slice(parsed.length);
    if (parsed.answer.headers.get("connection") === "close") this.close();
    this.#settle().resolve(parsed.answer);
  }

  #closed(): void {
    this.#socket = undefined;
    if (this.#waiting === undefined) return;
    if (this.#received === "") this.#settle().resolve({ status: 0, headers: new Map(), body: "" });
    else this.#fail(new Error(`the answer breaks off: ${this.#received}`));
  }

  #fail(error: Error): void {
    this.close();
    this.#settle().reject(error);
  }

  #settle(): Waiting {
    const waiting = this.#waiting!;
    this.#waiting = undefined;
    return waiting;
  }
}

/**
 * The first whole answer in a text and how much of it that is; undefined when it is not whole yet.
 */
function parseAnswer(
  text: string,
  isHead: boolean,
): { answer: Answer; length: number } | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const start = end + 4;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
  if (!(status >= 100)) throw new Error(`this is no answer: ${text}`);
  if (status < 200) return parseLater(text, isHead, start);
  const headers = new Map(text.slice(0, end).split("\r\n").slice(1).map(parseHeader));
  if (isHead || status === 204 || status === 304)
    return { answer: { status, headers, body: "" }, length: start };
  if (headers.get("transfer-encoding") === "chunked")
    return parseChunked(text, start, status, headers);
  const length = start + Number(headers.get("content-length") ?? 0);
  return text.length < length
    ? undefined
    : { answer: { status, headers, body: text.slice(start, length) }, length };
}

/** The answer behind `100 Continue`. */
function parseLater(text: string, isHead: boolean, start: number): ReturnType<typeof parseAnswer> {
  const later = parseAnswer(text.slice(start), isHead);
  return later && { answer: later.answer, length: start + later.length };
}

function parseChunked(
  text: string,
  start: number,
  status: number,
  headers: Map<string, string>,
): ReturnType<typeof parseAnswer> {
  let body = "";
  let at = start;
  for (;;) {
    const line = text.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    at = line + 2;
    if (size === 0) break;
    body += text.slice(at, at + size);
    at += size + 2;
  }
  // Trailers, and an empty line behind them.
  const end = text.startsWith("\r\n", at) ? at : text.indexOf("\r\n\r\n", at) + 2;
  if (end < at || text.length < end + 2) return undefined;
  for (const trailer of text
    .slice(at, end)
    .split("\r\n")
    .filter((each) => each !== ""))
    headers.set(...parseHeader(trailer));
  return { answer: { status, headers, body }, length: end + 2 };
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
