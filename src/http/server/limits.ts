// The limits of a connection. Node's defaults are too generous for a public server;
// docs/operations.md compares these with those of other servers.
import { readFileSync } from "node:fs";

/** The longest headers of a request. */
export const MAX_HEADERS_LENGTH = 16 * 1024;
/** What HTTP/2 counts for each header besides its name and value, RFC 9113 section 6.5.2. */
export const FIELD_OVERHEAD = 32;
/** A connection that sends nothing is closed after this. */
export const FIRST_BYTES_MS = 10_000;

/** The limits that a test may change. */
export interface ConnectionLimits {
  /**
   * An idle connection is closed after this; with what it takes to close it, within two minutes.
   */
  readonly idleMs: number;
  /**
   * A request's headers must arrive within this, and over HTTP/2 also the client's first SETTINGS.
   */
  readonly headersMs: number;
  /** How long a drain keeps idle connections open for requests that are on their way. */
  readonly lingerMs: number;
  /** A request's body must arrive within this; over HTTP/1.1, headers and body together. */
  readonly bodyMs: number;
  /** How long open streams may go on after the client or the server has ended the connection. */
  readonly leavingMs: number;
  /** How many HTTP/2 streams a client may reset in a burst. */
  readonly resets: number;
}

/** The limits of a server. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  idleMs: 115_000,
  headersMs: 10_000,
  lingerMs: 500,
  bodyMs: 30_000,
  leavingMs: 3_000,
  resets: 600,
};

/** The options of node:http. */
export const http1Options = ({ headersMs, bodyMs }: ConnectionLimits) => ({
  headersTimeout: Math.min(headersMs, bodyMs),
  requestTimeout: bodyMs,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 500,
  maxHeaderSize: MAX_HEADERS_LENGTH,
  requireHostHeader: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
});

/** A client that doesn't answer a PING within this has gone away. */
export const PING_MS = 20_000;

/** When a notice is tried again that the socket has no room for. */
export const NOTICE_AGAIN_MS = 5;

/** How long it takes until a client may reset a whole burst of streams again. */
export const RESETS_MS = 3_000;
/** A later reset than this after the headers is no flood: the handler has begun its work. */
export const RESET_MOMENT_MS = 20;
/** How many handlers may still work for streams of one connection that the client has reset. */
export const ABANDONED_CALLS = 512;

/** How many streams of a connection may be open at once. */
const STREAMS = 128;
/**
 * How many streams in a row node refuses before it ends a connection. It refuses a stream in place
 * of one that was reset in the same turn of the event loop.
 */
export const REFUSED_STREAMS = 160;

/**
 * Returns how many streams a client may open in one turn of the event loop: as many as may be open,
 * and a third of a burst of resets. A turn is one packet or a few.
 */
export const streamsOfATurn = (resets: number): number => STREAMS + Math.ceil(resets / 3);

/** The options of node:http2. */
export const http2Options = ({ resets }: ConnectionLimits) => ({
  settings: {
    maxConcurrentStreams: STREAMS,
    maxHeaderListSize: MAX_HEADERS_LENGTH,
    enablePush: false,
  },
  /**
   * Over the whole life of a connection. They include streams that a client opens before it knows
   * the limit of concurrent streams.
   */
  maxSessionInvalidFrames: 900,
  maxSessionRejectedStreams: REFUSED_STREAMS,
  /**
   * nghttp2 counts every reset, floods/ only those without an answer. So these are
   * larger, for RST_STREAM of streams that are long closed.
   */
  streamResetBurst: Math.max(10_000, 10 * resets),
  streamResetRate: Math.max(2_000, Math.ceil((10 * resets * 1_000) / RESETS_MS)),
});

/**
 * How many PING and SETTINGS frames a client may send in CONTROL_FRAMES_MS while the server sends
 * neither HEADERS nor DATA.
 */
export const CONTROL_FRAMES = 500;
export const CONTROL_FRAMES_MS = 30_000;
/** The lengths of their acknowledgements, RFC 9113 sections 6.5 and 6.7. */
export const SETTINGS_ACK_BYTES = 9;
export const PING_ACK_BYTES = 17;
/** The longest SETTINGS that nghttp2 takes: 32 settings. */
export const SETTINGS_BYTES = SETTINGS_ACK_BYTES + 32 * 6;

/**
 * How many bytes of other frames a client may send in CONTROL_FRAMES_MS that serve nothing: as many
 * as 500 WINDOW_UPDATE have, RFC 9113 section 6.9.
 */
export const UNEXPLAINED_BYTES = 500 * 13;
/** How often sessions are looked at, and how many of them at a time. */
export const SESSION_LOOK_MS = 2;
export const SESSION_LOOKS = 64;

/** The longest request target. */
export const MAX_URL_LENGTH = 8 * 1024;

/** Answers are written in pieces of this many bytes, which is a frame of HTTP/2. */
export const PIECE_BYTES = 16 * 1024;

/** How much of their answers clients may leave unread. */
export interface UnreadLimits {
  /** With this much unread, a connection's next request waits. */
  readonly connectionBytes: number;
  /**
   * What a request counts before its answer exists: all streams that HTTP/2 allows at once fit into
   * `connectionBytes`.
   */
  readonly reservedBytes: number;
  /** Beyond this, the oldest unread answers of the connection are dropped. */
  readonly mostConnectionBytes: number;
  /** Beyond this, the oldest unread answers of all connections are dropped. */
  readonly totalBytes: number;
  /** An answer is dropped when the client takes no whole piece of it for this long. */
  readonly stallMs: number;
  /** Replaces it while other requests of the connection wait for room. */
  readonly hurryMs: number;
}

/** The limits of a server. */
export const UNREAD_LIMITS: UnreadLimits = {
  connectionBytes: 1024 * 1024,
  reservedBytes: 8 * 1024,
  mostConnectionBytes: 8 * 1024 * 1024,
  totalBytes: 32 * 1024 * 1024,
  stallMs: 30_000,
  hurryMs: 10_000,
};

/**
 * How many descriptors are for other things than the connections of clients: the database, files
 * that are loaded when they are first used, e-mails, other servers.
 */
const RESERVED = 128;

/**
 * Returns how many connections a process may have open, so that others get the descriptors that
 * they need. Undefined where the system doesn't say how many there are, or sets no limit.
 */
export function mostConnections(limits = readLimits()): number | undefined {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
  // With very few descriptors, half of them.
  return Number.isNaN(limit) ? undefined : Math.max(limit - RESERVED, Math.floor(limit / 2));
}

/** The limits of this process, which only Linux shows. */
function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
