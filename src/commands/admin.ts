// `admin create`: makes an administrator's client and prints its credentials, once. `admin grant` and `admin revoke`: who may
// use the pages of administration.
import type { Config } from "../config.ts";
import { setAdministrator } from "../domain/administrators.ts";
import { systemClock } from "../domain/clock.ts";
import { admitAdministrator, newAdministrator } from "../domain/oauth/administrator.ts";
import type { Store } from "../domain/store.ts";
import { DEFAULT_REALM } from "../domain/users.ts";
import { migrate } from "../store/migrate.ts";
import { openStore } from "../store/open.ts";
import { storeOptions } from "./serve.ts";

/** Makes the client; the JSON on standard output is the only place where its secret is shown. */
export const createAdministrator = (config: Config): Promise<void> =>
  withStore(config, async (store) => {
    const key = newAdministrator(systemClock);
    await admitAdministrator(store, systemClock, key);
    return JSON.stringify({ client_id: key.clientId, client_secret: key.clientSecret });
  });

/** Makes a user an administrator, at once in every browser where the user is signed in. */
export const grantAdministration = (config: Config, who: string): Promise<void> => setAndTell(config, who, true);

/** Takes it back, at once. */
export const revokeAdministration = (config: Config, who: string): Promise<void> => setAndTell(config, who, false);

const setAndTell = (config: Config, who: string, administrator: boolean): Promise<void> =>
  withStore(config, async (store) => {
    const { user, changed } = await setAdministrator(store, systemClock, who, DEFAULT_REALM, administrator);
    return `${user.email} (${user.id}) ${changed ? "is" : "was"} ${administrator ? "an" : "no"} administrator ${changed ? "now" : "already"}.`;
  });

/** Does the work on a database of this version's schema and prints what it answers. */
async function withStore(config: Config, work: (store: Store) => Promise<string>): Promise<void> {
  const options = storeOptions(config);
  await migrate(options);
  const store = await openStore(options);
  try {
    process.stdout.write(`${await work(store)}\n`);
  } finally {
    await store.close();
  }
}
