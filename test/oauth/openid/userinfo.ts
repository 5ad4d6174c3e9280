// A relying party that asks for UserInfo.
import { beforeAll } from "vitest";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty } from "./relying-party.ts";

type Party = Awaited<ReturnType<typeof relyingParty>>;

/** A client, a user with a profile, and the user's browser. */
interface Parties {
  readonly rp: Party;
  readonly user: SignedIn;
  readonly agent: Agent;
}

export const PROFILE = {
  name: "Ada Lovelace",
  givenName: "Ada",
  familyName: "Lovelace",
  picture: "https://example.com/ada.png",
  locale: "en-GB",
  zoneinfo: "Europe/London",
  phoneNumber: "+441234567890",
  phoneNumberVerified: true,
  address: { streetAddress: "12 St James's Square", locality: "London" },
};

/** Call it in a `describe`. */
export function useUserInfo(used: UsedServer) {
  let parties: Parties | undefined;
  beforeAll(async () => {
    const [user, rp] = [await used.signUp(), await relyingParty(used)];
    await used.administrator.users.updateUser({ user: { id: user.id, profile: PROFILE } });
    parties = { user, rp, agent: new Agent(used.url) };
  });
  const given = (): Parties => parties!;
  const endpoint = (): string => `${used.url}/oauth2/userinfo`;

  /** Returns an access token with these scopes, and the subject of the ID token. */
  async function granted(
    more: Readonly<Record<string, string>>,
    party = given().rp,
  ): Promise<{ token: string; sub: string | undefined; party: Party }> {
    const { tokens, claims } = await party.signIn(given().agent, given().user, more);
    return { token: String(tokens.json["access_token"]), sub: claims.sub, party };
  }

  const ask = (token: string): Promise<Response> =>
    fetch(endpoint(), { headers: { authorization: `Bearer ${token}` } });

  return { given, endpoint, granted, ask };
}
