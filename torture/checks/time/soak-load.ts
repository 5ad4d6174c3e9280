// The mixed load of the soak: everything that the server does, with rubbish among it.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { Ledger, playEpisode } from "../../../test/durability/driver.ts";
import { gotCalls, postedCalls } from "../../../test/fuzz/generators/rpc-requests.ts";
import { render, type Sent } from "../../../test/fuzz/generators/request.ts";
import {
  formRequests,
  jsonRequests,
  multipartRequests,
  oddRequests,
  queryRequests,
} from "../../../test/fuzz/generators/requests.ts";
import { KeptConnection } from "../../../test/fuzz/target/connection.ts";
import { complaint } from "../../../test/fuzz/target/invariants.ts";
import { callComplaint } from "../../../test/fuzz/target/rpc-answers.ts";
import type { Principals } from "../../../test/fuzz/target/enrol.ts";
import { agree, post, redeem, refresh, register } from "../../../test/oauth/flow.ts";
import { frame } from "../../../test/protocols/raw.ts";
import { Agent } from "../../../test/web/agent.ts";
import type { Fleet, FleetUser } from "../../load/fleet.ts";
import type { Move } from "../../load/steady.ts";

/** How many users sign in again and again. */
const USERS = 10;
/** How many requests of the fuzzer are made at once, for a user of their own. */
const BATCH = 100;
/** How long a stream may wait for its first message. */
const PATIENCE_MS = 30_000;

const right = (status: number, ...allowed: readonly number[]): void => {
  if (!allowed.includes(status)) throw new Error(`HTTP ${status}`);
};

/** Signs in with a wrong password. */
async function guess(fleet: Fleet, { email }: FleetUser): Promise<void> {
  const identifier = { case: "email" as const, value: email };
  const error: unknown = await fleet
    .as()
    .users.signIn({ identifier, password: "no such horse" })
    .then(
      () => "signed in",
      (reason: unknown) => reason,
    );
  if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated)
    throw new Error(`a wrong password: ${String(error)}`);
}

const PAGES = ["/", "/sign-in", "/sign-up", "/developer", "/.well-known/openid-configuration"];

/** Opens a page, or signs in by the page and looks at the account. */
async function browse(fleet: Fleet, user: FleetUser, count: number): Promise<void> {
  const agent = new Agent(fleet.url());
  if (count % 10 > 0) {
    const { status } = await agent.get(PAGES[count % PAGES.length]!);
    return right(status, 200, 302, 303);
  }
  right((await agent.signIn(user)).status, 303);
  right((await agent.get("/account")).status, 200);
}

const STREAMS = [
  "/grpc.health.v1.Health/Watch",
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];
const LIST_SERVICES = Buffer.from([0x3a, 0x01, 0x2a]);

/** Opens a stream, reads its first message, and leaves it some seconds later. */
async function stream(fleet: Fleet, count: number): Promise<void> {
  const session = connectHttp2(fleet.url());
  session.on("error", () => undefined);
  const call = session.request({
    ":method": "POST",
    ":path": STREAMS[count % STREAMS.length]!,
    "content-type": "application/grpc",
    te: "trailers",
  });
  call.on("error", () => undefined);
  call.write(frame(count % STREAMS.length === 0 ? Buffer.alloc(0) : LIST_SERVICES));
  if (count % STREAMS.length === 0) call.end();
  try {
    await once(call, "data", { signal: AbortSignal.timeout(PATIENCE_MS) });
    await delay((count % 4) * 1_000);
  } finally {
    if (count % 3 === 0) call.close();
    session.destroy();
  }
}

/** What clients leave behind: nothing, part of a request, a connection of HTTP/2 without a call. */
const BEGINNINGS = [
  "",
  "GET / HTTP/1.1\r\nhost: local",
  "POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60\r\n\r\n{",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
  "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
];

/** Opens a connection and leaves it to the server to close it; every fourth one is torn down. */
async function leave(fleet: Fleet, count: number): Promise<void> {
  const { hostname, port } = new URL(fleet.url());
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined).on("data", () => undefined);
  await once(socket, "connect");
  socket.write(BEGINNINGS[count % BEGINNINGS.length]!, "latin1");
  if (count % 4 === 0) setTimeout(() => socket.resetAndDestroy(), 100);
}

/** Each kind of request, and what may be wrong with an answer to it. */
const KINDS = [
  ...[jsonRequests, formRequests, multipartRequests, queryRequests, oddRequests].map(
    (requests) => [requests, complaint] as const,
  ),
  ...[postedCalls, gotCalls].map((requests) => [requests, callComplaint] as const),
];

