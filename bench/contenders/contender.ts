import type { DatabaseUsage } from "../measure/database.ts";
import type { Exercise } from "../measure/load.ts";
import type { MeasuredProcess } from "../measure/process.ts";

/** What is measured side by side, in the order of the document. */
export const ROWS = {
  signIn: "Sign-in by e-mail and password",
  kokidsLogin: "The kokids login, by form",
  register: "Registration",
  introspect: "Introspection of a user's access token",
  clientCredentials: "client_credentials",
  exchange: "Exchange of an authorization code, with PKCE",
  refresh: "Refresh with rotation",
  getByGrpc: "GET user by gRPC",
  getByConnect: "GET user by Connect, JSON",
  getByRest: "GET user by REST",
} as const;

export type Row = keyof typeof ROWS;

/** These hash a password, which is nearly all that they cost. */
export const HASHING: readonly Row[] = ["signIn", "kokidsLogin", "register"];

/** A contender that runs. */
export interface Contender {
  readonly name: string;
  readonly exercises: Partial<Readonly<Record<Row, Exercise>>>;
  readonly process: MeasuredProcess;
  /** The part of the requests that a slow one gets. */
  readonly share?: number | undefined;
  readonly databaseUsage?: (() => Promise<DatabaseUsage>) | undefined;
}

export const PASSWORD = "correct horse battery staple";

/** How many users a contender has, and tokens of each kind. */
export const POPULATION = 32;

export const JSON_TYPE = { "content-type": "application/json" } as const;

let made = 0;

/** Text that nothing else in this run has. */
export const unique = (prefix: string): string => `${prefix}-${process.pid}-${made++}`;

/** A call for preparing; any failure ends the run. */
export async function call(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { redirect: "manual", ...init });
  if (response.status >= 400)
    throw new Error(`${url} answered ${response.status} ${await response.text()}`);
  return response;
}

export const postJson = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  call(url, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
