// The documented calls by which a predecessor is asked: the same that its clients make.
import type { DocumentedApiName } from "../../config/documented-apis.ts";
import type { AskedUser } from "../../domain/predecessor/port.ts";
import type { PredecessorRequest } from "../exchange.ts";

type Parameters = Readonly<Record<string, string>>;

/** A call, by its route and its documented parameters. */
export interface DocumentedCall {
  readonly route: string;
  readonly parameters: Parameters;
  readonly authorization?: string | undefined;
}

/** The calls that name a user with a password. */
export type AskedKind = "signIn" | "register";

/** Makes the calls of an API; undefined when it has none, or a value that it needs is missing. */
export interface Asking {
  readonly signIn?: (user: AskedUser) => DocumentedCall | undefined;
  readonly register?: (user: AskedUser) => DocumentedCall | undefined;
  /** The statuses by which the document refuses each; every other one without a user is a fault. */
  readonly refusals?: Readonly<Record<AskedKind, readonly number[]>>;
  readonly end?: (
    kind: "sign-out" | "deletion",
    user: Pick<AskedUser, "email" | "accId">,
  ) => DocumentedCall | undefined;
  /** `token` is one that the predecessor accepts; `makes` makes its user a developer. */
  readonly pair?: (token: string, makes: boolean) => DocumentedCall;
}

/** Returns the call if none of its parameters is empty. */
const whole = (call: DocumentedCall): DocumentedCall | undefined =>
  Object.values(call.parameters).includes("") || call.authorization === "" ? undefined : call;

const kokids: Asking = {
  refusals: { signIn: [400, 401], register: [400, 409] },
  signIn: ({ accId, email, password }) =>
    whole({
      route: "POST /user/login",
      parameters: { AccID: accId, Email: email, Password: password },
    }),
  register: ({ accId, email, username, password, device }) =>
    device &&
    whole({
      route: "POST /user/create",
      parameters: {
        AccID: accId,
        Email: email,
        UserID: username,
        Password: password,
        Bundle: device.bundle,
        OSInt: String(device.osInt),
        GAID: device.gaid,
        ...(device.sdkVersion !== "" && { SDKVerC: device.sdkVersion }),
      },
    }),
  end: (kind, { accId, email }) =>
    whole({
      route: kind === "deletion" ? "POST /user/delete" : "POST /user/logout",
      parameters: { AccID: accId, Email: email },
    }),
};

const secretpair: Asking = {
  refusals: { signIn: [400, 401, 423], register: [400, 409] },
  signIn: ({ username, email, password }) =>
    whole({
      route: "POST /login/",
      // The document takes one of the two.
      parameters: { ...(email === "" ? { username } : { email }), password },
    }),
  register: ({ username, email, password }) =>
    whole({ route: "POST /register/", parameters: { username, email, password } }),
  pair: (authorization, makes): DocumentedCall =>
    makes
      ? { route: "PATCH /auth/", parameters: { is_developer: "true" }, authorization }
      : { route: "GET /auth/", parameters: {}, authorization },
};

const zimoxy: Asking = {
  refusals: { signIn: [400, 403, 423], register: [302, 400, 403, 423] },
  signIn: ({ username, password, reportedAddress, partnerKey }) =>
    whole({
      route: "POST /oauth2/login",
      parameters: {
        login: username,
        password,
        ...(reportedAddress !== "" && { ip: reportedAddress }),
      },
      authorization: partnerKey,
    }),
  register: ({ username, email, password, reportedAddress, partnerKey }) =>
    whole({
      route: "POST /oauth2/register",
      parameters: { login: username, password, email, ip: reportedAddress },
      authorization: partnerKey,
    }),
};

/** How each API is asked. senler has no call with a password. */
export const ASKING: Readonly<Partial<Record<DocumentedApiName, Asking>>> = {
  kokids,
  secretpair,
  zimoxy,
};

/** Returns a call as the bytes that go to the predecessor, for the client at an address. */
export function requestOf(
  { route, parameters, authorization }: DocumentedCall,
  address: string,
): PredecessorRequest {
  const [method = "", target = ""] = route.split(" ");
  return {
    method,
    target,
    headers: [
      ["content-type", "application/x-www-form-urlencoded"],
      ["accept", "application/json"],
      ...(authorization === undefined ? [] : [["authorization", authorization] as const]),
      ...(address === "" ? [] : [["x-forwarded-for", address] as const]),
    ],
    body: Buffer.from(new URLSearchParams(parameters).toString()),
  };
}
