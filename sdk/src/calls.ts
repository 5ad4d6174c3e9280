import type { DescMessage, DescMethod, Message, MessageInitShape } from "@bufbuild/protobuf";
import { clone, create } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { CallOptions, Transport } from "@connectrpc/connect";
import { Code, ConnectError, createContextKey, createContextValues } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../gen/google/rpc/error_details_pb.js";
import { OAuthService } from "../gen/identity/v1/oauth_pb.js";
import { UserService } from "../gen/identity/v1/user_pb.js";
import { isReason, refusal, retryAfterOf } from "./errors.ts";
import type { Assertion } from "./proofs/client-assertion.ts";
import type { DpopProofs } from "./proofs/dpop.ts";
import { type Credential, prover } from "./proofs/resource-fetch.ts";
import { randomText } from "./random-text.ts";

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

/** What calls are made with; a method takes a token or authenticates the client. */
export interface Credentials {
  /** The client's id and secret as an Authorization header, or what makes its assertions. */
  readonly client: string | (() => Promise<Assertion>);
  /** What proves that tokens are used by who got them; nothing if tokens are not bound. */
  readonly proofs: DpopProofs | undefined;
  /** A token, if there is one. */
  token(): Promise<Credential | undefined>;
  /** Is called with a token that the server has refused; returns whether there is a new one. */
  refused(token: string): boolean;
}

export interface CallSettings {
  readonly issuer: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly credentials: Credentials;
}

