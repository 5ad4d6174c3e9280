// Which step of src/app.ts answers a request, where several could.
import { expect, test } from "vitest";
import { useServer } from "../use-server.ts";

const used = useServer();

const FRAME = new Uint8Array(5);

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  /** An empty frame when not given. */
  readonly body?: string;
}

const cases: Readonly<Record<string, readonly [Sent, object]>> = {
  "a probe": [{ method: "GET", path: "/healthz" }, { status: 200 }],
  "a form to a documented path, by the transcoder": [
    { method: "POST", path: "/user/login", type: "application/x-www-form-urlencoded" },
    { status: 400, type: "application/json; charset=utf-8" },
  ],
  "gRPC to a documented path, as an unknown method": [
    { method: "POST", path: "/user/login", type: "application/grpc-web+proto" },
    { status: 200, type: "application/grpc-web+proto" },
  ],
  "gRPC-Web to an unknown path, as an unknown method": [
    { method: "POST", path: "/nowhere", type: "application/grpc-web+proto" },
    { status: 200, type: "application/grpc-web+proto" },
  ],
  "a unary call over Connect": [
    { method: "POST", path: "/grpc.health.v1.Health/Check", type: "application/json", body: "{}" },
    { status: 200, type: "application/json" },
  ],
  "a call with an unusual Content-Type, by Connect's adapter": [
    { method: "POST", path: "/grpc.health.v1.Health/Check", type: "text/plain" },
    { status: 415, type: null },
  ],
  "a documented path with another method, by the transcoder": [
    { method: "PUT", path: "/user/login" },
    { status: 405, allow: "POST" },
  ],
  "OPTIONS of a documented path, by the transcoder": [
    { method: "OPTIONS", path: "/user/login" },
    { status: 204, allow: "POST" },
  ],
  "a page": [
    { method: "GET", path: "/sign-in" },
    { status: 200, type: "text/html; charset=utf-8" },
  ],
  "a path that no step has": [
    { method: "POST", path: "/nowhere", type: "application/json" },
    { status: 404, type: "application/json; charset=utf-8" },
  ],
};

test.each(Object.entries(cases))(
  "%s",
  async (_, [{ method, path, type, body = FRAME }, expected]) => {
    const response = await fetch(used.url + path, {
      method,
      ...(type === undefined ? {} : { body, headers: { "content-type": type } }),
    });
    await response.arrayBuffer();
    const { status, headers } = response;
    expect({
      status,
      type: headers.get("content-type"),
      allow: headers.get("allow"),
    }).toMatchObject(expected);
  },
);
