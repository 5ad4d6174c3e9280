// Joins what the lines of one part bring.
import type { Brought } from "./kinds/kind.ts";
import type { StateRows } from "./store.ts";

/** Two credentials of the same parties in one part have one consent. */
export function withOneConsent(
  rows: Partial<StateRows>,
  consents: Map<string, string>,
): Partial<StateRows> {
  const [consent] = rows.consents ?? [];
  if (consent === undefined) return rows;
  const key = `${consent.userId} ${consent.clientId} ${consent.groupId}`;
  const known = consents.get(key);
  if (known === undefined) {
    consents.set(key, consent.id);
    return rows;
  }
  const linked = <Token extends { readonly grantId?: string | undefined }>(token: Token): Token =>
    token.grantId === consent.id ? { ...token, grantId: known } : token;
  return {
    ...rows,
    consents: [],
    ...(rows.accessTokens && { accessTokens: rows.accessTokens.map(linked) }),
    ...(rows.refreshTokens && { refreshTokens: rows.refreshTokens.map(linked) }),
  };
}

/** Returns the rows of all lines, by table. */
export function rowsOf(brought: readonly Brought[]): StateRows {
  const all: StateRows = {
    clients: [],
    groups: [],
    members: [],
    consents: [],
    accessTokens: [],
    completedKeys: [],
    refreshTokens: [],
    sessions: [],
    devices: [],
    resources: [],
    sessionClients: [],
    developers: [],
  };
  for (const { rows } of brought)
    for (const [name, list] of Object.entries(rows))
      all[name as keyof StateRows].push(...(list as never[]));
  return all;
}
