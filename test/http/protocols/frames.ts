// Frames of HTTP/2 byte by byte, RFC 9113 section 4.1, for what no client library would send. They
// are latin1 text, as RawConnection writes it.

const KINDS = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
] as const;
type Kind = (typeof KINDS)[number];

/** What came. */
export interface Frame {
  readonly kind: Kind | "unknown";
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

const bytes32 = (value: number): string =>
  String.fromCharCode(
    (value >>> 24) & 0xff,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  );

/** One frame. */
export const frame = (kind: Kind, stream: number, payload = "", flags = 0): string =>
  bytes32(payload.length).slice(1) +
  String.fromCharCode(KINDS.indexOf(kind), flags) +
  bytes32(stream) +
  payload;

/** HPACK without compression, RFC 7541 section 6.2.2; up to 126 bytes each. */
const literal = (name: string, value: string): string =>
  `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;

/** What a client begins with: the preface and its settings. */
export const begin = (settings: readonly (readonly [number, number])[] = []): string =>
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" +
  frame(
    "SETTINGS",
    0,
    settings.map(([id, value]) => bytes32(id).slice(2) + bytes32(value)).join(""),
  );

/** The windows of all streams. */
export const INITIAL_WINDOW_SIZE = 4;

/** Says that the server's settings are known. */
export const settingsAck = frame("SETTINGS", 0, "", 1);

/** A request; without `ends`, a body may follow. */
export function headers(
  stream: number,
  {
    method = "GET",
    path = "/",
    ends = method === "GET",
    more = {},
  }: {
    method?: string;
    path?: string;
    ends?: boolean;
    more?: Readonly<Record<string, string>>;
  } = {},
): string {
  const target = method === "CONNECT" ? {} : { ":path": path, ":scheme": "http" };
  const fields = { ":method": method, ...target, ":authority": "x", ...more };
  return frame(
    "HEADERS",
    stream,
    Object.entries(fields)
      .map(([name, value]) => literal(name, value))
      .join(""),
    ends ? 5 : 4,
  );
}

export const data = (stream: number, text: string, ends = false): string =>
  frame("DATA", stream, text, ends ? 1 : 0);

export const ping = frame("PING", 0, "12345678");

export const reset = (stream: number, code = 8): string =>
  frame("RST_STREAM", stream, bytes32(code));

/** The shortest request there can be, taken back: three indices of HPACK's static table, a name. */
export const takenBack = (stream: number): string =>
  frame("HEADERS", stream, "\x82\x84\x86\x01\x01x", 5) + reset(stream);

export const windowUpdate = (stream: number, bytes: number): string =>
  frame("WINDOW_UPDATE", stream, bytes32(bytes));

/** The frames that have come whole. */
export function framesOf(received: string): Frame[] {
  const bytes = Buffer.from(received, "latin1");
  const frames: Frame[] = [];
  for (
    let at = 0;
    at + 9 <= bytes.length && at + 9 + bytes.readUIntBE(at, 3) <= bytes.length;
    at += 9 + bytes.readUIntBE(at, 3)
  ) {
    frames.push({
      kind: KINDS[bytes[at + 3]!] ?? "unknown",
      flags: bytes[at + 4]!,
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, at + 9 + bytes.readUIntBE(at, 3)),
    });
  }
  return frames;
}

/** The error codes and debug data of the GOAWAYs that have come. */
export const goaways = (received: string): string[] =>
  framesOf(received).flatMap(({ kind, payload }) =>
    kind === "GOAWAY"
      ? [`${payload.readUInt32BE(4)} ${payload.subarray(8).toString()}`.trim()]
      : [],
  );

/** How many streams were reset, by error code. */
export function resets(received: string): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { kind, payload } of framesOf(received))
    if (kind === "RST_STREAM")
      counts[payload.readUInt32BE(0)] = (counts[payload.readUInt32BE(0)] ?? 0) + 1;
  return counts;
}
