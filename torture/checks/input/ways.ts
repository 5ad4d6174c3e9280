// Every way in for a body: a path, a type, and how a body begins and ends.
import { frame } from "../../../test/protocols/raw.ts";
import { type Send, sendHttp1, sendHttp2 } from "./senders.ts";

const SIGN_IN = "/identity.v1.UserService/SignIn";
/** What parts the fields of a multipart form. */
export const BOUNDARY = "torture";

/** One way in, over one version of HTTP. */
export interface Way {
  readonly name: string;
  readonly send: Send;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the message is written in. */
  readonly codec: "json" | "proto" | "form" | "multipart";
  /** Whether the message stands in a frame, whose header says its length. */
  readonly isFramed: boolean;
}

const kinds: readonly (Pick<Way, "path" | "codec"> & {
  readonly name: string;
  readonly type: string;
  readonly isFramed?: true;
  readonly versions?: readonly ("HTTP/1.1" | "HTTP/2")[];
  readonly more?: Readonly<Record<string, string>>;
})[] = [
  { name: "REST", path: "/v1/sessions", codec: "json", type: "application/json" },
  {
    name: "a documented API's form",
    path: "/user/login",
    codec: "form",
    type: "application/x-www-form-urlencoded",
  },
  {
    name: "a multipart form",
    path: "/user/login",
    codec: "multipart",
    type: `multipart/form-data; boundary=${BOUNDARY}`,
  },
  {
    name: "OAuth's form",
    path: "/oauth2/token",
    codec: "form",
    type: "application/x-www-form-urlencoded",
  },
  {
    name: "Connect, JSON",
    path: SIGN_IN,
    codec: "json",
    type: "application/json",
    more: { "connect-protocol-version": "1" },
  },
  {
    name: "Connect, protobuf",
    path: SIGN_IN,
    codec: "proto",
    type: "application/proto",
    more: { "connect-protocol-version": "1" },
  },
  {
    name: "gRPC-Web",
    path: SIGN_IN,
    codec: "proto",
    type: "application/grpc-web+proto",
    isFramed: true,
  },
  {
    name: "gRPC",
    path: SIGN_IN,
    codec: "proto",
    type: "application/grpc",
    isFramed: true,
    versions: ["HTTP/2"],
    more: { te: "trailers" },
  },
];

/** All of them, over both versions. */
export const WAYS: readonly Way[] = kinds.flatMap(
  ({ name, type, isFramed = false, versions = ["HTTP/1.1", "HTTP/2"], more = {}, ...rest }) =>
    versions.map((version) => ({
      ...rest,
      name: `${name}, ${version}`,
      send: version === "HTTP/2" ? sendHttp2 : sendHttp1,
      headers: { "content-type": type, ...more },
      isFramed,
    })),
);

/** The beginning of a message that one long text fills. */
const BEGIN: Readonly<Record<Way["codec"], (length: number) => Buffer>> = {
  json: () => Buffer.from('{"password":"'),
  // Field 3, a text of that length.
  proto: (length) => {
    const bytes = [0x1a];
    for (let rest = length; ; rest = Math.floor(rest / 128)) {
      bytes.push(rest > 127 ? (rest % 128) + 128 : rest);
      if (rest <= 127) return Buffer.from(bytes);
    }
  },
  form: () => Buffer.from("Password="),
  multipart: () =>
    Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="Password"\r\n\r\n`),
};

const END: Readonly<Record<Way["codec"], string>> = {
  json: '"}',
  proto: "",
  form: "",
  multipart: `\r\n--${BOUNDARY}--\r\n`,
};

const PIECE = Buffer.alloc(16 * 1024, "a");

/** A body of about so many bytes, in pieces; a text fills it. */
export function* longBody({ codec, isFramed }: Way, length: number): Generator<Buffer> {
  const begin = BEGIN[codec](length);
  const end = Buffer.from(END[codec]);
  yield isFramed ? frame(begin, { length: begin.length + length + end.length }) : begin;
  for (let left = length; left > 0; left -= PIECE.length) yield PIECE.subarray(0, left);
  if (end.length > 0) yield end;
}

/** The length of the same body as a whole. */
export const lengthOf = ({ codec, isFramed }: Way, length: number): number =>
  BEGIN[codec](length).length + length + END[codec].length + (isFramed ? 5 : 0);
