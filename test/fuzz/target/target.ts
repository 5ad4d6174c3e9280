// The server that is fuzzed, with some users and applications whose secrets must never come out.
import { afterAll, beforeAll, expect } from "vitest";
import { useServer } from "../../use-server.ts";
import { secretsFinder } from "./canary.ts";
import { type Answer, KeptConnection } from "./connection.ts";
import { enrol, FUZZ_ENVIRONMENT, type Principals } from "./enrol.ts";
import { complaint } from "./invariants.ts";
import { render, type Sent } from "../generators/request.ts";

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

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).join();

/** Call it at the top of a file. */
export function useTarget(): Target {
  const used = useServer({ environment: FUZZ_ENVIRONMENT });
  let connection: KeptConnection;
  let principals: Principals;
  let findSecret: (text: string) => string | undefined;
  let logged = 0;

  beforeAll(async () => {
    connection = new KeptConnection(Number(new URL(used.url).port));
    const { clientId: id, clientSecret: secret } = used.server.administrator;
    principals = await enrol(used.url, { id, secret });
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
