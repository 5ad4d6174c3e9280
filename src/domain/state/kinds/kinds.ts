import { clientKind, partnerKeyKind, secretPairKind } from "./clients.ts";
import { deviceKind } from "./devices.ts";
import { groupKind, memberKind } from "./groups.ts";
import type { Kind } from "./kind.ts";
import { resourceKind } from "./resources.ts";
import { sessionClientKind } from "./session-clients.ts";
import { accessKeyKind, consentKind, refreshTokenKind, sessionTokenKind } from "./tokens.ts";

/** Every kind but users, by its name. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    clientKind,
    secretPairKind,
    partnerKeyKind,
    groupKind,
    memberKind,
    accessKeyKind,
    refreshTokenKind,
    sessionTokenKind,
    deviceKind,
    consentKind,
    resourceKind,
    sessionClientKind,
  ].map((kind) => [kind.name, kind]),
);
