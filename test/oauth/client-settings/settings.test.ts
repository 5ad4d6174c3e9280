// The settings of a client by calls: which ones are refused, and how single ones change.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { generateKeyPairSync } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorInfoSchema, BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import {
  ApplicationType,
  type ClientSettingsSchema,
} from "../../../gen/identity/v1/client_settings_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { stores } from "../../mariadb.ts";
import { type Api, useServer } from "../../use-server.ts";

type Settings = MessageInitShape<typeof ClientSettingsSchema>;

const publicJwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  format: "jwk",
}) as Record<string, string>;
const { privateKey: rsa } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { publicKey: shortRsa } = generateKeyPairSync("rsa", { modulusLength: 1024 });

const create = async (
  api: Api,
  settings: Settings,
  { isPublic = false, grantTypes = [] as string[], redirectUris = ["https://a.example/cb"] } = {},
) => {
  const type = isPublic ? ClientType.PUBLIC : ClientType.CONFIDENTIAL;
  const { client } = await api.oauth.createClient({
    client: { name: "A client", type, grantTypes, redirectUris, settings },
  });
  return client!;
};

/** Returns the field that a refusal names; empty without one. */
async function refusedField(creation: Promise<unknown>): Promise<string> {
  const error = await creation.then(
    () => undefined,
    (reason: unknown) => ConnectError.from(reason),
  );
  if (error?.code !== Code.InvalidArgument) return "";
  if (error.findDetails(ErrorInfoSchema)[0]?.reason !== "FIELD_INVALID") return "";
  return error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field ?? "";
}

/** Settings that no confidential client with one redirect URI can have, by the member at fault. */
const WRONG: readonly (readonly [member: string, settings: Settings])[] = [
  ["jwks", { jwks: { keys: [] } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, d: "AA" }] } }],
  ["jwks", { jwks: { keys: [rsa.export({ format: "jwk" }) as Record<string, string>] } }],
  ["jwks", { jwks: { keys: [shortRsa.export({ format: "jwk" }) as Record<string, string>] } }],
  ["jwks", { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }],
  ["jwks", { jwks: { keys: [{ kty: "EC", crv: "secp256k1", x: "AA", y: "AA" }] } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, x: publicJwk["y"]!, y: publicJwk["x"]! }] } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, use: "tls" }] } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, "1": "one" }] } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, more: { a: "b" } }] } }],
  ["jwks", { jwks: { keys: [publicJwk, publicJwk].map((key) => ({ ...key, kid: "1" })) } }],
  ["jwks", { jwks: { keys: Array.from({ length: 21 }, () => publicJwk) } }],
  ["jwks", { jwks: { keys: [{ ...publicJwk, x5u: "a".repeat(16_384) }] } }],
  ["jwks", { jwks: { keys: [publicJwk] }, jwksUri: "https://a.example/jwks" }],
  ["jwks_uri", { jwksUri: "http://a.example/jwks" }],
  ["jwks_uri", { jwksUri: "https://user@a.example/jwks" }],
  ["jwks_uri", { jwksUri: "https://a.example/jwks#keys" }],
  ["id_token_signed_response_alg", { idTokenSignedResponseAlg: "none" }],
  ["id_token_signed_response_alg", { idTokenSignedResponseAlg: "HS256" }],
  ["userinfo_signed_response_alg", { userinfoSignedResponseAlg: "none" }],
  ["request_object_signing_alg", { requestObjectSigningAlg: "none" }],
  ["request_object_signing_alg", { requestObjectSigningAlg: "HS256" }],
  ["subject_type", { subjectType: "secret" }],
  ["sector_identifier_uri", { sectorIdentifierUri: "http://a.example/sector" }],
  ["post_logout_redirect_uris", { postLogoutRedirectUris: ["http://a.example/bye"] }],
  ["post_logout_redirect_uris", { postLogoutRedirectUris: ["https://a.example/*"] }],
  ["post_logout_redirect_uris", { postLogoutRedirectUris: ["com.example.app:/bye"] }],
  ["backchannel_logout_uri", { backchannelLogoutUri: "http://a.example/logout" }],
  ["backchannel_logout_uri", { backchannelLogoutUri: "https://a.example/logout#here" }],
  ["client_uri", { clientUri: "javascript:alert(1)" }],
  ["client_uri", { clientUri: "http://a.example/" }],
  ["logo_uri", { logoUri: "data:image/png;base64,AA" }],
  ["policy_uri", { policyUri: "https://a example/" }],
  ["tos_uri", { tosUri: "ftp://a.example/terms" }],
  ["initiate_login_uri", { initiateLoginUri: "http://a.example/login" }],
  ["initiate_login_uri", { initiateLoginUri: "http://localhost/login" }],
  ["contacts", { contacts: ["\u202egro.example@a"] }],
  ["security_profile", { securityProfile: "fapi1" }],
  ["security_profile", { securityProfile: "fapi2" }],
  ["token_endpoint_auth_method", { tokenEndpointAuthMethod: "none" }],
  ["token_endpoint_auth_method", { tokenEndpointAuthMethod: "client_secret_jwt" }],
  ["token_endpoint_auth_method", { tokenEndpointAuthMethod: "private_key_jwt" }],
  ["application_type", { applicationType: ApplicationType.SINGLE_PAGE }],
  ["application_type", { applicationType: ApplicationType.MACHINE }],
  ["application_type", { applicationType: ApplicationType.DEVICE }],
  ["software_id", { softwareId: "a\u202eb" }],
];

