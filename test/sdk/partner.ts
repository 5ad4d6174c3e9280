// A partner's client on a real server, and a user who agrees. It owns how both are made, and must
// not know what is tested.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ClientSettingsSchema } from "../../gen/identity/v1/client_settings_pb.ts";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import type { Latchkey, LatchkeyOptions } from "../../sdk/src/index.ts";
import { createLatchkey } from "../../sdk/src/index.ts";
import type { SignedIn, UsedServer } from "../use-server.ts";

export const REDIRECT_URI = "https://app.example/callback?tenant=7";

interface Registration {
  readonly type: ClientType;
  readonly grantTypes: readonly string[];
  readonly settings: MessageInitShape<typeof ClientSettingsSchema>;
}

/** Registers a client; returns what the SDK needs of it. */
export async function registerPartner(
  { administrator, url }: UsedServer,
  { type = ClientType.CONFIDENTIAL, grantTypes = [], settings }: Partial<Registration> = {},
): Promise<LatchkeyOptions> {
  const isPublic = type === ClientType.PUBLIC;
  const { client, clientSecret } = await administrator.oauth.createClient({
    client: {
      name: "Partner",
      type,
      grantTypes: [
        "authorization_code",
        "refresh_token",
        ...(isPublic ? [] : ["client_credentials"]),
        ...grantTypes,
      ],
      scopes: ["openid", "profile", "groups", ...(isPublic ? [] : ["introspect"])],
      redirectUris: [REDIRECT_URI],
      ...(settings !== undefined && { settings }),
    },
  });
  return { baseUrl: url, clientId: client!.id, ...(!isPublic && { clientSecret }) };
}

/** Registers a client and makes the SDK's of it. */
export async function partner(
  used: UsedServer,
  {
    type = ClientType.CONFIDENTIAL,
    grantTypes = [],
    settings = {},
    ...options
  }: Partial<LatchkeyOptions> & Partial<Registration> = {},
): Promise<Latchkey> {
  const registered = await registerPartner(used, { type, grantTypes, settings });
  return createLatchkey({ ...registered, ...options });
}

/** What the browser of a user who agrees brings back. */
export async function agree(user: SignedIn, url: string): Promise<URL> {
  const asked = new URL(url).searchParams;
  const value = (name: string): string => asked.get(name) ?? "";
  const { redirectUri } = await user.oauth.authorize({
    clientId: value("client_id"),
    redirectUri: value("redirect_uri"),
    scope: value("scope"),
    authorizationDetails: value("authorization_details"),
    state: value("state"),
    codeChallenge: value("code_challenge"),
    codeChallengeMethod: value("code_challenge_method"),
    nonce: value("nonce"),
    resource: asked.getAll("resource"),
    groupId: BigInt(value("group_id")),
  });
  return new URL(redirectUri);
}
