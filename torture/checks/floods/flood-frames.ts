// What a client of HTTP/2 can send for nothing, again and again.
import {
  begin,
  data,
  frame,
  headers,
  ping,
  reset,
  settingsAck,
  takenBack,
  windowUpdate,
} from "../../../test/http/protocols/frames.ts";

/** A flood. Its texts are bytes, one character each. */
export interface Flood {
  readonly name: string;
  /** What a well-behaved client begins with. */
  readonly opening: string;
  /** How many pieces are no abuse yet. */
  readonly allowed?: number;
  /** Returns one piece of abuse, counted from 0. */
  piece(index: number): string;
}

const OPENING = begin() + settingsAck;
const WITH_A_STREAM = OPENING + headers(1, { method: "POST", path: "/v1/sessions" });

const streamOf = (index: number): number => 2 * index + 1;

/** Requests that are taken back at once, CVE-2023-44487: the shortest there can be. */
export const RAPID_RESET: Flood = {
  name: "rapid reset",
  opening: OPENING,
  piece: (index) => takenBack(streamOf(index)),
};

export const FLOODS: readonly Flood[] = [
  RAPID_RESET,
  {
    ...RAPID_RESET,
    name: "rapid reset with the preface",
    // A client that never acknowledges SETTINGS is not held to them by node.
    opening: "",
    piece: (index) => (index === 0 ? begin() : "") + RAPID_RESET.piece(index),
  },
  {
    name: "rapid reset of calls",
    opening: OPENING,
    piece: (index) =>
      headers(streamOf(index), {
        method: "POST",
        path: "/identity.v1.UserService/SignIn",
        more: { "content-type": "application/grpc" },
      }) + reset(streamOf(index)),
  },
  {
    name: "rapid reset of reads",
    opening: OPENING,
    piece: (index) => headers(streamOf(index), { path: "/v1/users/me" }) + reset(streamOf(index)),
  },
  {
    name: "streams that stay open",
    opening: OPENING,
    allowed: 128,
    piece: (index) => headers(streamOf(index), { method: "POST", path: "/v1/sessions" }),
  },
  { name: "PING", opening: OPENING, piece: () => ping },
  { name: "SETTINGS", opening: OPENING, piece: () => frame("SETTINGS", 0) },
  { name: "empty DATA", opening: WITH_A_STREAM, piece: () => data(1, "") },
  {
    name: "CONTINUATION",
    opening: OPENING + frame("HEADERS", 1, "\x82\x84\x86\x01\x01x", 1),
    piece: () => frame("CONTINUATION", 1),
  },
  {
    name: "PRIORITY",
    opening: WITH_A_STREAM,
    piece: () => frame("PRIORITY", 1, "\0\0\0\0\x10"),
  },
  {
    name: "WINDOW_UPDATE",
    opening: OPENING,
    piece: () => windowUpdate(0, 1),
  },
];
