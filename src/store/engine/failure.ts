// Names the cause of a failure for the log and the metrics, without a statement or a value of it.
import type { StoreFailure } from "../../domain/instrumentation.ts";

type Cause = StoreFailure["cause"];

/** MySQL's numbers and our own and the driver's codes, by what is wrong. */
const MYSQL: readonly (readonly [Cause, readonly (number | string)[]])[] = [
  // EE_WRITE, ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_RECORD_FILE_FULL.
  ["disk_full", [3, 1021, 1026, 1114]],
  // ER_OPEN_AS_READONLY, read_only and super_read_only, a read-only transaction, InnoDB read-only.
  ["read_only", [1036, 1290, 1792, 1836]],
  ["locked", [1020, 1205, 1213]],
  // ER_QUERY_INTERRUPTED, and the limits of MariaDB and MySQL for a statement.
  ["timeout", [1317, 1969, 3024, "PROTOCOL_SEQUENCE_TIMEOUT", "NO_CONNECTION", "NO_ANSWER"]],
  // Access denied, no such database: the server answers.
  ["other", [1044, 1045, 1049, 1698]],
  // Too many connections or a limit of the user, a Galera node out of its cluster, shutting down.
  ["unreachable", [1040, 1047, 1053, 1077, 1079, 1203, 1226, 1927]],
];
const BY_NUMBER = new Map(
  MYSQL.flatMap(([cause, numbers]) => numbers.map((number) => [number, cause] as const)),
);

/** SQLite's extended codes first, then its primary ones. */
const SQLITE: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  // SQLITE_IOERR_WRITE (a quota or a limit of the file's size), SQLITE_IOERR_SHMSIZE.
  [778, "disk_full"],
  [4874, "disk_full"],
  [5, "locked"],
  [6, "locked"],
  [8, "read_only"],
  [13, "disk_full"],
  [14, "unreachable"],
]);

/** The names of SQLite's primary codes. */
const SQLITE_NAMES: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};

/** ER_GET_ERRNO and ER_ERROR_DURING_COMMIT carry the number of the operating system. */
const CARRIERS: ReadonlySet<unknown> = new Set([1030, 1180]);
const NO_SPACE = /\b(?:28|122|168|ENOSPC|EDQUOT)\b/;

/** Returns the cause of a failure, and the driver's code of it. */
export function failureOf(error: unknown): StoreFailure {
  const { errno, errcode, code, fatal, cause, message } = (
    typeof error === "object" && error !== null ? error : {}
  ) as Readonly<Record<string, unknown>>;
  if (typeof errcode === "number") {
    const known = SQLITE.get(errcode) ?? SQLITE.get(errcode & 0xff);
    return {
      cause: known ?? "other",
      code: `${SQLITE_NAMES[errcode & 0xff] ?? "SQLITE"} ${errcode}`,
    };
  }
  const number = BY_NUMBER.get(Number(errno)) ?? BY_NUMBER.get(String(code));
  const text = [code, errno]
    .filter((part) => typeof part === "string" || typeof part === "number")
    .join(" ");
  if (number !== undefined) return { cause: number, code: text };
  if (CARRIERS.has(errno) && NO_SPACE.test(String(message)))
    return { cause: "disk_full", code: text };
  if (fatal === true) return { cause: "unreachable", code: text };
  // Contention and IdentityError wrap what the driver said.
  if (cause !== undefined) return failureOf(cause);
  const isContention = error instanceof Error && error.name === "Contention";
  return { cause: isContention ? "locked" : "other", code: text || "unknown" };
}
