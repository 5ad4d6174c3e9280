import type { ServerResponse } from "node:http";
import { constants } from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { StreamResponse } from "./direct/stream-response.ts";
import { monotonicMs } from "./monotonic.ts";
import { PIECE_BYTES, UNREAD_LIMITS, type UnreadLimits } from "./limits.ts";
import type { HttpResponse, Handler } from "../types.ts";

/** The unread answers of one connection. */
interface Room {
  /** The unread bytes; a request that isn't answered yet counts `reservedBytes`. */
  bytes: number;
  /** How many requests are open. */
  open: number;
  /** The requests that wait for room. */
  readonly waiting: Map<HttpResponse, () => void>;
  readonly close: () => void;
}

/** One answer that a client reads. */
interface Taking {
  readonly response: HttpResponse;
  readonly room: Room;
  readonly unread: Unread;
  /** How many bytes it reserves in the room. */
  reserved: number;
  /** How many bytes wait for the client. */
  bytes: number;
  /** How many of them node doesn't have yet. */
  unsent: number;
  /** How many bytes were left to write at the last sweep, and since when. */
  left: number;
  since: number;
}

/** The key of a response's entry. A WeakMap would cost more than everything else here. */
const TAKING = Symbol("taking");
type Taken = HttpResponse & { [TAKING]?: Taking };

/** Must be called before an answer is written, with the bytes that are kept for it alone. */
export function holdAnswer(response: Taken, bytes: number): void {
  const taking = response[TAKING];
  if (taking !== undefined) taking.unread.hold(taking, bytes);
}

/**
 * Writes bytes, and calls `end` with the last of them. Node says only of a whole write that the
 * client has taken it; so a long body is written piece by piece, each when the last one is taken.
 */
export function writePieces(
  response: Taken,
  bytes: Uint8Array,
  end: (last: Uint8Array) => void,
): void {
  const taking = response[TAKING];
  // The types have these methods in common, but their overloads differ.
  const either = response as ServerResponse;
  let at = 0;
  const next = (): void => {
    const piece = bytes.subarray(at, (at += PIECE_BYTES));
    if (taking !== undefined) taking.unsent = Math.max(0, bytes.length - at);
    if (at >= bytes.length) end(piece);
    else either.write(piece, (error) => error == null && next());
  };
  next();
}

/**
 * Resets a connection in clear text. The kernel holds megabytes that its client doesn't read, and
 * after a usual end it would hold them until the client goes. Nothing must be left to shut down, so
 * a write must be in progress.
 */
function forget(socket: Socket | null): void {
  if (socket === null || socket instanceof TLSSocket || socket.writableLength === 0) return;
  socket.resetAndDestroy();
  socket.destroy();
}

/** Limits the bytes of unread answers, of each connection and of the server, and their time. */
export class Unread {
  readonly #limits: UnreadLimits;
  readonly #rooms = new WeakMap<object, Room>();
  readonly #open = new Set<Taking>();
  /** Those that hold bytes, the oldest first. */
  readonly #holding = new Set<Taking>();
  readonly #sweeping: NodeJS.Timeout;
  #total = 0;
  /** Milliseconds since the start, as of the last sweep. */
  #now = 0;

  constructor(limits: UnreadLimits = UNREAD_LIMITS) {
    this.#limits = limits;
    const interval = Math.ceil(Math.min(limits.stallMs, limits.hurryMs) / 10);
    let last = monotonicMs();
    const pass = (): void => {
      const elapsed = monotonicMs() - last;
      last += elapsed;
      // While a process was paused, its clients could read nothing.
      this.#now += Math.min(elapsed, 3 * interval);
      this.#sweep(this.#now);
    };
    this.#sweeping = setInterval(pass, interval).unref();
  }

  /** Wraps a handler: a request begins only when its connection has room for the answer. */
  gate(handler: Handler): Handler {
    return (request, response) => {
      const room = this.#roomOf(response);
      if (this.#hasRoom(room)) {
        this.#begin(room, response);
        return handler(request, response);
      }
      return new Promise((resolve) => {
        room.waiting.set(response, () => {
          this.#begin(room, response);
          resolve(handler(request, response));
        });
        response.once("close", () => {
          room.waiting.delete(response);
          resolve(undefined);
        });
      });
    };
  }

