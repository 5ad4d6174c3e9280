// How much time and room a connection gets. It owns the numbers; node's defaults are too generous for a server that
// anybody may reach.

/** A connection that says nothing is closed after this. */
export const FIRST_BYTES_MS = 10_000;

/** How long a drain waits for requests that are on their way. */
export const DRAIN_LINGER_MS = 500;

/** The options of node:http. */
export const HTTP1_LIMITS = {
  headersTimeout: 10_000,
  /** Headers and body together. */
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
} as const;

/** A connection on which nothing happens is closed after this. */
export const IDLE_MS = 120_000;

/** The options of node:http2. */
export const HTTP2_LIMITS = {
  settings: { maxConcurrentStreams: 128, maxHeaderListSize: 16 * 1024, enablePush: false },
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  /** Streams that the client opens and resets: 200 at once, and 200 more in each half minute. */
  streamResetBurst: 200,
  streamResetRate: 7,
} as const;

/** So many PING and SETTINGS frames a client may send on one connection in so much time. */
export const HTTP2_CONTROL_FRAMES = 500;
export const HTTP2_CONTROL_FRAMES_MS = 30_000;

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
  /** What a client doesn't go on taking for so long is dropped; a long answer has more time, by the rate of a slow line. */
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
