// How much time and room a connection gets. It owns the numbers; node's defaults are too generous
// for a server that anybody may reach. docs/operations.md compares them with those of other
// servers.

/** A connection that says nothing is closed after this. */
export const FIRST_BYTES_MS = 10_000;

/** What a test may set for itself. */
export interface ConnectionLimits {
  /**
   * A connection on which nothing happens is closed after this; an answer that is not taken is
   * dropped.
   */
  readonly idleMs: number;
  /** How long a drain waits for requests that are on their way. */
  readonly lingerMs: number;
  /** A request's body must be there after this; over HTTP/1.1, with its headers. */
  readonly bodyMs: number;
  /**
   * For what is under way on an HTTP/2 connection whose client has closed it, or has been told to.
   */
  readonly leavingMs: number;
  /** How many HTTP/2 streams a client may take back at once before they came to anything. */
  readonly resets: number;
}

/** Those of a server. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  idleMs: 120_000,
  lingerMs: 500,
  bodyMs: 30_000,
  leavingMs: 3_000,
  resets: 1_000,
};

/** The options of node:http. */
export const http1Options = ({ bodyMs }: ConnectionLimits) => ({
  headersTimeout: Math.min(10_000, bodyMs),
  requestTimeout: bodyMs,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
});

/** A client that answers no PING for so long is gone. */
export const PING_MS = 20_000;

/** As many streams as a client may take back at once, it may take back again after this. */
export const RESETS_MS = 5_000;
/**
 * What is taken back later than this after its headers has come to something: its handler is at
 * work.
 */
export const RESET_MOMENT_MS = 20;
/** So many calls of one connection may be at work for clients that have taken them back. */
export const ABANDONED_CALLS = 512;

/** The options of node:http2. */
export const http2Options = ({ resets }: ConnectionLimits) => ({
  settings: { maxConcurrentStreams: 128, maxHeaderListSize: 16 * 1024, enablePush: false },
  /**
   * Over the whole life of a connection. Among them are streams that a client opens before it knows
   * how many it may.
   */
  maxSessionInvalidFrames: 1_000,
  /** In a row. Node rejects a new stream in the place of one that was taken back a moment ago. */
  maxSessionRejectedStreams: 500,
  /**
   * nghttp2 doesn't ask what a stream came to; http2-conduct.ts does, and this is for RST_STREAM of
   * streams long gone.
   */
  streamResetBurst: Math.max(10_000, 10 * resets),
  streamResetRate: Math.max(2_000, Math.ceil((10 * resets * 1_000) / RESETS_MS)),
});

/**
 * So many PING and SETTINGS frames a client may send in so much time while the server sends neither
 * HEADERS nor DATA.
 */
export const CONTROL_FRAMES = 500;
export const CONTROL_FRAMES_MS = 30_000;
/** The lengths of the answers to them, RFC 9113 sections 6.5 and 6.7. */
export const SETTINGS_ACK_BYTES = 9;
export const PING_ACK_BYTES = 17;

/** The longest request target. */
export const MAX_URL_LENGTH = 8 * 1024;

/** What clients may leave unread of their answers. */
export interface UnreadLimits {
  /** With so much of it unread, a connection's next request waits. */
  readonly connectionBytes: number;
  /** What a request counts before its answer is there: as many as HTTP/2 allows at once fit. */
  readonly reservedBytes: number;
  /** Beyond it, the oldest unread answers of a connection are dropped. */
  readonly mostConnectionBytes: number;
  /** Beyond it, the oldest of all connections are. */
  readonly totalBytes: number;
  /**
   * What a client doesn't go on taking for so long is dropped; a long answer has more time, by the
   * rate of a slow line.
   */
  readonly stallMs: number;
  readonly bytesPerSecond: number;
  /** The same, while other requests of the connection wait for room. */
  readonly hurryMs: number;
}

/** Those of a server. */
export const UNREAD_LIMITS: UnreadLimits = {
  connectionBytes: 1024 * 1024,
  reservedBytes: 8 * 1024,
  mostConnectionBytes: 8 * 1024 * 1024,
  totalBytes: 32 * 1024 * 1024,
  stallMs: 30_000,
  bytesPerSecond: 8 * 1024,
  hurryMs: 10_000,
};
