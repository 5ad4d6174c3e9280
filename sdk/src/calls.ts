import type { DescMethodUnary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { CallOptions, Transport } from "@connectrpc/connect";
import { Code, ConnectError, createContextKey, createContextValues } from "@connectrpc/connect";
import { OAuthService } from "../gen/identity/v1/oauth_pb.js";
import { UserService } from "../gen/identity/v1/user_pb.js";
import { isReason, retryAfterOf } from "./errors.ts";

/**
 * How long a call may take.
 *
 * @example
 * ```ts
 * import type { Limits } from "@latchkey/sdk";
 *
 * const limits: Limits = { timeoutMs: 2_000, signal: new AbortController().signal };
 * const { user } = await latchkey.users.getUser({ userId: ada.id }, limits);
 * console.log(user?.username); // ada
 * ```
 */
export interface Limits {
  /** Milliseconds, all tries together; 0 is no limit. */
  readonly timeoutMs?: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** What calls are made with; a method takes one of the two. */
export interface Credentials {
  /** The client's id and secret as an Authorization header. */
  readonly basic: string;
  /** A token, if there is one. */
  bearer(): Promise<string | undefined>;
  /** Is called with a token that the server has refused; returns whether there is a new one. */
  refused(token: string): boolean;
}

export interface CallSettings {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly credentials: Credentials;
}

/** Methods that need no credential. */
const OPEN: ReadonlySet<DescMethodUnary> = new Set<DescMethodUnary>([
  UserService.method.signIn,
  OAuthService.method.getMetadata,
  OAuthService.method.getJwks,
  OAuthService.method.registerClient,
  OAuthService.method.getClientRegistration,
  OAuthService.method.updateClientRegistration,
  OAuthService.method.deleteClientRegistration,
]);
/** Methods at which the client itself authenticates, RFC 6749 section 2.3. */
const ENDPOINTS: ReadonlySet<DescMethodUnary> = new Set<DescMethodUnary>([
  OAuthService.method.token,
  OAuthService.method.revoke,
  OAuthService.method.introspect,
  OAuthService.method.exchangeToken,
  OAuthService.method.pushAuthorizationRequest,
  OAuthService.method.startDeviceAuthorization,
]);

const REPEATABLE = createContextKey(false);
/** The longest time that timers can measure. */
const FOREVER_MS = 2 ** 31 - 1;

/** Returns call options that allow retries, although the method has side effects. */
export const repeatable = (limits: Limits): CallOptions => ({
  ...limits,
  contextValues: createContextValues().set(REPEATABLE, true),
});

/** Waits for a promise until the signal aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(ConnectError.from(signal.reason, Code.Canceled));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits for a time, or until the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await unlessAborted(passed, signal).finally(() => clearTimeout(timer));
}

/**
 * Runs a function until a signal aborts or the time is over. AbortSignal.any is missing in Node
 * 20.0 to 20.2.
 */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal, left: () => number) => Promise<T>,
): Promise<T> {
  const allowed = timeoutMs > 0 ? Math.min(timeoutMs, FOREVER_MS) : FOREVER_MS;
  const end = Date.now() + allowed;
  const ending = new AbortController();
  const abort = (): void => ending.abort(signal?.reason);
  const timer = setTimeout(
    () => ending.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded)),
    allowed,
  );
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);
  try {
    return await run(ending.signal, () => end - Date.now());
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Returns the pause before the next try; undefined when there must be none. */
function pauseBefore(attempt: number, error: unknown, safe: boolean): number | undefined {
  if (
    !(error instanceof ConnectError) ||
    (error.code !== Code.Unavailable && error.code !== Code.ResourceExhausted)
  )
    return undefined;
  // With RetryInfo the server says itself that it has done nothing. The jitter keeps many callers
  // from coming back at once.
  const pause =
    retryAfterOf(error) ??
    (safe && error.code === Code.Unavailable ? 50 * 2 ** attempt : undefined);
  return pause === undefined ? undefined : pause * (1 + Math.random() / 2);
}

/** Adds credential, deadline and retries to a transport. */
export function createCallTransport(transport: Transport, settings: CallSettings): Transport {
  const { credentials, retries } = settings;

  const authorization = async (
    method: DescMethodUnary,
  ): Promise<{ header?: string; token?: string }> => {
    if (ENDPOINTS.has(method)) return { header: credentials.basic };
    const token = OPEN.has(method) ? undefined : await credentials.bearer();
    return token === undefined ? {} : { header: `Bearer ${token}`, token };
  };

  return {
    // The interface of Connect has six parameters.
    unary: (...[method, signal, timeoutMs = settings.timeoutMs, given, input, values]) =>
      within(timeoutMs, signal, async (ended, left) => {
        const safe =
          method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
          values?.get(REPEATABLE) === true;
        let renewed = false;
        for (let attempt = 0; ;) {
          const headers = new Headers(given);
          const { header, token } = headers.has("authorization")
            ? {}
            : await unlessAborted(authorization(method), ended);
          if (header !== undefined) headers.set("authorization", header);
          try {
            return await transport.unary(
              method,
              ended,
              Math.max(1, left()),
              headers,
              input,
              values,
            );
          } catch (error) {
            if (
              !renewed &&
              token !== undefined &&
              isReason(error, "TOKEN_INVALID") &&
              credentials.refused(token)
            ) {
              renewed = true;
              continue;
            }
            const pause = pauseBefore(attempt, error, safe);
            if (pause === undefined || attempt >= retries || pause >= left()) throw error;
            attempt += 1;
            await wait(pause, ended);
          }
        }
      }),
    // The interface of Connect has six parameters. A stream may take as long as it needs, and isn't
    // tried again: a caller may have read a part of it.
    stream: async (...[method, signal, timeoutMs, given, input, values]) => {
      const headers = new Headers(given);
      if (!headers.has("authorization")) {
        const token = await credentials.bearer();
        if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
      }
      return transport.stream(method, signal, timeoutMs, headers, input, values);
    },
  };
}
