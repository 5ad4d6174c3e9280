// The server that is fuzzed, with some users and applications whose secrets must never come out.
import { afterAll, beforeAll, expect } from "vitest";
import { unique, useServer } from "../../use-server.ts";
import { CANARY, secretsFinder } from "./canary.ts";
import { type Answer, KeptConnection } from "./connection.ts";
import { complaint } from "./invariants.ts";
import { render, type Sent } from "../generators/request.ts";

/** Whose names and credentials requests may carry. */
export interface Principals {
  readonly administrator: { readonly token: string; readonly basic: string };
  readonly user: {
    readonly token: string;
    readonly email: string;
    readonly username: string;
    readonly password: string;
  };
  /** A user of secretpair who is a developer. */
  readonly developer: { readonly token: string; readonly secretId: string };
  /** The key of an application for zimoxy. */
  readonly partnerKey: string;
  /** A user and a client that may come to harm. */
  readonly prey: {
    readonly userId: string;
    readonly clientId: string;
    readonly accId: string;
    readonly email: string;
  };
}

/** A server under fuzz. */
export interface Target {
  readonly url: string;
  readonly principals: Principals;
  /** The paths of the pages. */
  readonly pages: ReadonlySet<string>;
  /** Sends a request as it is. */
  send(sent: Sent): Promise<Answer>;
  /**
   * Holds an answer and what was logged meanwhile to what always holds; `why` says that it is wrong
   * already.
   */
  inspect(sent: object, answer: Answer, why?: string): void;
  /** Sends a request over plain HTTP and holds its answer to the invariants. */
  check(sent: Sent): Promise<Answer>;
  /** Throws unless the server answers as on its first day. */
  checkHealth(): Promise<void>;
}

/**
 * Limits that would hide everything behind them are raised; addresses are given by a header, so
 * that those of a network are not met.
 */
const ENVIRONMENT = {
  SIGN_IN_ACCOUNT_FAILURES: "1000000",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  REGISTRATIONS_PER_NETWORK: "1000000",
  TRUSTED_PROXIES: "127.0.0.1",
};

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).join();

/** Call it at the top of a file. */
export function useTarget(): Target {
  const used = useServer({ environment: ENVIRONMENT });
  let connection: KeptConnection;
  let principals: Principals;
  let findSecret: (text: string) => string | undefined;
  let logged = 0;

  beforeAll(async () => {
    connection = new KeptConnection(Number(new URL(used.url).port));
    principals = await enrol(used);
    const { administrator, user, developer, partnerKey } = principals;
    findSecret = secretsFinder([
      used.server.administrator.clientSecret,
      administrator.token,
      administrator.basic,
      user.token,
      developer.token,
      partnerKey,
    ]);
    logged = used.server.log.length;
  });
  afterAll(() => connection.close());

  const send = (sent: Sent): Promise<Answer> => connection.send(render(sent), sent.verb === "HEAD");

  function inspect(sent: object, answer: Answer, why?: string): void {
    const problem = problemOf(answer) ?? why;
    if (problem === undefined) return;
    const shown = { ...answer, headers: Object.fromEntries(answer.headers) };
    throw new Error(`${problem}: ${JSON.stringify({ sent, answer: shown })}`);
  }

  function problemOf({ headers, body }: Answer): string | undefined {
    if (
      findSecret(body) !== undefined ||
      findSecret([...headers.values()].join("\n")) !== undefined
    )
      return "the answer tells a secret";
    if (Object.getOwnPropertyNames(Object.prototype).join() !== PROTOTYPE)
      return "Object.prototype has changed";
    const lines = used.server.log.slice(logged);
    logged += lines.length;
    if (lines.some((line) => findSecret(line) !== undefined)) return "the log tells a secret";
    if (lines.some((line) => !/^\{.*\}\n$/.test(line) || line.length > 4096))
      return "a line of the log is none";
    if (lines.some((line) => line.includes('"level":"error"')))
      return `a fault is logged: ${lines.join("")}`;
    return undefined;
  }

  return {
    get url() {
      return used.url;
    },
    get principals() {
      return principals;
    },
    get pages() {
      return new Set(used.server.pages.keys());
    },
    send,
    inspect,
    async check(sent) {
      const answer = await send(sent);
      inspect(sent, answer, complaint(sent, answer));
      return answer;
    },
    async checkHealth() {
      connection.close();
      const { status, body } = await send({ verb: "GET", target: "/readyz", headers: [] });
      expect({ status, body }).toEqual({ status: 200, body: '{"status":"ok"}' });
    },
  };
}

async function enrol(used: ReturnType<typeof useServer>): Promise<Principals> {
  const { clientId, clientSecret } = used.server.administrator;
  const user = await used.signUp({
    password: `${CANARY} of the user`,
    username: "known",
    email: "known@example.com",
  });
  const { clientSecret: partnerKey } = await used.administrator.oauth.createClient({
    client: { name: "partner", apis: ["zimoxy"], redirectUris: ["https://app.example/cb"] },
  });
  const { client: prey } = await used.administrator.oauth.createClient({
    client: { name: "prey", redirectUris: ["https://app.example/cb"] },
  });
  const post = async (
    path: string,
    method: string,
    headers: Record<string, string>,
    body: object,
  ): Promise<Record<string, string>> => {
    const response = await fetch(used.url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { data: Record<string, string> }).data;
  };
  const [accId, email] = ["acc-1", "prey@example.com"];
  await post(
    "/user/create",
    "POST",
    {},
    {
      AccID: accId,
      Email: email,
      UserID: "prey",
      Password: user.password,
      Bundle: "b",
      OSInt: 0,
      GAID: "g",
    },
  );
  const name = unique("developer");
  const { token = "" } = await post(
    "/register/",
    "POST",
    {},
    { username: name, email: `${name}@example.com`, password: user.password },
  );
  const { secret_id: secretId = "" } = await post(
    "/auth/",
    "PATCH",
    { authorization: token },
    { is_developer: true },
  );
  return {
    administrator: {
      token: await used.server.administratorToken(),
      basic: Buffer.from(`${clientId}:${clientSecret}`).toString("base64"),
    },
    user: {
      token: user.token,
      email: user.email,
      username: user.username,
      password: user.password,
    },
    developer: { token, secretId },
    partnerKey,
    prey: { userId: (await used.signUp()).id, clientId: prey!.id, accId, email },
  };
}
