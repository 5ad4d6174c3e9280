import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import type { ClientSettings as Message } from "../../../gen/identity/v1/client_settings_pb.ts";
import {
  ApplicationType as TypeValue,
  type ClientSettingsSchema,
} from "../../../gen/identity/v1/client_settings_pb.ts";
import { invalidField } from "../../domain/errors.ts";
import {
  type ApplicationType,
  type ClientSettings,
  type Jwk,
  SUBJECT_TYPES,
} from "../../domain/oauth/clients/client-settings.ts";

const TYPES = {
  web: TypeValue.WEB,
  single_page: TypeValue.SINGLE_PAGE,
  native: TypeValue.NATIVE,
  device: TypeValue.DEVICE,
  machine: TypeValue.MACHINE,
  mcp: TypeValue.MCP,
} as const;

const PROFILES = ["fapi2"] as const;

/** Converts settings; undefined when there are none, so that the message has no such member. */
export const toClientSettings = (
  settings: ClientSettings,
): MessageInitShape<typeof ClientSettingsSchema> | undefined => {
  const { applicationType, jwks, ...others } = settings;
  if (Object.keys(settings).length === 0) return undefined;
  return {
    ...(others as MessageInitShape<typeof ClientSettingsSchema>),
    ...(applicationType !== undefined && { applicationType: TYPES[applicationType] }),
    ...(jwks !== undefined && { jwks: jwks as unknown as JsonObject }),
  };
};

/** Converts the settings of a request. What is empty is absent. */
export function fromClientSettings(message: Message | undefined): ClientSettings {
  if (message === undefined) return {};
  const { applicationType, jwks, subjectType, securityProfile, $typeName: _, ...others } = message;
  const given = Object.entries(others).filter(
    ([name, value]) =>
      name !== "$unknown" &&
      value !== "" &&
      value !== false &&
      value !== undefined &&
      !(Array.isArray(value) && value.length === 0),
  );
  return {
    ...(Object.fromEntries(given) as ClientSettings),
    ...member("applicationType", typeOf(applicationType)),
    ...member("subjectType", oneOf("settings.subject_type", subjectType, SUBJECT_TYPES)),
    ...member("securityProfile", oneOf("settings.security_profile", securityProfile, PROFILES)),
    ...member("jwks", jwks && jwksOf(jwks)),
  };
}

const member = (name: keyof ClientSettings, value: unknown): ClientSettings =>
  value === undefined ? {} : { [name]: value };

const typeOf = (value: TypeValue): ApplicationType | undefined =>
  (Object.keys(TYPES) as ApplicationType[]).find((type) => TYPES[type] === value);

function oneOf<Word extends string>(
  field: string,
  value: string,
  words: readonly Word[],
): Word | undefined {
  if (value === "") return undefined;
  const word = words.find((each) => each === value);
  if (word === undefined) throw invalidField(field, `must be one of ${words.join(", ")}`);
  return word;
}

function jwksOf(given: JsonObject): { readonly keys: readonly Jwk[] } {
  const { keys } = given;
  const isKey = (key: unknown): boolean =>
    typeof key === "object" && key !== null && !Array.isArray(key);
  if (!Array.isArray(keys) || !keys.every(isKey))
    throw invalidField("settings.jwks", "must have a list of keys");
  return { keys: keys as unknown as Jwk[] };
}
