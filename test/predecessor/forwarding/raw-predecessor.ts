// A predecessor that a test writes byte by byte, over TCP or TLS.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** A request as its bytes were. */
export interface RawRequest {
  /** The request line and the headers. */
  readonly lines: readonly string[];
  readonly body: Buffer;
  /** Which connection it came by. */
  readonly connection: number;
}

type Reply = (socket: Socket, request: RawRequest) => void;

const HEAD_END = "\r\n\r\n";

/** Makes an answer of JSON, whose length is announced. */
export const json = (value: unknown, status = "200 OK", ...headers: string[]): string => {
  const body = JSON.stringify(value);
  const length = `content-length: ${Buffer.byteLength(body)}`;
  const lines = [`HTTP/1.1 ${status}`, "content-type: application/json", length, ...headers];
  return lines.join("\r\n") + HEAD_END + body;
};

export const LOGIN = json({ token: "a token of 16 letters", message: "Login successful" });

export class RawPredecessor {
  readonly requests: RawRequest[] = [];
  /** Sends what it wants. */
  reply: Reply = (socket) => void socket.write(LOGIN, "latin1");
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  #connections = 0;

  private constructor(tls: TlsOptions | undefined) {
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  }

  static async start(tls?: TlsOptions): Promise<RawPredecessor> {
    const raw = new RawPredecessor(tls);
    raw.#server.listen(0, "127.0.0.1");
    await once(raw.#server, "listening");
    return raw;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const connection = ++this.#connections;
    let given = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (chunk) => {
      given = Buffer.concat([given, chunk]);
      const end = given.indexOf(HEAD_END);
      if (end < 0) return;
      const lines = given.toString("latin1", 0, end).split("\r\n");
      const length = Number(/^content-length: (\d+)$/im.exec(lines.join("\n"))?.[1] ?? 0);
      const whole = end + HEAD_END.length + length;
      if (given.length < whole) return;
      const body = Buffer.from(given.subarray(end + HEAD_END.length, whole));
      given = given.subarray(whole);
      const request = { lines, body, connection };
      this.requests.push(request);
      this.reply(socket, request);
    });
  }
}
