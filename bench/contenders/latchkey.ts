// Latchkey as it is delivered, on either store: its own command, its own settings. Only the limits
// of wrong passwords are out of the way, because the load comes from one address, and the log says
// warnings only, as the others' do.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromBinary, toBinary, create } from "@bufbuild/protobuf";
import { GetUserRequestSchema, GetUserResponseSchema } from "../../gen/identity/v1/user_pb.ts";
import type { DatabaseUsage } from "../measure/database.ts";
import type { Exercise } from "../measure/load.ts";
import type { Program } from "../measure/process.ts";
import { startProcess } from "../measure/process.ts";
import {
  call,
  type Contender,
  JSON_TYPE,
  PASSWORD,
  POPULATION,
  postJson,
  type Row,
  unique,
} from "./contender.ts";
import { oauthExercises } from "./oauth.ts";
import { latchkeyMain } from "./program.ts";

const REDIRECT_URI = "https://client.example.com/callback";

/** Where its data are: a folder, or a database. */
export type Place = {
  /** Another program than that of this checkout. */
  readonly main?: string | undefined;
  /** How many users it gets, in sections that need few. */
  readonly users?: number;
  /** More settings. */
  readonly more?: Readonly<Record<string, string>>;
} & ({ readonly dataDir: string } | { readonly databaseUrl: string; readonly secret: string });

export const newSecret = (): string => randomBytes(48).toString("base64");

const environmentOf = (place: Place): Record<string, string> => ({
  ...("dataDir" in place
    ? { DATA_DIR: place.dataDir }
    : { DATABASE_URL: place.databaseUrl, LATCHKEY_SECRET: place.secret }),
  PORT: "0",
  LOG_LEVEL: "warn",
  SIGN_IN_ACCOUNT_FAILURES: "1000000",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  REGISTRATIONS_PER_NETWORK: "1000000",
  ...place.more,
});

export const latchkeyProgram = (place: Place, nodeOptions: readonly string[] = []): Program => ({
  file: place.main ?? latchkeyMain(),
  environment: environmentOf(place),
  nodeOptions,
  ready: /listens on (\S+)/,
});

async function administrator(place: Place): Promise<string> {
  const text =
    "dataDir" in place
      ? await readFile(join(place.dataDir, "admin.json"), "utf8")
      : (
          await promisify(execFile)(
            process.execPath,
            [place.main ?? latchkeyMain(), "admin", "create"],
            {
              env: { PATH: process.env["PATH"], ...environmentOf(place) },
            },
          )
        ).stdout;
  const { client_id, client_secret } = JSON.parse(text) as Record<string, string>;
  return `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`;
}

