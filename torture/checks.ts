// The checks, in the order of their numbers.
import type { Check } from "./check.ts";
import { COUNTERS } from "./checks/counters.ts";
import { BAD_NETWORK } from "./checks/database/bad-network.ts";
import { FAILING_DISK } from "./checks/database/failing-disk.ts";
import { FULL_DISK } from "./checks/database/full-disk.ts";
import { LOST_DATABASE } from "./checks/database/lost-database.ts";
import { SYNCED } from "./checks/database/synced.ts";
import { ENDS } from "./checks/ends.ts";
import { FLOODED } from "./checks/floods/floods.ts";
import { CONFLICTS } from "./checks/galera/conflicts.ts";
import { KILLED_NODE } from "./checks/galera/killed-node.ts";
import { KILLED_NODES } from "./checks/galera/killed-nodes.ts";
import { INPUT } from "./checks/input/checks.ts";
import { HELD } from "./checks/held/held.ts";
import { KILLED_SERVER } from "./checks/killed-server.ts";
import { BACKUPS } from "./checks/process/backups.ts";
import { DRAIN } from "./checks/process/drain.ts";
import { FEW_RESOURCES } from "./checks/process/few-resources.ts";
import { LAST_RESORT } from "./checks/process/last-resort.ts";
import { ROLLING_RESTART } from "./checks/process/rolling-restart.ts";
import { UNREAD_LOG } from "./checks/process/unread-log.ts";
import { PURGE } from "./checks/purge.ts";
import { LOST_ANSWERS } from "./checks/lost-answers.ts";
import { RACES } from "./checks/races.ts";
import { STALE } from "./checks/stale.ts";
import { MIGRATIONS } from "./checks/migrations.ts";
import { STARTS } from "./checks/starts.ts";
import { CLOCKS } from "./checks/time/clocks.ts";
import { DATABASE_CLOCK } from "./checks/time/database-clock.ts";
import { ROTATION } from "./checks/time/rotation.ts";
import { SOAK } from "./checks/time/soak.ts";
import { VERSIONS } from "./checks/time/versions.ts";

export const CHECKS: readonly Check[] = [
  ...KILLED_SERVER,
  ...LOST_DATABASE,
  ...BAD_NETWORK,
  ...SYNCED,
  ...FAILING_DISK,
  ...FULL_DISK,
  ...KILLED_NODE,
  ...KILLED_NODES,
  ...CONFLICTS,
  ...STALE,
  ...ENDS,
  ...FLOODED,
  ...HELD,
  ...LOST_ANSWERS,
  ...RACES,
  ...BACKUPS,
  ...DRAIN,
  ...FEW_RESOURCES,
  ...LAST_RESORT,
  ...ROLLING_RESTART,
  ...UNREAD_LOG,
  ...PURGE,
  ...COUNTERS,
  ...INPUT,
  ...MIGRATIONS,
  ...STARTS,
  ...SOAK,
  ...ROTATION,
  ...CLOCKS,
  ...DATABASE_CLOCK,
  ...VERSIONS,
].toSorted((one, other) => one.id.localeCompare(other.id, "en", { numeric: true }));
