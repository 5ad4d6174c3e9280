import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { PasswordVerifier } from "../domain/sign-in/verified-elsewhere.ts";
import { PasswordVerifierService } from "../../gen/verifier/v1/password_verifier_pb.ts";
import { createVerifyHook, MAX_BYTES, TIMEOUT_MS } from "../predecessor/verify-hook.ts";

/** Opens the system that knows passwords: over gRPC or over HTTP, as its address says. */
export const openPasswordVerifier = (url: URL): PasswordVerifier =>
  url.protocol.startsWith("grpc") ? createGrpcVerifier(url) : createVerifyHook(url);

/**
 * Asks by `VerifyPassword`. Every error is a no. Each call has its own connection: a user is asked
 * about once, and one that lies idle raises an uncaught error when the other system restarts.
 */
function createGrpcVerifier({ protocol, host }: URL): PasswordVerifier {
  const baseUrl = `${protocol === "grpcs:" ? "https" : "http"}://${host}`;
  return {
    async verify({ email, username, password }) {
      const sessionManager = new Http2SessionManager(baseUrl);
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
        sessionManager.abort();
      }
    },
  };
}
