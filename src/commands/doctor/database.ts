import { existsSync } from "node:fs";
import { type Config, realmsOf } from "../../config/settings.ts";
import { type DatabaseAddress, LOOPBACK } from "../../config/database-url.ts";
import { systemClock } from "../../domain/clock.ts";
import { DAY } from "../../domain/durations.ts";
import { skewText } from "../../domain/database-clock.ts";
import { Realms } from "../../domain/oauth/clients/realms.ts";
import { visibleText } from "../../domain/security/visible-text.ts";
import { type DatabaseFacts, diagnose } from "../../store/engine/diagnose.ts";
import { checkHosts } from "../../store/engine/mysql/check-hosts.ts";
import type { KeptKey } from "../../store/tables/users/user-keys.ts";
import { databaseFile, storeOptions } from "../cli/installation.ts";
import { errorMessage } from "../cli/output.ts";
import { type Finding, subject } from "./finding.ts";
import { moves } from "./predecessors.ts";
import { serverSecret } from "./secret.ts";

const { ok, warn, fail } = subject("database");
const CLOCK_MS = 1_000;

export async function database(config: Config): Promise<Finding[]> {
  if (config.database.kind === "sqlite" && !existsSync(databaseFile(config)))
    return [ok(`${databaseFile(config)} will be made by the first start`)];
  const facts = await diagnose(storeOptions(config), () => systemClock.now()).catch(
    (error: unknown) => errorMessage(error),
  );
  if (typeof facts === "string") {
    return [
      fail(
        `it can't be reached: ${facts}`,
        config.database.kind === "mysql"
          ? adviceOn(facts, config.database)
          : "run this as the user that the server runs as, or put the file back from the backup",
      ),
    ];
  }
  return [
    server(facts),
    schema(facts),
    ...realms(facts, config),
    ...moves(facts, config),
    ...(await serverSecret(config, facts)),
    ...facts.keptKeys.map(double),
    ...sharing(facts),
    ...overdue(facts, config),
    ...(config.database.kind === "mysql"
      ? [
          ...(await hosts(config.database)),
          encryption(facts, config.database),
          ...mysql(facts, config.database.connections),
          clock(facts),
        ]
      : []),
  ];
}

/** Returns what an operator can do when MySQL can't be reached for that reason. */
function adviceOn(reason: string, { socketPath }: DatabaseAddress): string {
  if (socketPath !== undefined && /ENOENT|ECONNREFUSED/.test(reason))
    return `see that it runs, and that its own "select @@socket" says ${socketPath}`;
  if (socketPath !== undefined && reason.includes("EACCES"))
    return `let this user write to ${socketPath} and enter its folders`;
  return "see that it runs, that DATABASE_URL is right, and that its user may use the database";
}

function server({ server: name, variables }: DatabaseFacts): Finding {
  const version = /^(\d+)\.(\d+)/.exec(name);
  const number = version === null ? 0 : Number(version[1]) * 100 + Number(version[2]);
  const least = /mariadb/i.test(name) ? 1006 : 800;
  if (!name.startsWith("SQLite") && number < least)
    return fail(`${name} is too old`, "MariaDB 10.6 or MySQL 8.0 is the oldest that is supported");
  return ok(`${name}${variables.get("wsrep_on") === "ON" ? ", a node of a Galera cluster" : ""}`);
}

function schema({ pending, newer }: DatabaseFacts): Finding {
  const what = subject("schema");
  if (newer.length > 0)
    return what.warn(
      `a newer version has been here: ${newer.join(", ")}`,
      "use that version, unless this is one step of going back",
    );
  if (pending.length > 0)
    return what.warn(
      `still to come: ${pending.join(", ")}`,
      "the next start migrates; or at a time of your own: latchkey migrate",
    );
  return what.ok("is this version's");
}

/** Reports which hosts take writes, if DATABASE_URL names several. */
async function hosts(address: DatabaseAddress): Promise<Finding[]> {
  if (address.otherUrls === undefined) return [];
  const what = subject("database hosts");
  return (await checkHosts(address)).map(({ name, isWriter, isChoosable, why }) => {
    if (isChoosable) return what.ok(`${name} takes writes`);
    if (isWriter)
      return what.warn(`${name} gives its data to another node`, "wait until that node has joined");
    return what.warn(
      `${name} takes no writes: ${why}`,
      "see that it runs, and that it is no replica and no node without its cluster; " +
        "until then a process doesn't use it",
    );
  });
}

/** Reports whether the connection to the database is encrypted. */
function encryption(
  { encryption: version }: DatabaseFacts,
  { url, otherUrls = [], socketPath, tls }: DatabaseAddress,
): Finding {
  const what = subject("database TLS");
  const hostname = [url, ...otherUrls]
    .map((each) => new URL(each).hostname)
    .find((each) => !LOOPBACK.test(each));
  if (tls === undefined) {
    if (socketPath !== undefined || hostname === undefined)
      return what.ok("none: the connection stays on this machine");
    return what.warn(
      `passwords and data go to ${hostname} in clear text`,
      "add ?ssl=verify-full&ca=FILE to DATABASE_URL",
    );
  }
  if (version === "")
    return what.fail(
      "the connection is in clear text, although DATABASE_URL asks for TLS",
      "connect to the server itself",
    );
  const text = `${version}, ${tls.mode}`;
  if (tls.mode !== "required") return what.ok(text);
  return what.warn(
    `${text}: the server's certificate is not checked`,
    "use ?ssl=verify-full&ca=FILE in DATABASE_URL",
  );
}

