// A window that an application has opened to sign its user out keeps its opener on the way to an
// address that is registered for this, and is cut off on every other way.
import { describe, expect, test } from "vitest";
import { relyingParty } from "../../oauth/openid/relying-party.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const BACK = "https://client.example.com/signed-out";
const used = useServer();

/** A user who has signed in to a client in a browser. */
async function signedIn() {
  const rp = await relyingParty(used, { settings: { postLogoutRedirectUris: [BACK] } });
  const [user, agent] = [await used.signUp(), new Agent(used.url)];
  const { idToken } = await rp.signIn(agent, user);
  return { agent, idToken, clientId: rp.client.id };
}

type SignedIn = Awaited<ReturnType<typeof signedIn>>;
type Parameters = Readonly<Record<string, string>>;

const pathOf = (parameters: Parameters): string =>
  `/oauth2/logout?${new URLSearchParams(parameters)}`;
const isKept = ({ headers }: Response): boolean =>
  headers.get("cross-origin-opener-policy") === "unsafe-none";

const KEPT: readonly [string, (of: SignedIn) => Parameters][] = [
  ["a hint", ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: BACK })],
  ["a client_id", ({ clientId }) => ({ client_id: clientId, post_logout_redirect_uri: BACK })],
];

const CUT: readonly [string, (of: SignedIn) => Parameters][] = [
  ["nothing", () => ({})],
  ["only a URI", () => ({ post_logout_redirect_uri: BACK })],
  ["only a hint", ({ idToken }) => ({ id_token_hint: idToken })],
  ["only a client_id", ({ clientId }) => ({ client_id: clientId })],
  [
    "a URI that is not registered",
    ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: `${BACK}/x` }),
  ],
  ["an unknown client", () => ({ client_id: "nobody", post_logout_redirect_uri: BACK })],
  [
    "a hint with a wrong signature",
    ({ idToken }) => ({
      id_token_hint: `${idToken.slice(0, -8)}AAAAAAAA`,
      post_logout_redirect_uri: BACK,
    }),
  ],
  [
    "a hint of another client",
    ({ idToken }) => ({
      id_token_hint: idToken,
      client_id: "01900000-0000-7000-8000-000000000000",
      post_logout_redirect_uri: BACK,
    }),
  ],
];

describe.each([
  ...KEPT.map(([name, build]) => [name, build, true] as const),
  ...CUT.map(([name, build]) => [name, build, false] as const),
])("with %s", (_name, build, expected) => {
  test(expected ? "the opener stays" : "the window is cut off", async () => {
    const of = await signedIn();
    const parameters = build(of);
    const posted = await of.agent.postFromElsewhere(
      "/oauth2/logout",
      new URLSearchParams(parameters),
    );
    expect([posted.status, isKept(posted)]).toEqual([303, expected]);
    const answer = await of.agent.get(pathOf(parameters));
    expect(isKept(answer)).toBe(expected);
    if (answer.status !== 200) return;
    const decision = of.agent.hidden("decision");
    const confirmed = await of.agent.post("/oauth2/logout/confirm", { decision });
    expect(isKept(confirmed)).toBe(expected);
  });
});

test("a client that is disabled gets no window", async () => {
  const { agent, idToken, clientId } = await signedIn();
  await used.administrator.oauth.disableClient({ clientId, reason: "abuse" });
  const parameters = { id_token_hint: idToken, post_logout_redirect_uri: BACK };
  expect(isKept(await agent.get(pathOf(parameters)))).toBe(false);
});

test("a decision that the server has not made gets no window", async () => {
  const { agent } = await signedIn();
  await agent.get("/oauth2/logout");
  expect(isKept(await agent.post("/oauth2/logout/confirm", { decision: "x" }))).toBe(false);
});