  stop(): void {
    clearInterval(this.#sweeping);
  }

  #roomOf(response: HttpResponse): Room {
    const session = "stream" in response ? response.stream.session : undefined;
    const connection = session ?? response.socket ?? response;
    let room = this.#rooms.get(connection);
    if (room === undefined) {
      room = { bytes: 0, open: 0, waiting: new Map(), close: () => session?.destroy() };
      this.#rooms.set(connection, room);
    }
    return room;
  }

  #hasRoom({ bytes }: Room): boolean {
    return bytes < this.#limits.connectionBytes;
  }

  #begin(room: Room, response: Taken): void {
    const taking: Taking = {
      response,
      room,
      unread: this,
      reserved: this.#limits.reservedBytes,
      bytes: 0,
      unsent: 0,
      left: 0,
      since: this.#now,
    };
    response[TAKING] = taking;
    room.open++;
    room.bytes += taking.reserved;
    this.#open.add(taking);
    response.on("close", () => this.#end(taking));
  }

  hold(taking: Taking, bytes: number): void {
    // A client that left before its answer was written holds none: nothing would free its room.
    if (!this.#open.has(taking)) return;
    const { room, response } = taking;
    room.bytes += bytes - taking.reserved;
    taking.reserved = 0;
    taking.bytes += bytes;
    this.#total += bytes;
    this.#holding.add(taking);
    const { mostConnectionBytes, totalBytes } = this.#limits;
    for (const oldest of this.#holding) {
      if (this.#total <= totalBytes && room.bytes <= mostConnectionBytes) break;
      if (oldest !== taking && (this.#total > totalBytes || oldest.room === room))
        this.#drop(oldest);
    }
    // Over HTTP/2, node's response closes only when both directions have ended.
    if (response instanceof StreamResponse) response.whenSent(() => this.#release(taking));
    else if ("stream" in response) response.stream.once("finish", () => this.#release(taking));
  }

  /** Frees the room of an answer that the client has read, or never will. */
  #release(taking: Taking): void {
    const { room, bytes, reserved } = taking;
    room.bytes -= bytes + reserved;
    this.#total -= bytes;
    taking.bytes = taking.reserved = 0;
    this.#holding.delete(taking);
    this.#wake(room);
  }

  #end(taking: Taking): void {
    if (!this.#open.delete(taking)) return;
    taking.room.open--;
    this.#release(taking);
  }

  /** Begins at most two requests that wait: the length of their answers is not known yet. */
  #wake(room: Room): void {
    let woken = 0;
    for (const [response, begin] of room.waiting) {
      if (woken++ === 2 || !this.#hasRoom(room)) return;
      room.waiting.delete(response);
      begin();
    }
  }

  #drop(taking: Taking): void {
    const { response } = taking;
    if ("stream" in response) {
      response.stream.close(constants.NGHTTP2_CANCEL);
      response.stream.destroy();
    } else {
      forget(response.socket);
      response.destroy();
    }
    this.#end(taking);
  }

  /** Drops answers that clients don't read. */
  #sweep(now: number): void {
    const { stallMs, hurryMs } = this.#limits;
    for (const taking of this.#open) {
      const { response, room } = taking;
      const { writableLength, writableEnded, writableFinished } =
        "stream" in response ? response.stream : response;
      const left = taking.unsent + writableLength;
      const isTaken = left === 0 && (!writableEnded || writableFinished);
      if (isTaken || left !== taking.left) {
        taking.left = left;
        taking.since = now;
        continue;
      }
      const othersWait = taking.bytes > 0 && room.waiting.size > 0;
      if (now - taking.since < (othersWait ? hurryMs : stallMs)) continue;
      this.#drop(taking);
      if (room.open === 0) room.close();
    }
  }
}
