// What an ID token adds to the exchange of a code: the same server, the same user, three clients in
// rounds that alternate. Run: node bench/code-exchange.ts [requests]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, postJson, unique } from "./contenders/contender.ts";
import { administratorAccess, latchkeyProgram } from "./contenders/latchkey.ts";
import { oauthExercises } from "./contenders/oauth.ts";
import { startProcess } from "./measure/process.ts";
import { measure, type Subject } from "./measure/rounds.ts";

const PLAN = { rounds: 15, requests: Number(process.argv[2] ?? 1000), connections: 16 };
const REDIRECT_URI = "https://client.example.com/callback";

/** What each client asks for, and what its ID tokens are signed by. */
const CLIENTS = [
  { name: "no ID token", scope: "profile", algorithm: "" },
  { name: "ES256", scope: "openid profile", algorithm: "ES256" },
  { name: "RS256", scope: "openid profile", algorithm: "RS256" },
] as const;

const folder = await mkdtemp(join(tmpdir(), "latchkey-exchange-"));
const server = await startProcess(latchkeyProgram({ dataDir: folder }));
const url = server.said;

/** Registers a client and returns the exercise of its exchanges. */
async function subjectOf(
  { name, scope, algorithm }: (typeof CLIENTS)[number],
  { access, token }: { readonly access: Record<string, string>; readonly token: string },
): Promise<Subject> {
  const client = {
    name,
    scopes: scope.split(" "),
    redirectUris: [REDIRECT_URI],
    settings: { idTokenSignedResponseAlg: algorithm },
  };
  const made = (await (await postJson(`${url}/v1/clients`, { client }, access)).json()) as {
    client: { id: string };
    clientSecret: string;
  };
  const codeOf = async (codeChallenge: string): Promise<string> => {
    const asked = { clientId: made.client.id, redirectUri: REDIRECT_URI, scope };
    const challenge = { codeChallenge, codeChallengeMethod: "S256" };
    const response = await postJson(
      `${url}/v1/authorizations`,
      { ...asked, ...challenge },
      { authorization: `Bearer ${token}` },
    );
    return ((await response.json()) as { code: string }).code;
  };
  const exercise = oauthExercises({
    url,
    clientId: made.client.id,
    clientSecret: made.clientSecret,
    redirectUri: REDIRECT_URI,
    token: "/oauth2/token",
    introspection: "/oauth2/introspect",
    codes: async (count, challenge) => {
      const codes: string[] = [];
      while (codes.length < count) {
        const part = Math.min(100, count - codes.length);
        codes.push(...(await Promise.all(Array.from({ length: part }, () => codeOf(challenge)))));
      }
      return codes;
    },
  }).exchange!;
  return { name, usage: server.usage, exercise };
}

try {
  const access = await administratorAccess({ dataDir: folder }, url);
  const email = `${unique("user")}@example.com`;
  await postJson(
    `${url}/v1/users`,
    { username: unique("name"), email, password: PASSWORD },
    access,
  );
  const session = await postJson(`${url}/v1/sessions`, { email, password: PASSWORD });
  const { accessToken: token } = (await session.json()) as { accessToken: string };
  const subjects: Subject[] = [];
  for (const each of CLIENTS) subjects.push(await subjectOf(each, { access, token }));
  const [floor, ...figures] = await measure(subjects, PLAN);
  console.log(`${floor!.name}: ${floor!.cpu.median.toFixed(0)} µs of CPU an exchange`);
  for (const { name, cpu } of figures)
    console.log(
      `${name}: ${cpu.median.toFixed(0)} µs (${cpu.least.toFixed(0)}–${cpu.most.toFixed(0)}), ` +
        `${(cpu.median / floor!.cpu.median).toFixed(2)} × without an ID token; ` +
        `${(cpu.least / floor!.cpu.least).toFixed(2)} × in the cheapest rounds`,
    );
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}
