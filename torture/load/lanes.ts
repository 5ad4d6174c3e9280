// Lanes of a user who calls by HTTP/1.1 or gRPC.
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { createGrpcJsTransport } from "../../test/clients/grpc-js.ts";
import { apiOf } from "../../test/use-server.ts";
import { type Lane, PlainConnection } from "./paced.ts";

/** The type of a frame, RFC 9113 section 6.2. */
const HEADERS = 1;

/** The clients of gRPC. */
export const GRPC = ["grpc-js", "Connect's gRPC"] as const;
type Grpc = (typeof GRPC)[number];

/** Opens a channel with a connection of its own. */
export function openGrpc(
  kind: Grpc,
  url: string,
): { readonly transport: Transport; close(): void } {
  if (kind === "grpc-js") {
    const transport = createGrpcJsTransport(url);
    return { transport, close: () => transport.close() };
  }
  const sessionManager = new NotingManager(url);
  return {
    transport: createGrpcTransport({ baseUrl: url, sessionManager }),
    close: () => sessionManager.abort(),
  };
}

/**
 * What a call failed with that its client never sent. A client that reads GOAWAY between a call and
 * the write of its HEADERS refuses the stream itself. grpc-js sends such a call anew; Connect
 * reports it as if the server had refused it.
 */
export const NEVER_SENT = "never sent";

class NotingManager extends Http2SessionManager {
  override async request(
    ...call: Parameters<Http2SessionManager["request"]>
  ): ReturnType<Http2SessionManager["request"]> {
    const stream = await super.request(...call);
    return stream.on("frameError", (type) => {
      if (type === HEADERS) stream.destroy(new Error(NEVER_SENT));
    });
  }
}

/** Asks over gRPC who the user is. */
export function grpcLane(kind: Grpc, url: string, token: string): Lane {
  const { transport, close } = openGrpc(kind, url);
  const api = apiOf(transport, token);
  return {
    kind,
    call: () => api.users.getUser({ userId: "me" }).then(() => undefined),
    close,
  };
}

/** Asks over HTTP/1.1 who the user is; notes what each response says of its connection. */
export function plainLane(
  url: string,
  token: string,
  note: (isKept: boolean, beganAt: number) => void = () => undefined,
): Lane {
  const connection = new PlainConnection(url);
  return {
    kind: "HTTP/1.1",
    async call() {
      const beganAt = Date.now();
      const { status, isKept } = await connection.send({
        path: "/v1/users/me",
        headers: { authorization: `Bearer ${token}` },
      });
      note(isKept, beganAt);
      if (status !== 200) throw new Error(`HTTP ${status}`);
    },
    close: () => connection.close(),
  };
}

/** How many sign-ins a lane sends at once: a call's time must not have that of the one before. */
const SIGN_INS_AT_ONCE = 8;

/** Signs in over HTTP/1.1, which writes. */
export function signInLane(
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Lane {
  const connection = new PlainConnection(url, SIGN_INS_AT_ONCE);
  return {
    kind: "sign-in",
    async call() {
      const { status } = await connection.send({
        method: "POST",
        path: "/v1/sessions",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      if (status !== 200) throw new Error(`HTTP ${status}`);
    },
    close: () => connection.close(),
  };
}
