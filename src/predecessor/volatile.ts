import type { DocumentedApiName } from "../config/documented-apis.ts";

/** Fields that differ by nature: each server makes its own tokens and codes. */
const FIELDS: Readonly<Partial<Record<DocumentedApiName, readonly string[]>>> = {
  kokids: ["token"],
  secretpair: ["data.token", "data.authorization_code"],
  senler: ["access_token"],
};

/** Returns whether a field of an API's answers differs by nature. */
export const isVolatileField = (api: DocumentedApiName, path: string): boolean =>
  FIELDS[api]?.includes(path) === true;
