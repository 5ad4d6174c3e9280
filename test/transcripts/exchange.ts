// One request and its answer over a socket of their own, so that every byte goes out and is seen as
// it is. All texts are bytes, one character each.
import { connect } from "node:net";
import type { Header } from "./parse.ts";

/** How long an answer may take. */
const TIMEOUT_MS = 20_000;

/** A request as it goes out. */
export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** An answer as it came. */
export interface Received {
  readonly status: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

/**
 * Sends a request with the headers that it needs besides its own; reads until the server closes.
 */
export async function exchange(
  url: string,
  { method, target, headers, body }: Sent,
): Promise<Received> {
  const { hostname, port, host } = new URL(url);
  const has = (name: string): boolean => headers.some((header) => header[0] === name);
  const isChunked = has("transfer-encoding");
  const length: Header[] =
    body === "" || isChunked || has("content-length")
      ? []
      : [["content-length", String(body.length)]];
  const all: Header[] = [
    ...(has("host") ? [] : [["host", host] as const]),
    ["connection", "close"],
    ...length,
    ...headers,
  ];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${method} ${target} HTTP/1.1\r\n${lines}\r\n`;
  return parseAnswer(
    await talk(
      hostname,
      Number(port),
      head + (isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body),
    ),
  );
}

function talk(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host, port, timeout: TIMEOUT_MS }, () => socket.write(text, "latin1"));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("timeout", () => socket.destroy(new Error("the server does not answer")));
    // A server that refuses a body may reset the connection behind its answer.
    socket.on("error", (error) => chunks.length === 0 && reject(error));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

function parseAnswer(text: string): Received {
  const end = text.indexOf("\r\n\r\n");
  const [status = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line): Header => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 2),
  ]);
  return { status, headers, body: text.slice(end + 4) };
}
