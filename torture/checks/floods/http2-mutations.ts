// Connections of HTTP/2 that are wrong: sequences of frames, RFC 9113, and of fields, RFC 7541.
import {
  begin,
  data,
  frame,
  headers,
  ping,
  reset,
  settingsAck,
  windowUpdate,
} from "../../../test/http/protocols/frames.ts";
import { below, bytes, type Chance, pick, spoil, times } from "./chance.ts";

const PATHS = ["/healthz", "/v1/users/me", "/v1/sessions", "/", "/identity.v1.UserService/SignIn"];

/** The largest step of a window. */
export const MOST_WINDOW = 0x7fff_ffff;

const some = (chance: Chance): number => 1 + 2 * below(chance, 6);

const request = (chance: Chance, more: Readonly<Record<string, string>> = {}): string =>
  headers(some(chance), {
    method: pick(chance, ["GET", "POST", "HEAD", "CONNECT", "get", ""]),
    path: pick(chance, PATHS),
    ends: chance() < 0.5,
    more,
  });

/** Frames that a client may send. */
const USUAL: readonly ((chance: Chance) => string)[] = [
  (chance) => request(chance),
  (chance) => request(chance, { "content-type": "application/grpc", te: "trailers" }),
  (chance) => data(some(chance), "{}", chance() < 0.5),
  () => ping,
  () => settingsAck,
  (chance) => reset(some(chance), below(chance, 16)),
  (chance) => windowUpdate(pick(chance, [0, some(chance)]), 1 + below(chance, 70_000)),
  (chance) => frame("PRIORITY", some(chance), "\0\0\0\0\x10"),
];

const setting = (id: number, value: string): string => `\0${String.fromCharCode(id)}${value}`;

/** Fields that no request may have: RFC 9113, sections 8.1 to 8.3. */
const WRONG_FIELDS: readonly Readonly<Record<string, string>>[] = [
  { "Upper-Case": "x" },
  { connection: "close" },
  { "transfer-encoding": "chunked" },
  { te: "gzip" },
  { "content-length": "5" },
  { "content-length": "-1" },
  { x: "a\r\nb: c" },
  { "x\0": "\0" },
  { "": "x" },
  { ":status": "200" },
  { ":path ": "/" },
  { ":unknown": "x" },
  { host: "other" },
];

/** Frames that no client may send. */
const WRONG: readonly ((chance: Chance) => string)[] = [
  (chance) => windowUpdate(pick(chance, [0, some(chance)]), MOST_WINDOW).repeat(2),
  (chance) => windowUpdate(pick(chance, [0, some(chance)]), 0),
  (chance) => frame("WINDOW_UPDATE", 0, bytes(chance, below(chance, 8))),
  (chance) => frame("SETTINGS", below(chance, 3), bytes(chance, below(chance, 14))),
  () => frame("SETTINGS", 0, setting(4, "\xff\xff\xff\xff")),
  (chance) => frame("SETTINGS", 0, setting(5, bytes(chance, 4))),
  () => frame("SETTINGS", 0, setting(1, "\xff\xff\xff\xff") + setting(3, "\0\0\0\0")),
  () => frame("SETTINGS", 0, "\0\x04\0\0\0\0", 1),
  (chance) => frame("PING", below(chance, 2), bytes(chance, below(chance, 12)), below(chance, 256)),
  (chance) => frame("PUSH_PROMISE", some(chance), bytes(chance, 4) + "\x82"),
  (chance) => frame("RST_STREAM", below(chance, 40), bytes(chance, below(chance, 6))),
  (chance) => frame("PRIORITY", some(chance), bytes(chance, below(chance, 8))),
  (chance) => frame("GOAWAY", below(chance, 2), bytes(chance, below(chance, 20))),
  (chance) => frame("DATA", 2 * below(chance, 4), "even"),
  // PADDED, with more padding than there is.
  (chance) => frame("DATA", some(chance), "\xff" + bytes(chance, 4), 8),
  (chance) => frame("HEADERS", some(chance), "\xff\x82\x84", 0xc),
  (chance) => frame("HEADERS", some(chance), bytes(chance, below(chance, 60)), 5),
  // HPACK: the index 0, an integer without an end, a text beyond the frame, a size of the table.
  (chance) => frame("HEADERS", some(chance), "\x80", 5),
  (chance) => frame("HEADERS", some(chance), "\xff" + "\xff".repeat(20), 5),
  (chance) => frame("HEADERS", some(chance), "\x82\x84\x86\x00\x7f\xff\xff\x7f", 5),
  (chance) => frame("HEADERS", some(chance), "\x3f\xe1\xff\xff\x7f\x82\x84\x86", 5),
  (chance) => frame("HEADERS", some(chance), "\x82\x82\x84\x86\x41\x84\xff\xff\xff\xff", 5),
  (chance) => frame("CONTINUATION", some(chance), "\x82", below(chance, 5)),
  (chance) => frame("HEADERS", some(chance), "\x82\x84", 1) + ping,
  (chance) => frame("HEADERS", some(chance), "\x82", 1) + frame("CONTINUATION", 1).repeat(12),
  (chance) => frame("DATA", some(chance), "x".repeat(16_385)),
  (chance) => bytes(chance, 9 + below(chance, 30)),
  (chance) => request(chance, pick(chance, WRONG_FIELDS)),
  // More and more fields, beyond the limit.
  (chance) =>
    headers(some(chance), {
      more: Object.fromEntries(times(180, () => [`x${below(chance, 1e6)}`, "y".repeat(90)])),
    }),
];

/** Returns what one client sends: frames in order, of which some are wrong. */
export function http2Case(chance: Chance): string {
  const frames = times(1 + below(chance, 8), () => pick(chance, USUAL)(chance));
  for (let wrong = 1 + below(chance, 3); wrong > 0; wrong--) {
    const at = below(chance, frames.length + 1);
    if (chance() < 0.6 || at === frames.length) frames.splice(at, 0, pick(chance, WRONG)(chance));
    else frames[at] = spoil(chance, frames[at]!);
  }
  const whole = begin() + (chance() < 0.8 ? settingsAck : "") + frames.join("");
  return chance() < 0.1 ? spoil(chance, whole) : whole;
}