/** Methods that need no credential. */
const OPEN: ReadonlySet<DescMethod> = new Set<DescMethod>([
  UserService.method.signIn,
  OAuthService.method.getMetadata,
  OAuthService.method.getJwks,
  OAuthService.method.registerClient,
  OAuthService.method.getClientRegistration,
  OAuthService.method.updateClientRegistration,
  OAuthService.method.deleteClientRegistration,
]);
/** Methods at which the client itself authenticates, RFC 6749 section 2.3. */
const ENDPOINTS: ReadonlySet<DescMethod> = new Set<DescMethod>([
  OAuthService.method.token,
  OAuthService.method.revoke,
  OAuthService.method.introspect,
  OAuthService.method.exchangeToken,
  OAuthService.method.pushAuthorizationRequest,
  OAuthService.method.startDeviceAuthorization,
]);
/** Those whose answer is bound to the key of a proof, RFC 9449 sections 5 and 10.1. */
const BINDING: ReadonlySet<DescMethod> = new Set<DescMethod>([
  OAuthService.method.token,
  OAuthService.method.exchangeToken,
  OAuthService.method.pushAuthorizationRequest,
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

/** Returns whether the server doesn't know if the call has changed something. */
const isUncertain = (error: ConnectError): boolean =>
  error.findDetails(ErrorInfoSchema)[0]?.metadata["effect"] === "unknown";

/** Returns the pause before the next try; undefined when there must be none. */
function pauseBefore(attempt: number, error: unknown, safe: boolean): number | undefined {
  if (
    !(error instanceof ConnectError) ||
    (error.code !== Code.Unavailable && error.code !== Code.ResourceExhausted)
  )
    return undefined;
  if (!safe && isUncertain(error)) return undefined;
  // With RetryInfo the server says itself that it has done nothing. The jitter keeps many callers
  // from coming back at once.
  const pause =
    retryAfterOf(error) ??
    (safe && error.code === Code.Unavailable ? 50 * 2 ** attempt : undefined);
  return pause === undefined ? undefined : pause * (1 + Math.random() / 2);
}

/** Returns the message with the assertion by which its client authenticates. */
function withAssertion<Input extends DescMessage>(
  input: Input,
  given: MessageInitShape<Input>,
  assertion: Assertion | undefined,
): MessageInitShape<Input> {
  if (assertion === undefined) return given;
  const message: Message = clone(input, create(input, given));
  return Object.assign(message, assertion) as unknown as MessageInitShape<Input>;
}

const KEY = "idempotency-key";
/** Returns whether the server gives the answer of a method again to a call with the same key. */
const isKeyed = ({ input }: DescMethod): boolean => input.field["requestId"] !== undefined;

/** Returns the headers of all tries of a call, with a key if the caller has given none. */
function withKey(method: DescMethod, given: HeadersInit | undefined, input: object): Headers {
  const headers = new Headers(given);
  const { requestId = "" } = input as { readonly requestId?: string };
  if (isKeyed(method) && requestId === "" && !headers.has(KEY))
    headers.set(KEY, `"${randomText()}"`);
  return headers;
}

/** Refuses a token that the server has not bound, RFC 9449 section 5. */
function requireBound(method: DescMethod, message: object): void {
  if (method === OAuthService.method.pushAuthorizationRequest) return;
  if ((message as { readonly tokenType?: string }).tokenType?.toLowerCase() !== "dpop")
    throw refusal(
      "TOKEN_INVALID",
      Code.Unauthenticated,
      "the server has bound no token to the key",
    );
}

/** What a call is sent with. */
interface Sent {
  readonly headers: Headers;
  readonly assertion?: Assertion | undefined;
  /** The token, if the SDK has chosen it. */
  readonly token?: string | undefined;
}

/** Adds credential, deadline and retries to a transport. */
export function createCallTransport(transport: Transport, settings: CallSettings): Transport {
  const { credentials, retries, issuer } = settings;
  const { client, proofs } = credentials;
  const urlOf = (method: DescMethod): string =>
    `${issuer}/${method.parent.typeName}/${method.name}`;

  /** Every try has new proofs: the server takes each one once. */
  const authorize = async (method: DescMethod, given: HeadersInit | undefined): Promise<Sent> => {
    const headers = new Headers(given);
    if (headers.has("authorization")) return { headers };
    if (proofs !== undefined && BINDING.has(method))
      headers.set("dpop", await proofs.prove({ method: "POST", url: urlOf(method) }));
    if (ENDPOINTS.has(method)) {
      if (typeof client !== "string") return { headers, assertion: await client() };
      headers.set("authorization", client);
      return { headers };
    }
    const found = OPEN.has(method) ? undefined : await credentials.token();
    if (found === undefined) return { headers };
    const { tokenType, accessToken } = found;
    headers.set("authorization", `${tokenType} ${accessToken}`);
    if (tokenType === "DPoP") {
      const target = { method: "POST", url: urlOf(method), accessToken };
      headers.set("dpop", await prover(proofs).prove(target));
    }
    return { headers, token: accessToken };
  };

  /** RFC 9449 section 8: the server has done nothing, and wants a nonce in the proof. */
  const learnsNonce = (error: unknown, proof: string | null): boolean =>
    proof !== null &&
    isReason(error, "DPOP_PROOF_INVALID") &&
    proofs?.learn(issuer, error.metadata, proof) === true;

  return {
    // The interface of Connect has six parameters.
    unary: (...[method, signal, timeoutMs = settings.timeoutMs, given, input, values]) =>
      within(timeoutMs, signal, async (ended, left) => {
        const safe =
          method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
          values?.get(REPEATABLE) === true;
        const named = withKey(method, given, input);
        let [renewed, asked] = [false, false];
        for (let attempt = 0; ;) {
          const sent = await unlessAborted(authorize(method, named), ended);
          const { headers, assertion, token } = sent;
          const message = withAssertion(method.input, input, assertion);
          try {
            const rest = [Math.max(1, left()), headers, message, values] as const;
            const answer = await transport.unary(method, ended, ...rest);
            const proof = headers.get("dpop");
            if (proof === null || proofs === undefined) return answer;
            proofs.learn(issuer, answer.header, proof);
            if (BINDING.has(method)) requireBound(method, answer.message);
            return answer;
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
            if (!asked && learnsNonce(error, headers.get("dpop"))) {
              asked = true;
              continue;
            }
            const pause = pauseBefore(attempt, error, safe || (attempt === 0 && isKeyed(method)));
            if (pause === undefined || attempt >= retries || pause >= left()) throw error;
            attempt += 1;
            await wait(pause, ended);
          }
        }
      }),
    // The interface of Connect has six parameters. A stream may take as long as it needs, and isn't
    // tried again: a caller may have read a part of it.
    stream: async (...[method, signal, timeoutMs, given, input, values]) => {
      const { headers } = await authorize(method, given);
      return transport.stream(method, signal, timeoutMs, headers, input, values);
    },
  };
}
