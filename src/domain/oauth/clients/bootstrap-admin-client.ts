// The first client: it acts for itself and has the scope `admin`.
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { Store } from "../../store.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import { NO_SETTINGS } from "./client-settings.ts";
import { EVERY_SCOPE } from "./scopes.ts";

/** The credentials of a client. */
export interface ClientKey {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Makes credentials, which are not valid before `admitAdministrator`. */
export const newAdministrator = (clock: Clock): ClientKey => ({
  clientId: newId(clock),
  clientSecret: newToken(clock, PREFIX.clientSecret),
});

/** Returns whether any client has the scope `admin`. */
export async function hasAdministrator(store: Store): Promise<boolean> {
  for (let after: string | undefined; ;) {
    const clients = await store.clients.list(undefined, { after, limit: 200 });
    if (clients.some(({ scopes }) => scopes.includes(EVERY_SCOPE))) return true;
    after = clients.at(-1)?.id;
    if (after === undefined) return false;
  }
}

/** Registers the client if it does not exist. */
export async function admitAdministrator(
  store: Store,
  clock: Clock,
  { clientId, clientSecret }: ClientKey,
): Promise<void> {
  if ((await store.clients.find(clientId)) !== undefined) return;
  const now = clock.now();
  await store.clients.insert(
    {
      id: clientId,
      name: "Administrator",
      public: false,
      grantTypes: ["client_credentials"],
      scopes: [EVERY_SCOPE],
      redirectUris: [],
      apis: [],
      allowedOrigins: [],
      pkceOptional: false,
      settings: NO_SETTINGS,
      secretVersion: 1,
      createdAt: now,
      updatedAt: now,
    },
    { clientId, version: 1, hash: hashToken(clientSecret), createdAt: now },
  );
}
