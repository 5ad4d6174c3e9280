import { addressesOf, type MysqlServer } from "./address.ts";
import { HostProbe, type HostState } from "./host-probe.ts";
import { nameOf } from "./hosts.ts";

/** One host of the database, and whether it takes writes. */
export interface CheckedHost extends HostState {
  readonly name: string;
}

/** Asks every host of the database whether it takes writes; for `latchkey doctor`. */
export function checkHosts(server: MysqlServer): Promise<CheckedHost[]> {
  return Promise.all(
    addressesOf(server).map(async (address) => {
      const probe = new HostProbe(address);
      try {
        return { name: nameOf(address), ...(await probe.ask()) };
      } finally {
        probe.end();
      }
    }),
  );
}