/** An administrator's client's access, as a header. */
export async function administratorAccess(
  place: Place,
  url: string,
): Promise<{ authorization: string }> {
  const response = await call(`${url}/oauth2/token`, {
    method: "POST",
    headers: { authorization: await administrator(place) },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return {
    authorization: `Bearer ${((await response.json()) as { access_token: string }).access_token}`,
  };
}

interface SignedIn {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

/** Starts it and makes the users, the client and the tokens of the exercises. */
export async function startLatchkey(
  name: string,
  place: Place,
  databaseUsage?: () => Promise<DatabaseUsage>,
  nodeOptions: readonly string[] = [],
): Promise<Contender> {
  const process = await startProcess(latchkeyProgram(place, nodeOptions));
  const url = process.said;
  const access = await administratorAccess(place, url);
  const { users: length = POPULATION } = place;
  const users = await Promise.all(Array.from({ length }, () => signUp(url, access)));
  const accounts = await Promise.all(Array.from({ length }, () => createAccount(url)));
  return {
    name,
    process,
    databaseUsage,
    exercises: {
      ...(await oauth(url, access, users)),
      ...passwords(url, access, users, accounts),
      ...reads(url, access, users),
    },
  };
}

async function signUp(url: string, access: Readonly<Record<string, string>>): Promise<SignedIn> {
  const email = `${unique("user")}@example.com`;
  await postJson(
    `${url}/v1/users`,
    { username: unique("name"), email, password: PASSWORD },
    access,
  );
  const session = (await (
    await postJson(`${url}/v1/sessions`, { email, password: PASSWORD })
  ).json()) as { accessToken: string; user: { id: string } };
  return { id: session.user.id, email, token: session.accessToken };
}

const kokidsForm = (more: Readonly<Record<string, string>>): string =>
  new URLSearchParams({ AccID: "0123456789", Password: PASSWORD, ...more }).toString();

async function createAccount(url: string): Promise<string> {
  const email = `${unique("player")}@example.com`;
  const body = kokidsForm({
    Email: email,
    UserID: unique("player"),
    Bundle: "com.example.game",
    OSInt: "0",
    GAID: unique("device"),
  });
  await call(`${url}/user/create`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  return email;
}

async function oauth(
  url: string,
  access: Readonly<Record<string, string>>,
  users: readonly SignedIn[],
): Promise<Partial<Record<Row, Exercise>>> {
  const asked = {
    name: "Bench",
    type: "CLIENT_TYPE_CONFIDENTIAL",
    scopes: ["profile", "users.read"],
    grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
    redirectUris: [REDIRECT_URI],
  };
  const { client, clientSecret } = (await (
    await postJson(`${url}/v1/clients`, { client: asked }, access)
  ).json()) as { client: { id: string }; clientSecret: string };
  const codeOf = async ({ token }: SignedIn, codeChallenge: string): Promise<string> => {
    const response = await postJson(
      `${url}/v1/authorizations`,
      {
        clientId: client.id,
        redirectUri: REDIRECT_URI,
        scope: "profile",
        codeChallenge,
        codeChallengeMethod: "S256",
      },
      { authorization: `Bearer ${token}` },
    );
    return ((await response.json()) as { code: string }).code;
  };
  return oauthExercises({
    url,
    clientId: client.id,
    clientSecret,
    redirectUri: REDIRECT_URI,
    token: "/oauth2/token",
    introspection: "/oauth2/introspect",
    codes: async (count, challenge) => {
      const codes: string[] = [];
      for (let done = 0; done < count; done += users.length)
        codes.push(
          ...(await Promise.all(
            users.slice(0, count - done).map((user) => codeOf(user, challenge)),
          )),
        );
      return codes;
    },
  });
}

function passwords(
  url: string,
  access: Readonly<Record<string, string>>,
  users: readonly SignedIn[],
  accounts: readonly string[],
): Partial<Record<Row, Exercise>> {
  const is =
    (member: string) =>
    ({ status, body }: { status: number; body: Buffer }) =>
      status === 200 && body.includes(`"${member}"`);
  return {
    signIn: {
      protocol: "http1",
      url,
      request: (index) => ({
        method: "POST",
        path: "/v1/sessions",
        headers: JSON_TYPE,
        body: JSON.stringify({ email: users[index % users.length]!.email, password: PASSWORD }),
      }),
      accepts: is("accessToken"),
    },
    kokidsLogin: {
      protocol: "http1",
      url,
      request: (index) => ({
        method: "POST",
        path: "/user/login",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: kokidsForm({ Email: accounts[index % accounts.length]! }),
      }),
      accepts: is("token"),
    },
    register: {
      protocol: "http1",
      url,
      request: () => ({
        method: "POST",
        path: "/v1/users",
        headers: { ...JSON_TYPE, ...access },
        body: JSON.stringify({
          username: unique("new"),
          email: `${unique("new")}@example.com`,
          password: PASSWORD,
        }),
      }),
      accepts: is("user"),
    },
  };
}

function reads(
  url: string,
  access: Readonly<Record<string, string>>,
  users: readonly SignedIn[],
): Partial<Record<Row, Exercise>> {
  const idOf = (index: number): string => users[index % users.length]!.id;
  const shows = ({ status, body }: { status: number; body: Buffer }): boolean =>
    status === 200 && body.includes('"email"');
  return {
    getByGrpc: {
      protocol: "grpc",
      url,
      request: (index) => ({
        path: "/identity.v1.UserService/GetUser",
        headers: access,
        body: toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: idOf(index) })),
      }),
      accepts: ({ status, body }) =>
        status === 200 && fromBinary(GetUserResponseSchema, body).user?.email !== "",
    },
    getByConnect: {
      protocol: "http1",
      url,
      request: (index) => ({
        method: "POST",
        path: "/identity.v1.UserService/GetUser",
        headers: { ...JSON_TYPE, ...access },
        body: JSON.stringify({ userId: idOf(index) }),
      }),
      accepts: shows,
    },
    getByRest: {
      protocol: "http1",
      url,
      request: (index) => ({ path: `/v1/users/${idOf(index)}`, headers: access }),
      accepts: shows,
    },
  };
}
