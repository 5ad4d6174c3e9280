// A server for the tests of a file or a `describe`, with what nearly all of them need.
import type { Client, Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { AuditService } from "../gen/identity/v1/audit_pb.ts";
import { OAuthService } from "../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../gen/identity/v1/user_pb.ts";
import type { Clock } from "../src/domain/clock.ts";
import { loadFastest } from "../src/domain/passwords/argon2-packages.ts";
import { type EmptyDatabase, stores } from "./mariadb.ts";
import { loadQuickArgon2 } from "./quick-argon2.ts";
import { startServer, type TestServer } from "./server.ts";

/** The services, called with one credential. */
export interface Api {
  readonly users: Client<typeof UserService>;
  readonly oauth: Client<typeof OAuthService>;
  readonly audit: Client<typeof AuditService>;
}

/** A user who has signed in. */
export interface SignedIn extends Api {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** A server that is there in tests and their hooks. */
export interface UsedServer {
  readonly server: TestServer;
  readonly url: string;
  /** Calls as an administrator's client. */
  readonly administrator: Api;
  /**
   * Gives the administrator a new token, when a test has let so much time pass that the old one is
   * dead.
   */
  renew(): Promise<void>;
  /** Calls with a token; without one, as anybody. */
  as(token?: string): Api;
  /** Registers a user with an address of its own and signs in. */
  signUp(user?: {
    readonly email?: string;
    readonly username?: string;
    readonly password?: string;
  }): Promise<SignedIn>;
}

export interface ServerChoice {
  readonly engine?: "sqlite" | "mysql";
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Hashes passwords as in production; by default their hashes cost nothing. */
  readonly slowHashes?: boolean;
}

/** The services over a transport, every call with the token. */
export function apiOf(transport: Transport, token?: string): Api {
  const header = (given: HeadersInit | undefined): Headers => {
    const headers = new Headers(given);
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    return headers;
  };
  const bearing: Transport = {
    // Their parameters are those of Connect's Transport.
    // oxlint-disable-next-line max-params
    unary: (method, signal, timeoutMs, given, input) =>
      transport.unary(method, signal, timeoutMs, header(given), input),
    // oxlint-disable-next-line max-params
    stream: (method, signal, timeoutMs, given, input) =>
      transport.stream(method, signal, timeoutMs, header(given), input),
  };
  return {
    users: createClient(UserService, bearing),
    oauth: createClient(OAuthService, bearing),
    audit: createClient(AuditService, bearing),
  };
}

/** Text that nothing else has. */
export const unique = (prefix = "x"): string => `${prefix}${randomBytes(8).toString("hex")}`;

/** Call it at the top of a file or in a `describe`. */
export function useServer({
  engine = "sqlite",
  environment,
  clock,
  slowHashes = false,
}: ServerChoice = {}): UsedServer {
  let started:
    | { database: EmptyDatabase; server: TestServer; sessions: Http2SessionManager; token: string }
    | undefined;
  const given = () => {
    if (started === undefined) throw new Error("the server is there only in tests and their hooks");
    return started;
  };
  const as = (token?: string): Api =>
    apiOf(
      createGrpcTransport({ baseUrl: given().server.url, sessionManager: given().sessions }),
      token,
    );
  beforeAll(async () => {
    const database = await stores.find((store) => store.engine === engine)!.empty();
    const server = await startServer(
      database.options,
      environment,
      clock,
      slowHashes ? loadFastest : loadQuickArgon2,
    );
    started = {
      database,
      server,
      sessions: new Http2SessionManager(server.url),
      token: await server.administratorToken(),
    };
  });
  afterAll(async () => {
    started?.sessions.abort();
    await started?.server.stop();
    await started?.database.remove();
  });
  return {
    as,
    get server() {
      return given().server;
    },
    get url() {
      return given().server.url;
    },
    get administrator() {
      return as(given().token);
    },
    async renew() {
      given().token = await given().server.administratorToken();
    },
    async signUp({
      email = `${unique()}@example.com`,
      username = unique(),
      password = unique("correct horse "),
    } = {}) {
      const { user } = await as(given().token).users.createUser({ email, username, password });
      const { accessToken } = await as().users.signIn({
        identifier: { case: "email", value: email },
        password,
      });
      return { ...as(accessToken), id: user!.id, username, email, password, token: accessToken };
    },
  };
}
