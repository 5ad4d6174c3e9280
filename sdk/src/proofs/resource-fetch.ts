import { Code } from "@connectrpc/connect";
import { refusal } from "../errors.ts";
import type { DpopProofs } from "./dpop.ts";

/** A token, and how it is sent. */
export interface Credential {
  readonly accessToken: string;
  readonly tokenType: "Bearer" | "DPoP";
}

interface FetchSettings {
  readonly fetch: typeof globalThis.fetch;
  /** Returns the token of each request. */
  credential(): Promise<Credential | undefined>;
  readonly proofs: DpopProofs | undefined;
  /** Returns the address of a request as its server knows it. */
  publicUrl(url: string): string;
}

/** Calls a resource with a token. */
export type ResourceFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Builds what calls resources. */
export function createResourceFetch(settings: FetchSettings): ResourceFetch {
  const { fetch, proofs } = settings;
  return async (given, init = {}) => {
    const credential = await settings.credential();
    if (credential === undefined)
      throw refusal("CREDENTIAL_MISSING", Code.Unauthenticated, "there is no token to send");
    const { accessToken, tokenType } = credential;
    const address = String(given);
    const [url, method] = [settings.publicUrl(address), (init.method ?? "GET").toUpperCase()];
    const headers = new Headers(init.headers);
    headers.set("authorization", `${tokenType} ${accessToken}`);
    // A redirect is not followed: a proof is for one address, and a token for one server.
    const request: RequestInit = { redirect: "manual", ...init, method, headers };
    if (tokenType === "Bearer") return fetch(address, request);
    const send = async () => {
      const proof = await prover(proofs).prove({ method, url, accessToken });
      headers.set("dpop", proof);
      const response = await fetch(address, request);
      return { response, isNew: prover(proofs).learn(url, response.headers, proof) };
    };
    const { response, isNew } = await send();
    if (!isNew || !asksForNonce(response) || init.body instanceof ReadableStream) return response;
    await response.body?.cancel();
    return (await send()).response;
  };
}

/** RFC 9449 section 9. */
const asksForNonce = ({ status, headers }: Response): boolean =>
  status === 401 && /\berror="?use_dpop_nonce\b/.test(headers.get("www-authenticate") ?? "");

/** Returns what makes proofs. */
export function prover(proofs: DpopProofs | undefined): DpopProofs {
  if (proofs === undefined)
    throw refusal(
      "DPOP_PROOF_INVALID",
      Code.Unauthenticated,
      "the token is bound to a key: create the client with the option dpop",
    );
  return proofs;
}
