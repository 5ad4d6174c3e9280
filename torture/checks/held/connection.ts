// One connection that its client doesn't want to end.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Kind } from "./kinds.ts";

/** Where a connection goes. */
export interface Target {
  readonly port: number;
  readonly secure: boolean;
}

/** A connection, and what is known of it. */
export class HeldConnection {
  readonly kind: Kind;
  readonly target: Target;
  /** The client's own port. */
  readonly port: number;
  /** When it was opened, and when the server's side was last seen open; of performance.now(). */
  readonly openedAt: number;
  lastOpen: number;
  readonly #tcp: Socket;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #seconds = 0;

  private constructor(kind: Kind, target: Target, tcp: Socket) {
    this.kind = kind;
    this.target = target;
    this.port = tcp.localPort!;
    this.openedAt = this.lastOpen = performance.now();
    this.#tcp = tcp;
    this.#socket = target.secure && kind.isHandshake !== true ? encrypted(kind, tcp) : tcp;
    // The server's end of a connection is seen in the kernel, not here.
    this.#socket.on("error", () => undefined);
    if (kind.reads === undefined || kind.reads === "all") this.#socket.resume();
    else this.#socket.pause();
    if (kind.ends === true) this.#socket.end(kind.first, "latin1");
    else this.#socket.write(kind.first, "latin1");
    this.#timer = setInterval(() => this.#go(), 1_000);
  }

  /** Connects; the server may not have taken anything yet. */
  static async open(kind: Kind, target: Target): Promise<HeldConnection> {
    const tcp = connect({ host: "127.0.0.1", port: target.port, allowHalfOpen: true });
    await once(tcp, "connect");
    return new HeldConnection(kind, target, tcp);
  }

  /** How long the server had it open, in seconds. */
  get seconds(): number {
    return (this.lastOpen - this.openedAt) / 1_000;
  }

  #go(): void {
    const text = this.kind.each?.(this.#seconds++);
    if (text !== undefined && this.#socket.writable) this.#socket.write(text, "latin1");
    if (this.kind.reads === "a byte a second") this.#socket.read(1);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
    this.#tcp.destroy();
  }
}

/** A client that pauses reads nothing of what is encrypted, but the handshake. */
function encrypted({ version }: Kind, tcp: Socket): Socket {
  tcp.on("error", () => undefined);
  return connectTls({
    socket: tcp,
    rejectUnauthorized: false,
    ALPNProtocols: [version === "HTTP/2" ? "h2" : "http/1.1"],
  });
}
