// The rivals: other people's servers, installed apart in bench/rivals, each in a small program
// there.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseUsage } from "../measure/database.ts";
import type { Exercise } from "../measure/load.ts";
import { type MeasuredProcess, type Program, startProcess } from "../measure/process.ts";
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

const FOLDER = join(import.meta.dirname, "../rivals");

/** Installs them when they are missing, from the lock file. */
export function installRivals(): void {
  // The last file that npm writes.
  if (existsSync(join(FOLDER, "node_modules/.package-lock.json"))) return;
  console.log("Installing the rivals that bench/rivals/package-lock.json names.");
  const { status } = spawnSync(
    "npm",
    ["ci", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"],
    { cwd: FOLDER, stdio: "inherit" },
  );
  if (status !== 0) throw new Error("the rivals could not be installed");
}

type Environment = Readonly<Record<string, string>>;

export const rivalProgram = (name: string, environment: Environment): Program => ({
  file: join(FOLDER, `${name}.mjs`),
  environment,
  ready: /ready (\{.*\})\n/,
});

interface Announced {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

const startRival = async (
  name: string,
  environment: Environment,
): Promise<{ process: MeasuredProcess; said: Announced }> => {
  const process = await startProcess(rivalProgram(name, environment));
  return { process, said: JSON.parse(process.said) as Announced };
};

/** Codes that the server's program makes by itself, for a library that leaves sign-in to others. */
const codesOf =
  (url: string) =>
  async (count: number, challenge: string): Promise<readonly string[]> =>
    (await (
      await call(`${url}/bench/codes?count=${count}&challenge=${challenge}`)
    ).json()) as string[];

export async function startOidcProvider(
  name: string,
  environment: Environment,
): Promise<Contender> {
  const { process, said } = await startRival("oidc-provider", environment);
  return {
    name,
    process,
    exercises: oauthExercises({
      ...said,
      token: "/token",
      introspection: "/token/introspection",
      codes: codesOf(said.url),
    }),
  };
}

export async function startOAuth2Server(
  name: string,
  environment: Environment,
): Promise<Contender> {
  const { process, said } = await startRival("oauth2-server", environment);
  const credentials = Buffer.from(`${said.clientId}:${said.clientSecret}`).toString("base64");
  const authorization = `Basic ${credentials}`;
  const signIn: Exercise = {
    protocol: "http1",
    url: said.url,
    request: (index) => {
      const form = {
        grant_type: "password",
        username: `user-${index % POPULATION}@example.com`,
        password: PASSWORD,
      };
      return {
        method: "POST",
        path: "/token",
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      };
    },
    accepts: ({ status, body }) => status === 200 && body.includes('"access_token"'),
  };
  return {
    name,
    process,
    exercises: {
      ...oauthExercises({
        ...said,
        token: "/token",
        introspection: "/introspect",
        codes: codesOf(said.url),
      }),
      signIn,
    },
  };
}

/** A request of better-auth costs as much as ten of the others. */
const SHARE = 0.2;

export async function startBetterAuth(
  name: string,
  environment: Environment,
  databaseUsage?: () => Promise<DatabaseUsage>,
): Promise<Contender> {
  const { process, said } = await startRival("better-auth", environment);
  const base = `${said.url}/api/auth`;
  const users = await Promise.all(Array.from({ length: POPULATION }, () => signUp(base)));
  const codeOf = async (cookie: string, challenge: string): Promise<string> => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: said.clientId,
      redirect_uri: said.redirectUri,
      scope: "profile offline_access",
      state: unique("state-of-the-measurement"),
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const response = await call(`${base}/oauth2/authorize?${query.toString()}`, {
      headers: { cookie },
    });
    // To `fetch` it says where to go instead of redirecting.
    const { url } = (await response.json()) as { url: string };
    return new URL(url).searchParams.get("code") ?? "";
  };
  const codes = async (count: number, challenge: string): Promise<string[]> => {
    const made: string[] = [];
    for (let done = 0; done < count; done += POPULATION)
      made.push(
        ...(await Promise.all(
          users.slice(0, count - done).map(({ cookie }) => codeOf(cookie, challenge)),
        )),
      );
    return made;
  };
  const post = (path: string, body: object) => ({
    method: "POST" as const,
    path: `/api/auth${path}`,
    headers: JSON_TYPE,
    body: JSON.stringify(body),
  });
  const own: Partial<Record<Row, Exercise>> = {
    signIn: {
      protocol: "http1",
      url: said.url,
      request: (index) =>
        post("/sign-in/email", { email: users[index % POPULATION]!.email, password: PASSWORD }),
      accepts: ({ status, body }) => status === 200 && body.includes('"token":"'),
    },
    register: {
      protocol: "http1",
      url: said.url,
      request: () =>
        post("/sign-up/email", {
          name: "New",
          email: `${unique("new")}@example.com`,
          password: PASSWORD,
        }),
      accepts: ({ status, body }) => status === 200 && body.includes('"user"'),
    },
    getByRest: {
      protocol: "http1",
      url: said.url,
      request: (index) => ({
        path: "/api/auth/get-session",
        headers: { cookie: users[index % POPULATION]!.cookie },
      }),
      accepts: ({ status, body }) => status === 200 && body.includes('"email"'),
    },
  };
  const oauth = oauthExercises({
    ...said,
    token: "/api/auth/oauth2/token",
    introspection: "/api/auth/oauth2/introspect",
    clientScope: "bench",
    codes,
  });
  return { name, process, databaseUsage, share: SHARE, exercises: { ...oauth, ...own } };
}

/** It takes requests that look like a browser's only from its own pages. */
const originOf = (base: string): Readonly<Record<string, string>> => ({
  origin: new URL(base).origin,
});

async function signUp(base: string): Promise<{ email: string; cookie: string }> {
  const email = `${unique("user")}@example.com`;
  await postJson(
    `${base}/sign-up/email`,
    { name: "User", email, password: PASSWORD },
    originOf(base),
  );
  const response = await postJson(
    `${base}/sign-in/email`,
    { email, password: PASSWORD },
    originOf(base),
  );
  return {
    email,
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
  };
}