/** Sends malformed requests, one after the other. Whom they harm is a user of their own. */
class Fuzzer {
  readonly #fleet: Fleet;
  readonly #connection: KeptConnection;
  readonly #seed: number;
  #batch: Sent[] = [];
  #batches = 0;
  #kind = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(fleet: Fleet, seed: number) {
    this.#fleet = fleet;
    this.#seed = seed;
    this.#connection = new KeptConnection(Number(new URL(fleet.url()).port));
  }

  /** Sends the next request when the one before is answered. */
  send(): Promise<void> {
    const sent = this.#last.then(() => this.#send());
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  close(): void {
    this.#connection.close();
  }

  async #send(): Promise<void> {
    if (this.#batch.length === 0) this.#batch = await this.#make();
    const sent = this.#batch.pop()!;
    const why = await this.#connection.send(render(sent), sent.verb === "HEAD").then(
      (answer) => KINDS[this.#kind]![1](sent, answer),
      (error: unknown) => String(error),
    );
    if (why === undefined) return;
    const which = `case ${BATCH - this.#batch.length} of batch ${this.#batches}`;
    throw new Error(`${why}: ${sent.verb} ${sent.target.slice(0, 100)}, ${which}`);
  }

  async #make(): Promise<Sent[]> {
    const { id, email, password, token } = await this.#fleet.newUser();
    // With a user's rights only: an administrator's would change what is measured.
    const principals: Principals = {
      administrator: { token, basic: Buffer.from("no:client").toString("base64") },
      user: { token, email, username: "no-user", password },
      developer: { token, secretId: "no-developer" },
      partnerKey: "no key",
      prey: { userId: id, clientId: "no-client", accId: "no-account", email },
    };
    this.#kind = this.#batches % KINDS.length;
    const [requests] = KINDS[this.#kind]!;
    return fc.sample(requests(principals), { seed: this.#seed + this.#batches++, numRuns: BATCH });
  }
}

/** What the load is, and how its connections are ended. */
export interface SoakLoad {
  readonly moves: readonly Move[];
  close(): void;
}

/** Prepares the load: users and a client that are used throughout. */
export async function soakLoad(fleet: Fleet, seed: number): Promise<SoakLoad> {
  const users = await Promise.all(Array.from({ length: USERS }, () => fleet.newUser()));
  const scopes = ["openid", "profile", "email", "groups"];
  const app = await register(fleet.administrator, { scopes });
  const fuzzer = new Fuzzer(fleet, seed);
  const userOf = (count: number): FleetUser => users[count % USERS]!;
  const { target } = fleet;
  const signIn = async (count: number): Promise<void> => {
    const { email, password } = userOf(count);
    const identifier = { case: "email" as const, value: email };
    const { accessToken } = await fleet.as().users.signIn({ identifier, password });
    await fleet.as(accessToken).users.signOut({});
  };
  const codeFlow = async (count: number): Promise<void> => {
    const agreed = await agree(userOf(count).api, app, { scope: scopes.join(" ") });
    const { status, json } = await redeem(fleet.url(), app, agreed);
    right(status, 200);
    const headers = { authorization: `Bearer ${String(json["access_token"])}` };
    const info = await fetch(`${fleet.url()}/oauth2/userinfo`, { headers });
    await info.arrayBuffer();
    right(info.status, 200);
    const renewed = await refresh(fleet.url(), app, json["refresh_token"]);
    right(renewed.status, 200);
    const token = String(renewed.json["refresh_token"]);
    right((await post(fleet.url(), "revoke", { token }, app)).status, 200);
  };
  const moves: readonly Move[] = [
    { name: "sign-in", perSecond: 1, do: signIn },
    {
      name: "registration and all that follows",
      perSecond: 0.5,
      do: (count) => playEpisode(target, new Ledger(), app, count % 4),
    },
    { name: "code", perSecond: 2, do: codeFlow },
    { name: "wrong password", perSecond: 0.5, do: (count) => guess(fleet, userOf(count)) },
    { name: "page", perSecond: 3, do: (count) => browse(fleet, userOf(count), count) },
    { name: "stream", perSecond: 1, do: (count) => stream(fleet, count) },
    { name: "left connection", perSecond: 1, do: (count) => leave(fleet, count) },
    { name: "malformed request", perSecond: 4, do: () => fuzzer.send() },
    { name: "renewal of the administrator's token", perSecond: 1 / 600, do: () => fleet.renew() },
  ];
  return { moves, close: () => fuzzer.close() };
}
