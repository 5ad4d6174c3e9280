// Raw connections for tests: what is written to them is what goes over the wire.
import { once } from "node:events";
import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { onTestFinished } from "vitest";
import { listen, type Listener, type ListenOptions } from "../../../src/http/server/listen.ts";
import type { Handler, HttpResponse } from "../../../src/http/types.ts";

/** Listens until the test ends. */
export async function serve(
  handler: Handler,
  options: Partial<ListenOptions> = {},
): Promise<Listener> {
  const listener = await listen({ host: "127.0.0.1", port: 0, handler, ...options });
  onTestFinished(() => listener.drain(0));
  return listener;
}

/** A connection that collects what comes. */
export class RawConnection {
  readonly socket: Socket;
  received = "";

  /** Opens it, under TLS when a protocol is to be agreed on. */
  constructor(port: number, protocol?: string) {
    this.socket =
      protocol === undefined
        ? connect(port, "127.0.0.1")
        : connectTls({ port, ALPNProtocols: [protocol], rejectUnauthorized: false });
    this.socket.on("data", (data: Buffer) => (this.received += data.toString("latin1")));
    // A reset is as good an end as any.
    this.socket.on("error", () => undefined);
    onTestFinished(() => void this.socket.destroy());
  }

  write(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Waits until the received text matches. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) await once(this.socket, "data");
  }

  /** Everything that came before the other side closed. */
  async toEnd(): Promise<string> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once("close", resolve));
    return this.received;
  }
}

/** An HTTP/2 connection in clear text. */
export function openSession(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

/** The status and the body of a stream. */
export async function readStream(
  stream: ClientHttp2Stream,
): Promise<{ status: number | undefined; body: string }> {
  const headers = once(stream, "response") as Promise<[OutgoingHttpHeaders]>;
  let body = "";
  for await (const chunk of stream) body += String(chunk);
  return { status: (await headers)[0][":status"] as number | undefined, body };
}

/** Writes the head of an answer only. */
export const writeHead = (response: HttpResponse): void =>
  void ("stream" in response ? response.writeHead(200) : response.writeHead(200));

/** Waits until a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}
