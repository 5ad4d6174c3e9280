import type { ImportLine } from "../../../domain/accounts/import/user-imports.ts";
import { readSource } from "../sources/read-source.ts";
import type { SourceRecord } from "../sources/source-record.ts";
import { aspnet } from "./aspnet.ts";
import { auth0 } from "./auth0.ts";
import { betterAuth } from "./better-auth.ts";
import { clerk } from "./clerk.ts";
import { cognito } from "./cognito.ts";
import { django } from "./django.ts";
import { firebase } from "./firebase.ts";
import { keycloak } from "./keycloak.ts";
import { okta } from "./okta.ts";
import { supabase } from "./supabase.ts";
import type { SystemName } from "./system-names.ts";
import { Unreadable, type System } from "./system.ts";
import { Values } from "./values.ts";
import { wordpress } from "./wordpress.ts";

const SYSTEMS: Readonly<Record<SystemName, System>> = {
  auth0,
  firebase,
  keycloak,
  okta,
  cognito,
  clerk,
  supabase,
  django,
  wordpress,
  aspnet,
  "better-auth": betterAuth,
};

/**
 * Turns an export of a system into numbered lines of user fields, in bounded memory. `now` decides
 * which bans have ended.
 */
export async function* systemRecords(
  source: AsyncIterable<Buffer>,
  name: SystemName,
  now: number,
): AsyncGenerator<ImportLine> {
  const system = SYSTEMS[name];
  const records = readSource(source, {
    arrays: system.arrays ?? [],
    reads: system.reads ?? (() => false),
    tables: system.tables ?? /^$/,
    ...(system.columns !== undefined && { columns: system.columns }),
  });
  for await (const record of system.joined?.(records) ?? records) {
    const line = lineOf(record, system, now);
    if (line !== undefined) yield line;
  }
}

function lineOf(
  { number, values }: SourceRecord,
  system: System,
  now: number,
): ImportLine | undefined {
  if (typeof values === "string") return { number, fields: values };
  const fields = system.userOf(new Values(values), now);
  if (fields === undefined) return undefined;
  return fields instanceof Unreadable
    ? { number, fields: fields.reason, field: fields.field }
    : { number, fields };
}
