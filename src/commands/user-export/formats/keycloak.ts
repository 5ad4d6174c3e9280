import type { UserProfile } from "../../../domain/accounts/attributes/user-profile.ts";
import type { KnownHash } from "../known-hash.ts";
import type { UserFormat } from "../user-format.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ARGON2 = /^\$argon2(id|i|d)\$v=(\d+)\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;
const PBKDF2 = { sha1: "pbkdf2", sha256: "pbkdf2-sha256", sha512: "pbkdf2-sha512" } as const;

/** Returns a credential. Its data are texts of JSON. */
const credential = (salt: Buffer, value: Buffer, data: object): object => ({
  type: "password",
  secretData: JSON.stringify({
    value: value.toString("base64"),
    salt: salt.toString("base64"),
    additionalParameters: {},
  }),
  credentialData: JSON.stringify(data),
});

function hashOf(hash: KnownHash): object | undefined {
  if (hash.kind === "pbkdf2")
    return credential(hash.salt, hash.hash, {
      hashIterations: hash.iterations,
      algorithm: PBKDF2[hash.digest],
      additionalParameters: {},
    });
  if (hash.kind !== "argon2") return undefined;
  const [, type, version, memory, passes, lanes, salt = "", value = ""] =
    ARGON2.exec(hash.phc) ?? [];
  const bytes = Buffer.from(value, "base64");
  return credential(Buffer.from(salt, "base64"), bytes, {
    hashIterations: Number(passes),
    algorithm: "argon2",
    additionalParameters: {
      hashLength: [String(bytes.length)],
      memory: [memory],
      type: [type],
      version: [version === "16" ? "1.0" : "1.3"],
      parallelism: [lanes],
    },
  });
}

/** Returns names and attributes, as the mappers of the OpenID Connect claims read them. */
function profileOf(profile: UserProfile = {}): object {
  const { givenName, familyName, phoneNumber, phoneNumberVerified } = profile;
  const { picture, locale, zoneinfo, locality, region, country } = profile;
  const values = {
    picture,
    locale,
    zoneinfo,
    phoneNumber,
    phoneNumberVerified: phoneNumberVerified && String(phoneNumberVerified),
    formatted: profile.formattedAddress,
    street: profile.streetAddress,
    locality,
    region,
    postal_code: profile.postalCode,
    country,
  };
  const attributes = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value]]],
    ),
  );
  return {
    ...(givenName !== undefined && { firstName: givenName }),
    ...(familyName !== undefined && { lastName: familyName }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/** A realm with users alone, for the partial import of the administration. */
export const keycloakFormat: UserFormat = {
  open: '{"users":[',
  close: "]}",
  hashOf,
  userOf: ({ user, isLocked }, hash) => ({
    ...(UUID.test(user.id) && { id: user.id }),
    // Each user of Keycloak has a name.
    username: user.username === "" ? user.email : user.username,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== undefined,
    enabled: !isLocked,
    createdTimestamp: user.createdAt,
    ...profileOf(user.profile),
    credentials: hash === undefined ? [] : [hash],
    requiredActions: hash === undefined ? ["UPDATE_PASSWORD"] : [],
  }),
};