/** Reports a user whose address leads to the mailbox of another user; the operator must decide. */
function double({ realm, id, email, otherId }: KeptKey): Finding {
  const what = subject("users");
  const who = `${visibleText(email)} (${id}, realm ${realm})`;
  if (otherId === undefined)
    return what.warn(
      `${who} has no address that e-mails reach`,
      "give the user another one, by UpdateUser or on a page; until then the user signs in " +
        "by name, or with the address exactly as it is kept",
    );
  return what.warn(
    `${who} has the mailbox of user ${otherId}`,
    "ask which account is to stay, then delete the other or give it another address: " +
      'docs/operations.md, "One mailbox, two accounts"',
  );
}

/** Reports users whose addresses are spelt differently and lead to one mailbox. */
function sharing({ sharedMailboxes }: DatabaseFacts): Finding[] {
  const what = subject("users");
  return sharedMailboxes.map(({ user, other }) =>
    what.warn(
      `${visibleText(user.email)} (${user.id}) and ${visibleText(other.email)} (${other.id}), ` +
        `realm ${user.realm}, are two spellings of one mailbox`,
      "its owner can set the password of both: ask which account is to stay; " +
        'docs/operations.md, "One mailbox, two accounts"',
    ),
  );
}

/**
 * Reports clients without a realm. A client is for the users of one realm, so its APIs must have
 * the same one.
 */
function realms({ clientApis }: DatabaseFacts, config: Config): Finding[] {
  const known = new Realms(realmsOf(config));
  const parted = clientApis
    .filter((apis) => known.of({ apis }) === undefined)
    .map((apis) => apis.join(" with "));
  return parted.length === 0
    ? []
    : [
        subject("realms").fail(
          "applications name APIs of more than one realm, and so work for no user: " +
            parted.join(", "),
          "have each name APIs of one realm, or set those realms alike",
        ),
      ];
}

/** Reports rows that should have been removed long ago. */
function overdue({ oldestRows, clock: times }: DatabaseFacts, config: Config): Finding[] {
  const now = times?.database ?? systemClock.now();
  const { auditRetentionDays: days } = config;
  const late = oldestRows
    .map(({ table, since }) =>
      table === "audit_events"
        ? { table, days: days === 0 ? 0 : (now - since) / DAY - days }
        : { table, days: (now - since) / DAY },
    )
    .filter((each) => each.days > 1)
    .toSorted((one, other) => other.days - one.days);
  if (late.length === 0) return [];
  const list = late.map((each) => `${each.table} for ${Math.floor(each.days)} days`);
  return [
    subject("expired rows").warn(
      `they wait to be removed: ${list.join(", ")}`,
      "a running server removes them beside its requests: look for its lines `purged` and " +
        "`purge failed`, and at latchkey_purging",
    ),
  ];
}

/** Returns whether a switch of MySQL is on; MariaDB 12 has several kinds of on. */
const isOn = (value: string | undefined): boolean => value !== undefined && value !== "OFF";

function mysql({ variables, collations }: DatabaseFacts, connections: number): Finding[] {
  const isolation = variables.get("transaction_isolation") ?? variables.get("tx_isolation");
  const most = Number(variables.get("max_connections"));
  return [
    isolation === "READ-COMMITTED" &&
    variables.get("sql_mode")?.includes("STRICT_TRANS_TABLES") === true
      ? ok(`strict, ${isolation.toLowerCase()}`)
      : fail(
          `its sessions have the isolation ${isolation} and the mode ${variables.get("sql_mode")}`,
          "connect to the server itself: a proxy between has changed what Latchkey sets",
        ),
    variables.get("character_set_connection") === "utf8mb4"
      ? ok("utf8mb4")
      : fail(
          `its connections speak ${variables.get("character_set_connection")}`,
          "connect to the server itself, and remove init_connect",
        ),
    ...(collations.every((collation) => /_(0900|nopad)_bin$/.test(collation))
      ? []
      : [
          fail(
            `its tables compare by ${collations.join(", ")}`,
            "they were made by hand or converted: names that differ would be one; " +
              "restore them from a backup",
          ),
        ]),
    ...(variables.get("innodb_flush_log_at_trx_commit") === "1"
      ? []
      : [
          warn(
            "commits are acknowledged before they are on the disk",
            "set innodb_flush_log_at_trx_commit = 1",
          ),
        ]),
    ...(["read_only", "super_read_only"].some((name) => isOn(variables.get(name)))
      ? [
          fail(
            "it is read-only: every sign-in and every token is a write",
            "point DATABASE_URL to a server that takes writes, or set global read_only = off",
          ),
        ]
      : []),
    ...(connections < most
      ? []
      : [
          warn(
            `DATABASE_CONNECTIONS is ${connections}, and the server takes ${most} of all clients`,
            "raise max_connections or lower DATABASE_CONNECTIONS",
          ),
        ]),
  ];
}

/** Compares the machine's clock with that of the database, by which things expire. */
function clock({ clock: times }: DatabaseFacts): Finding {
  const what = subject("clock");
  const { database: theirs, before, after } = times ?? { database: 0, before: 0, after: 0 };
  const ahead = theirs < before ? before - theirs : Math.min(0, after - theirs);
  const difference = Math.abs(ahead);
  const far = skewText(ahead);
  if (far !== undefined)
    return what.fail(far, "set both by NTP: the database's decides when codes and tokens end");
  const text = `${Math.round(difference)} ms from the database's`;
  return difference > CLOCK_MS ? what.warn(text, "set both by NTP") : what.ok(text);
}
