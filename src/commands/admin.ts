// `admin create`: makes an administrator's client and prints its credentials, once.
import { readConfig } from "../config.ts";
import { systemClock } from "../domain/clock.ts";
import { admitAdministrator, newAdministrator } from "../domain/oauth/administrator.ts";
import { migrate } from "../store/migrate.ts";
import { openStore } from "../store/open.ts";
import { prepareInstallation } from "./installation.ts";

/** Makes the client; the JSON on standard output is the only place where its secret is shown. */
export async function createAdministrator(): Promise<void> {
  const { options } = prepareInstallation(readConfig());
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
