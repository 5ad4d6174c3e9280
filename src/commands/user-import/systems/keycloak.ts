import type { ProfileUpdate } from "../../../domain/accounts/attributes/user-profile.ts";
import { Unreadable, type System } from "./system.ts";
import { phcBase64, userFields } from "./user-fields.ts";
import { Values, valuesIn } from "./values.ts";

const unreadable = new Unreadable("password_hash", "can't be read: its data is no JSON object");
const PBKDF2: Readonly<Record<string, string>> = {
  pbkdf2: "pbkdf2",
  "pbkdf2-sha1": "pbkdf2",
  "pbkdf2-sha256": "pbkdf2-sha256",
  "pbkdf2-sha512": "pbkdf2-sha512",
};

/** A realm with its users, a file of users alone, or what the administration's API answers. */
export const keycloak: System = {
  arrays: ["users"],
  userOf: (values) => {
    if (values.text("serviceAccountClientId", "serviceAccountClientLink") !== "")
      return new Unreadable("", "is the service account of a client, and no user");
    const credential = values.list("credentials").find((each) => each.text("type") === "password");
    const hash = credential === undefined ? "" : hashOf(credential);
    if (hash instanceof Unreadable) return hash;
    return userFields({
      id: values.text("id"),
      username: values.text("username"),
      email: values.text("email"),
      emailVerified: values.flag("emailVerified"),
      hash,
      createdAt: values.get("createdTimestamp"),
      locked: values.get("enabled") === false && "disabled in Keycloak",
      profile: profileOf(values),
    });
  },
};

/** Attributes are lists. The mappers of the OpenID Connect claims read them by these names. */
function profileOf(values: Values): ProfileUpdate {
  const attributes = values.object("attributes");
  const first = (name: string): string => firstOf(attributes.get(name));
  return {
    givenName: values.text("firstName"),
    familyName: values.text("lastName"),
    picture: first("picture"),
    locale: first("locale"),
    zoneinfo: first("zoneinfo"),
    phoneNumber: first("phoneNumber"),
    phoneNumberVerified: first("phoneNumberVerified") === "true",
    formattedAddress: first("formatted"),
    streetAddress: first("street"),
    locality: first("locality"),
    region: first("region"),
    postalCode: first("postal_code"),
    country: first("country"),
  };
}

/** Returns the value of a list of one as a text. */
const firstOf = (value: unknown): string =>
  new Values({ value: Array.isArray(value) ? value[0] : value }).text("value");

/** Returns the hash of a credential in the PHC string format. */
function hashOf(credential: Values): string | Unreadable {
  // Until version 8 the values were those of the credential itself.
  const isOld = credential.has("hashedSaltedValue");
  const secret = isOld ? credential : valuesIn(credential.get("secretData"));
  const how = isOld ? credential : valuesIn(credential.get("credentialData"));
  if (secret === undefined || how === undefined) return unreadable;
  const value = secret.text("value", "hashedSaltedValue");
  const salt = phcBase64(secret.text("salt"));
  const algorithm = how.text("algorithm") || "pbkdf2-sha256";
  if (algorithm === "argon2") return argon2Of(how, salt, phcBase64(value));
  const pbkdf2 = PBKDF2[algorithm];
  if (pbkdf2 !== undefined)
    return `$${pbkdf2}$${how.text("hashIterations")}$${salt}$${phcBase64(value)}`;
  // Providers that others wrote, such as that of bcrypt, keep a string of their own.
  return value.startsWith("$")
    ? value
    : new Unreadable("password_hash", "is of an algorithm that Keycloak itself doesn't have");
}

function argon2Of(how: Values, salt: string, digest: string): string {
  const more = how.object("additionalParameters");
  // Each parameter is a list of one.
  const parameter = (name: string): string => firstOf(more.get(name));
  const version = parameter("version") === "1.0" ? 16 : 19;
  const [memory, lanes] = [parameter("memory"), parameter("parallelism")];
  const cost = `m=${memory},t=${how.text("hashIterations")},p=${lanes}`;
  return `$argon2${parameter("type")}$v=${version}$${cost}$${salt}$${digest}`;
}
