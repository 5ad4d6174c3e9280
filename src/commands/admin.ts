// `admin create`: makes an administrator's client and prints its credentials, once.
import type { Config } from "../config.ts";
import { systemClock } from "../domain/clock.ts";
import { admitAdministrator, newAdministrator } from "../domain/oauth/administrator.ts";
import { migrate } from "../store/migrate.ts";
import { openStore } from "../store/open.ts";
import { storeOptions } from "./serve.ts";

/** Makes the client; the JSON on standard output is the only place where its secret is shown. */
export async function createAdministrator(config: Config): Promise<void> {
  const options = storeOptions(config);
  await migrate(options);
  const store = await openStore(options);
  try {
    const key = newAdministrator(systemClock);
    await admitAdministrator(store, systemClock, key);
    process.stdout.write(`${JSON.stringify({ client_id: key.clientId, client_secret: key.clientSecret })}\n`);
  } finally {
    await store.close();
  }
}
