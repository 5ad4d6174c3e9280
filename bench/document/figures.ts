// Finds single figures among those of a run.
import type { Row } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import { type LATCHKEY, OIDC_PROVIDER } from "../sections/calls.ts";
import type { Measured } from "./results.ts";

export type StoreName = keyof typeof LATCHKEY;

export const STORES: readonly StoreName[] = ["sqlite", "mariadb"];

/** What each call is compared with: the rival in memory, or the server that does only that. */
export const REFERENCE: Readonly<Record<Row, string>> = {
  signIn: "raw argon2",
  kokidsLogin: "raw argon2",
  register: "raw argon2",
  introspect: OIDC_PROVIDER,
  clientCredentials: OIDC_PROVIDER,
  exchange: OIDC_PROVIDER,
  refresh: OIDC_PROVIDER,
  getByGrpc: "bare grpc-js",
  getByConnect: "bare Connect handler",
  getByRest: "bare node:http",
};

/** The calls in narrow tables. */
export const SHORT: Readonly<Record<Row, string>> = {
  signIn: "sign-in",
  kokidsLogin: "kokids login",
  register: "registration",
  introspect: "introspection",
  clientCredentials: "client_credentials",
  exchange: "code exchange",
  refresh: "refresh",
  getByGrpc: "GET user, gRPC",
  getByConnect: "GET user, Connect",
  getByRest: "GET user, REST",
};

export const byName = (
  figures: readonly Figures[] | undefined,
  name: string,
): Figures | undefined => figures?.find((each) => each.name === name);

/** Returns the figures of one call, over 16 connections. */
export const rowOf = (measured: Measured, row: Row): readonly Figures[] | undefined =>
  measured.calls?.rows.find((each) => each.row === row)?.figures;

/** Returns the ratio of two figures, if there are both. */
export const ratio = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined || other === 0 ? undefined : one / other;

/** Returns the CPU of one contender as a ratio to that of another. */
export const cpuRatio = (
  figures: readonly Figures[] | undefined,
  name: string,
  reference: string,
): number | undefined =>
  ratio(byName(figures, name)?.cpu.median, byName(figures, reference)?.cpu.median);
