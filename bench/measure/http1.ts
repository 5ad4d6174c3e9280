// HTTP/1.1 as plain bytes, so that the load costs less than what it measures.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Answer, Connection, Request } from "./connection.ts";

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/**
 * Opens a connection to `http://host:port`, from another address of this machine if need be, or to
 * `https://host:port`, whose certificate is one of this run.
 */
export async function openHttp1(url: string, localAddress?: string): Promise<Connection> {
  const { protocol, hostname, port } = new URL(url);
  const address = {
    port: Number(port),
    host: hostname,
    ...(localAddress !== undefined && { localAddress }),
  };
  const encrypted = protocol === "https:";
  const socket = encrypted
    ? connectTls({ ...address, rejectUnauthorized: false })
    : connect(address);
  socket.setNoDelay(true);
  await once(socket, encrypted ? "secureConnect" : "connect");
  return new Http1Connection(socket, `${hostname}:${port}`);
}

class Http1Connection implements Connection {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on("data", (data: Buffer) => this.#take(data));
    socket.on("error", (error) => this.#settle?.reject(error));
    socket.on("close", () =>
      this.#settle?.reject(new Error("the connection was closed before the answer")),
    );
  }

  send({ method = "GET", path, headers = {}, body = "" }: Request): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => (this.#settle = { resolve, reject }));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = method === "POST" ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : "";
    const head =
      `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nUser-Agent: bench\r\n` +
      `Accept: */*\r\n${lines.join("")}${length}\r\n`;
    this.#socket.write(
      typeof body === "string" ? head + body : Buffer.concat([Buffer.from(head), body]),
    );
    return answer;
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const answer = parse(this.#received);
    if (answer === undefined) return;
    const settle = this.#settle;
    this.#settle = undefined;
    this.#received = Buffer.alloc(0);
    settle?.resolve(answer);
  }
}

/** RFC 9112; nothing until the answer is there as a whole. */
function parse(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const status = Number(head.slice(9, 12));
  const rest = bytes.subarray(end + HEAD_END.length);
  const body = /\r\ntransfer-encoding: *chunked/i.test(head)
    ? joinChunks(rest)
    : ofLength(rest, Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0));
  if (body === undefined) return undefined;
  return status === 429
    ? { status, body, saysWhen: /\r\nretry-after: \d/i.test(head) }
    : { status, body };
}

const ofLength = (bytes: Buffer, length: number): Buffer | undefined =>
  bytes.length >= length ? bytes.subarray(0, length) : undefined;

function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf(LINE_END, at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    const start = line + LINE_END.length;
    at = start + size + LINE_END.length;
    if (bytes.length < at) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(start, start + size));
  }
}