describe("the settings of a client", () => {
  const used = useServer();

  test("that are wrong are refused by name", async () => {
    let count = 0;
    for (const [member, settings] of WRONG) {
      const field = await refusedField(create(used.administrator, settings));
      expect(`${field} of ${JSON.stringify(settings).slice(0, 80)}`).toContain(
        `settings.${member} of `,
      );
      count++;
    }
    expect(count).toBe(46);
  });

  test("contradict the type of the client only where they say so", async () => {
    const { administrator } = used;
    const method = { tokenEndpointAuthMethod: "client_secret_basic" };
    expect(await refusedField(create(administrator, method, { isPublic: true }))).toBe(
      "settings.token_endpoint_auth_method",
    );
    const page = { applicationType: ApplicationType.SINGLE_PAGE, tokenEndpointAuthMethod: "none" };
    expect((await create(administrator, page, { isPublic: true })).settings).toMatchObject(page);
    const machine = { applicationType: ApplicationType.MACHINE };
    const acting = { grantTypes: ["client_credentials"], redirectUris: [] };
    expect((await create(administrator, machine, acting)).settings).toMatchObject(machine);
    expect(
      await refusedField(
        create(administrator, machine, {
          grantTypes: ["client_credentials", "authorization_code"],
        }),
      ),
    ).toBe("settings.application_type");
  });

  test("need a sector when pairwise ids are for redirect URIs of two hosts", async () => {
    const { administrator } = used;
    const redirectUris = ["https://a.example/cb", "https://b.example/cb"];
    expect(
      await refusedField(create(administrator, { subjectType: "pairwise" }, { redirectUris })),
    ).toBe("settings.sector_identifier_uri");
    const { settings } = await create(administrator, { subjectType: "pairwise" });
    expect(settings?.subjectType).toBe("pairwise");
  });

  test("are kept and returned as they were given", async () => {
    const given = {
      applicationType: ApplicationType.WEB,
      tokenEndpointAuthMethod: "client_secret_post",
      jwks: { keys: [{ ...publicJwk, kid: "first", use: "sig", alg: "ES256" }] },
      idTokenSignedResponseAlg: "ES256",
      userinfoSignedResponseAlg: "RS256",
      requestObjectSigningAlg: "PS256",
      subjectType: "pairwise",
      postLogoutRedirectUris: ["https://a.example/bye", "http://localhost:3000/bye"],
      backchannelLogoutUri: "http://127.0.0.1:3000/logout",
      backchannelLogoutSessionRequired: true,
      clientUri: "https://a.example/#about",
      logoUri: "https://a.example/logo.png",
      policyUri: "https://a.example/privacy",
      tosUri: "https://a.example/terms",
      contacts: ["admin@a.example"],
      initiateLoginUri: "https://a.example/login",
      defaultMaxAge: 0,
      requireAuthTime: true,
      softwareId: "4NRB1-0XZABZI9E6-5SM3R",
      softwareVersion: "2.1",
    };
    const { id } = await create(used.administrator, given);
    const { client } = await used.administrator.oauth.getClient({ clientId: id });
    expect(client?.settings).toMatchObject(given);
  });

  test("change one by one by the mask, unless they contradict the others", async () => {
    const { administrator } = used;
    const { id } = await create(administrator, {
      jwks: { keys: [publicJwk] },
      policyUri: "https://a.example/privacy",
      contacts: ["a@a.example"],
    });
    const change = (settings: Settings, paths: string[]) =>
      administrator.oauth.updateClient({ client: { id, settings }, updateMask: { paths } });
    const { client } = await change({ tosUri: "https://a.example/terms" }, [
      "settings.tos_uri",
      "settings.contacts",
    ]);
    expect(client?.settings).toMatchObject({
      tosUri: "https://a.example/terms",
      policyUri: "https://a.example/privacy",
      contacts: [],
      jwks: { keys: [publicJwk] },
    });
    expect(
      await refusedField(change({ jwksUri: "https://a.example/jwks" }, ["settings.jwks_uri"])),
    ).toBe("settings.jwks");
    const moved = await change({ jwksUri: "https://a.example/jwks" }, [
      "settings.jwks_uri",
      "settings.jwks",
    ]);
    expect(moved.client?.settings?.jwks).toBeUndefined();
    expect(moved.client?.settings?.jwksUri).toBe("https://a.example/jwks");
    expect(await refusedField(change({}, ["settings.nothing"]))).toBe("update_mask");
    const { auditEvents } = await administrator.audit.listAuditEvents({ clientId: id });
    expect(auditEvents.map(({ details }) => details["settings"])).toContain("tosUri contacts");
  });

  test("end the verification when the owner changes what users are shown", async () => {
    const owner = await used.signUp();
    await used.administrator.users.updateUser({ user: { id: owner.id, developer: true } });
    const { id } = await create(owner, { policyUri: "https://a.example/privacy" });
    await used.administrator.oauth.verifyClient({ clientId: id });
    const change = async (settings: Settings, path: string) => {
      const updateMask = { paths: [path] };
      return (await owner.oauth.updateClient({ client: { id, settings }, updateMask })).client;
    };
    const other = await change({ defaultMaxAge: 60 }, "settings.default_max_age");
    expect(other?.verified).toBe(true);
    const shown = await change({ policyUri: "https://b.example/" }, "settings.policy_uri");
    expect(shown?.verified).toBe(false);
  });
});

describe.each(stores)("changes of single settings at once ($engine)", ({ engine }) => {
  const used = useServer({ engine });

  test("keep one another", async () => {
    const { administrator } = used;
    const { id } = await create(administrator, {});
    const changes: readonly (readonly [path: string, settings: Settings])[] = [
      ["client_uri", { clientUri: "https://a.example/" }],
      ["policy_uri", { policyUri: "https://a.example/privacy" }],
      ["tos_uri", { tosUri: "https://a.example/terms" }],
      ["logo_uri", { logoUri: "https://a.example/logo" }],
      ["initiate_login_uri", { initiateLoginUri: "https://a.example/login" }],
      ["jwks_uri", { jwksUri: "https://a.example/jwks" }],
    ];
    await Promise.all(
      changes.map(([path, settings]) =>
        administrator.oauth.updateClient({
          client: { id, settings },
          updateMask: { paths: [`settings.${path}`] },
        }),
      ),
    );
    const { client } = await administrator.oauth.getClient({ clientId: id });
    expect(client?.settings).toMatchObject(
      Object.assign({}, ...changes.map(([, settings]) => settings)) as Settings,
    );
  });
});
