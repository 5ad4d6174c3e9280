import { connect } from "node:http2";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, type GrpcTransportOptions } from "@connectrpc/connect-node";
import type { PasswordVerifier } from "../domain/sign-in/verified-elsewhere.ts";
import { PasswordVerifierService } from "../../gen/verifier/v1/password_verifier_pb.ts";
import { createVerifyHook, MAX_BYTES, TIMEOUT_MS } from "../predecessor/verify-hook.ts";

type SessionManager = NonNullable<GrpcTransportOptions["sessionManager"]>;

/** Opens the system that knows passwords: over gRPC or over HTTP, as its address says. */
export const openPasswordVerifier = (url: URL): PasswordVerifier =>
  url.protocol.startsWith("grpc") ? createGrpcVerifier(url) : createVerifyHook(url);

/**
 * Asks by `VerifyPassword`. Every error is a no. Each call has its own connection: a user is asked
 * about once.
 */
function createGrpcVerifier({ protocol, host }: URL): PasswordVerifier {
  const baseUrl = `${protocol === "grpcs:" ? "https" : "http"}://${host}`;
  return {
    async verify({ email, username, password }) {
      const { sessionManager, close } = openSession(baseUrl);
      try {
        const transport = createGrpcTransport({
          baseUrl,
          sessionManager,
          defaultTimeoutMs: TIMEOUT_MS,
          readMaxBytes: MAX_BYTES,
        });
        const client = createClient(PasswordVerifierService, transport);
        return (await client.verifyPassword({ email, username, password })).valid;
      } catch {
        // Down, slow, or no gRPC. The error is dropped: it may quote the question.
        return false;
      } finally {
        close();
      }
    },
  };
}

/**
 * Opens a connection for one call. Connect's own manager stops listening before the connection has
 * ended, so an answer that is no HTTP/2 would be an uncaught error.
 */
function openSession(baseUrl: string): {
  readonly sessionManager: SessionManager;
  readonly close: () => void;
} {
  const session = connect(baseUrl);
  // The call fails by the error of its stream.
  session.on("error", () => undefined);
  const sessionManager: SessionManager = {
    authority: new URL(baseUrl).origin,
    // An error of node's is a rejection.
    request: (method, path, headers, options) =>
      Promise.try(() => session.request({ ...headers, ":method": method, ":path": path }, options)),
    notifyResponseByteRead: () => undefined,
  };
  return { sessionManager, close: () => session.destroy() };
}
