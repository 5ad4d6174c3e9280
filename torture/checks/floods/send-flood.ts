// Floods one connection of HTTP/2, and sees how it ends.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectSecurely } from "node:tls";
import { framesOf, goaways } from "../../../test/http/protocols/frames.ts";
import type { Flood } from "./flood-frames.ts";

/** How a flood ended. */
export interface FloodEnd {
  readonly closed: boolean;
  /** What the server said at the end: the code of GOAWAY and its text. */
  readonly why: string;
  /**
   * The most pieces of abuse that the server can have taken: it had nothing left to read before the
   * last batch, and looks at no stream beyond the last one that GOAWAY names.
   */
  readonly taken: number;
}

/** Opens a connection for bytes as they are. */
export async function openSocket(url: string, protocol = "h2"): Promise<Socket> {
  const { port, protocol: scheme } = new URL(url);
  const target = { host: "127.0.0.1", port: Number(port) };
  const isSecure = scheme === "https:";
  const socket = isSecure
    ? connectSecurely({ ...target, ALPNProtocols: [protocol], rejectUnauthorized: false })
    : connect(target);
  // A reset is as good an end as any.
  socket.on("error", () => undefined);
  await Promise.race([once(socket, isSecure ? "secureConnect" : "connect"), once(socket, "close")]);
  return socket.setNoDelay(true);
}

/** Returns how many bytes the other end of a local connection has not read; 0 when it is closed. */
function unreadBytes({ localPort, remotePort }: Socket): number {
  const ending = (port = 0): string => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["tcp", "tcp6"])
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n")) {
      const [, local = "", remote = "", , queues = ""] = line.trim().split(/\s+/);
      if (local.endsWith(ending(remotePort)) && remote.endsWith(ending(localPort)))
        return Number.parseInt(queues.split(":")[1]!, 16);
    }
  return 0;
}

/** How many pieces go out before the server must have read them. */
const BATCH = 50;
/** How long a connection may live after its flood. */
const PATIENCE_MS = 1_000;

const streamsOf = (received: string): number => {
  const [first] = framesOf(received).filter(({ kind }) => kind === "GOAWAY");
  return first === undefined ? Infinity : (first.payload.readUInt32BE(0) + 1) / 2;
};

/** Sends so many pieces in one write, or each batch when the last one was read. */
export async function sendFlood(
  url: string,
  { opening, piece, allowed = 0 }: Flood,
  { pieces, isPaced }: { pieces: number; isPaced: boolean },
): Promise<FloodEnd> {
  const socket = await openSocket(url);
  let received = "";
  let isOpen = true;
  socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      isOpen = false;
      resolve();
    };
    socket.on("end", end).on("close", end);
  });
  const write = (from: number, to: number): void => {
    const texts = Array.from({ length: to - from }, (_, index) => piece(from + index));
    socket.write(texts.join(""), "latin1");
  };
  if (opening !== "") {
    socket.write(opening, "latin1");
    await Promise.race([once(socket, "data"), ended]);
    await delay(20);
  }
  let sent = 0;
  while (isOpen && sent < pieces) {
    const next = Math.min(pieces, sent + (isPaced ? BATCH : pieces));
    write(sent, next);
    sent = next;
    await delay(1);
    while (isOpen && isPaced && unreadBytes(socket) > 0) await delay(1);
  }
  await Promise.race([ended, delay(PATIENCE_MS)]);
  // Only new streams move the number that GOAWAY names.
  const isOfStreams = piece(0) !== piece(1);
  const taken = isOfStreams ? Math.min(sent, streamsOf(received)) : sent;
  socket.destroy();
  return {
    closed: !isOpen,
    why: isOpen ? "open" : (goaways(received)[0] ?? "closed"),
    taken: Math.max(0, taken - allowed),
  };
}
