// Several processes on one database, and users and clients on them.
import type { Transport } from "@connectrpc/connect";
import { openWays, type Way, type Ways } from "../../test/clients/ways.ts";
import type { Target } from "../../test/durability/driver.ts";
import { clientToken, type Registered } from "../../test/oauth/flow.ts";
import type { Installation, Latchkey } from "../../test/process/latchkey.ts";
import { type Api, apiOf, unique } from "../../test/use-server.ts";
import type { Engine } from "../engine.ts";
import { patiently } from "./until.ts";

const PASSWORD = "correct horse battery";

const SETTINGS = {
  LOG_LEVEL: "warn",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  SIGN_IN_ACCOUNT_FAILURES: "1000000",
};

type Environment = Readonly<Record<string, string>>;

/** The ways in, one after the other: every protocol is under every check. */
const USED: readonly Way[] = [
  "REST",
  "grpc-js",
  "Connect, HTTP/1.1, JSON",
  "gRPC-Web, HTTP/1.1",
  "Connect, HTTP/2, protobuf, gzip",
];
const CALLS = USED.filter((way) => way !== "REST");

/**
 * What is unusual for the processes, or for each by its number and the installation's environment.
 */
type Unusual = Environment | ((index: number, common: Environment) => Environment);

/** Returns the name of an installation's database on a server. */
export const nameOfDatabase = ({ DATABASE_URL: url = "" }: Environment): string =>
  url.split("/").at(-1)!;

/** A user who has signed in. */
export interface FleetUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** The session's token. */
  readonly token: string;
  /** Calls as this user, at another process by another way each time. */
  readonly api: Api;
}

/** Processes of one installation. */
export class Fleet {
  readonly servers: readonly Latchkey[];
  readonly client: Registered;
  readonly installation: Installation;
  readonly #ways: readonly Ways[];
  #token: string;
  readonly #added: Latchkey[] = [];
  #calls = 0;

  private constructor(
    installation: Installation,
    servers: readonly Latchkey[],
    { client, token }: { client: Registered; token: string },
  ) {
    this.installation = installation;
    this.servers = servers;
    this.#ways = servers.map(({ url }) => openWays(url));
    this.client = client;
    this.#token = token;
  }

  /** Starts so many processes on a new database. */
  static async start(
    engine: Pick<Engine, "install">,
    count: number,
    unusual: Unusual = {},
  ): Promise<Fleet> {
    const installation = await engine.install();
    const servers: Latchkey[] = [];
    for (let index = 0; index < count; index++) {
      const more =
        typeof unusual === "function" ? unusual(index, installation.environment) : unusual;
      servers.push(await installation.start({ ...SETTINGS, ...more }));
    }
    const client = await installation.administrator();
    return new Fleet(installation, servers, {
      client,
      token: await clientToken(servers[0]!.url, client),
    });
  }

  /** Returns the URL of a process, the next one each time. */
  url(index = this.#calls++): string {
    return this.servers[index % this.servers.length]!.url;
  }

  /** Calls with a token, each time at another process by another way, or always at one. */
  as(token?: string, process?: number, used = USED): Api {
    const next = (): Transport => {
      const turn = this.#calls++;
      const index = process === undefined ? turn : process + turn * this.servers.length;
      const ways = this.#ways[index % this.#ways.length]!;
      return ways.transports[used[Math.floor(index / this.#ways.length) % used.length]!]!;
    };
    const turning: Transport = {
      // Their parameters are those of Connect's Transport.
      // oxlint-disable-next-line max-params
      unary: (method, signal, timeoutMs, header, input) =>
        next().unary(method, signal, timeoutMs, header, input),
      // oxlint-disable-next-line max-params
      stream: (method, signal, timeoutMs, header, input) =>
        next().stream(method, signal, timeoutMs, header, input),
    };
    return apiOf(turning, token);
  }

  /** Gives the administrator a new token; one lives for an hour. */
  async renew(): Promise<void> {
    this.#token = await clientToken(this.url(), this.client);
  }

  /** The name of the database on a server. */
  get database(): string {
    return nameOfDatabase(this.installation.environment);
  }

  /** Calls without a token, as `as` does, but not by REST: there the token endpoint is OAuth's. */
  get byCalls(): Api {
    return this.as(undefined, undefined, CALLS);
  }

  get administrator(): Api {
    return this.as(this.#token);
  }

  /** Calls as the administrator, always at one process. */
  administratorAt(process: number): Api {
    return this.as(this.#token, process);
  }

  /** The fleet as the drivers of durability see it. */
  get target(): Target {
    const [url, administrator] = [() => this.url(), () => this.administrator];
    return {
      get url() {
        return url();
      },
      client: this.client,
      get administrator() {
        return administrator();
      },
      as: (token) => this.as(token),
    };
  }

  /** Registers a user and signs in. */
  newUser(): Promise<FleetUser> {
    return patiently(() => this.#newUser());
  }

  async #newUser(): Promise<FleetUser> {
    const email = `${unique()}@example.com`;
    const { user } = await this.administrator.users.createUser({ email, password: PASSWORD });
    const { accessToken } = await this.as().users.signIn({
      identifier: { case: "email", value: email },
      password: PASSWORD,
    });
    return {
      id: user!.id,
      email,
      password: PASSWORD,
      token: accessToken,
      api: this.as(accessToken),
    };
  }

  /** Starts one more process, to which no call of this class goes. */
  async add(environment: Readonly<Record<string, string>>): Promise<Latchkey> {
    const server = await this.installation.start({ ...SETTINGS, ...environment });
    this.#added.push(server);
    return server;
  }

  async stop(): Promise<void> {
    for (const ways of this.#ways) ways.close();
    await Promise.all([...this.servers, ...this.#added].map((server) => server.stop("SIGKILL")));
    await this.installation.remove();
  }
}
