// Sends as much of a request as the server takes, over either version of HTTP, and goes on when the
// answer is there: a hostile client doesn't stop.
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A request whose body is made while it is sent. */
export interface Sending {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The length that is said; absent: the body comes in chunks. */
  readonly length?: number | undefined;
  readonly pieces: Iterable<Uint8Array>;
}

export interface Heard {
  /** 0 when no status came. */
  readonly status: number;
  /** Headers, body and trailers, as they came. */
  readonly text: string;
  /** Until the answer was whole or the connection over, in milliseconds. */
  readonly took: number;
  /** Whether the server has closed the connection, over HTTP/1.1. */
  readonly isCut: boolean;
}

export type Send = (port: number, sending: Sending) => Promise<Heard>;

const PIECE = 16 * 1024;

/** After the answer, the client waits so long for the server to read on. */
const PATIENCE_MS = 50;
/** Without an answer, it gives up. */
const GIVEN_UP_MS = 5_000;

/** Resolves when the way is free again, over, or when nothing moves for a while. */
const flowing = (stream: NodeJS.EventEmitter, patienceMs: number): Promise<boolean> => {
  const giving = new AbortController();
  const { signal } = giving;
  const gave = () => false;
  return Promise.race([
    once(stream, "drain", { signal }).then(() => true, gave),
    once(stream, "close", { signal }).then(gave, gave),
    delay(patienceMs, false, { signal }).catch(gave),
  ]).finally(() => giving.abort());
};

/** Whether an answer over HTTP/1.1 has come as a whole. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  if (/\r\ntransfer-encoding: chunked/i.test(text.slice(0, end)))
    return text.endsWith("0\r\n\r\n") || /\r\n0\r\n[^]*\r\n\r\n$/.test(text);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

/** A body in pieces, between which the answer may be seen. */
export function* inPieces(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE) yield body.subarray(at, at + PIECE);
}

const chunk = (piece: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);

/** Over HTTP/1.1, on a connection of its own. */
export const sendHttp1: Send = async (port, { method = "POST", path, headers, length, pieces }) => {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let [text, took, isOver] = ["", 0, false];
  socket.setEncoding("latin1").on("error", () => undefined);
  await once(socket, "connect");
  const begin = performance.now();
  const answered = new Promise<void>((resolve) => {
    const end = (): void => {
      if (took === 0) took = performance.now() - begin;
      resolve();
    };
    socket.on("data", (data: string) => {
      text += data;
      if (isWhole(text)) end();
    });
    socket.on("close", () => {
      isOver = true;
      end();
    });
  });
  const framing = length === undefined ? "transfer-encoding: chunked" : `content-length: ${length}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines.join("")}${framing}\r\n\r\n`);
  for (const piece of pieces) {
    if (isOver) break;
    if (!socket.write(length === undefined ? chunk(piece) : piece))
      if (!(await flowing(socket, took > 0 ? PATIENCE_MS : GIVEN_UP_MS))) break;
    // Lets the answer be seen while the kernel takes everything.
    await delay(0);
  }
  if (!isOver && length === undefined) socket.write("0\r\n\r\n");
  await Promise.race([answered, delay(GIVEN_UP_MS)]);
  const isCut = isOver;
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, took, isCut };
};

/** Over HTTP/2, on a session of its own. */
export const sendHttp2: Send = async (port, sending) => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  try {
    await once(session, "connect");
    return await sendOn(session, sending);
  } finally {
    session.destroy();
  }
};

/** Over HTTP/2, on a session that is open. */
async function sendOn(
  session: ClientHttp2Session,
  { method = "POST", path, headers, length, pieces }: Sending,
): Promise<Heard> {
  const begin = performance.now();
  const stream = session.request({
    ":method": method,
    ":path": path,
    ...(length !== undefined && { "content-length": String(length) }),
    ...headers,
  });
  let [status, text, took, isOver] = [0, "", 0, false];
  const take = (head: object): void => {
    text += Object.entries(head)
      .map(([name, value]) => `${name}: ${String(value)}\r\n`)
      .join("");
  };
  const answered = new Promise<void>((resolve) => {
    const end = (): void => {
      if (took === 0) took = performance.now() - begin;
      resolve();
    };
    stream.on("response", (head) => {
      status = Number(head[":status"]);
      take(head);
    });
    stream.on("trailers", take);
    stream.on("data", (data: Buffer) => (text += data.toString("latin1")));
    stream.on("end", end);
    stream.on("error", () => undefined);
    stream.on("close", () => {
      isOver = true;
      end();
    });
  });
  for (const piece of pieces) {
    if (isOver || stream.destroyed || session.destroyed) break;
    if (!stream.write(piece))
      if (!(await flowing(stream, took > 0 ? PATIENCE_MS : GIVEN_UP_MS))) break;
    await delay(0);
  }
  if (!isOver && !stream.destroyed) stream.end();
  await Promise.race([answered, delay(GIVEN_UP_MS)]);
  stream.destroy();
  return { status, text, took, isCut: false };
}
