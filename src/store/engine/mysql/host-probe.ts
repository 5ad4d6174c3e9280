// Asks one server of several whether it takes writes.
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  type RowDataPacket,
} from "mysql2";
import { sever } from "./pool.ts";

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 700;

/** Why a server is thought to be gone that says nothing. */
export const NO_ANSWER = "NO_ANSWER";

const VARIABLES = `show global variables where variable_name in
  ('read_only', 'super_read_only', 'innodb_read_only', 'wsrep_on', 'wsrep_reject_queries')`;
const STATUS = `show global status where variable_name in
  ('wsrep_ready', 'wsrep_local_state_comment')`;

/** What a server says of itself. */
export interface HostState {
  /** Whether it takes writes. */
  readonly isWriter: boolean;
  /** Whether it may also be chosen anew: a Galera node that serves a joining one may soon stop. */
  readonly isChoosable: boolean;
  /** Why it takes no writes; otherwise empty. */
  readonly why: string;
  /** Whether it says so itself. */
  readonly hasAnswered: boolean;
}

const ill = (why: string, hasAnswered: boolean): HostState => ({
  isWriter: false,
  isChoosable: false,
  why,
  hasAnswered,
});
const well = (isChoosable: boolean): HostState => ({
  isWriter: true,
  isChoosable,
  why: "",
  hasAnswered: true,
});

/** The connection by which one server is asked again and again. */
export class HostProbe {
  readonly #address: ConnectionOptions;
  #connection: Connection | undefined;

  constructor(address: ConnectionOptions) {
    this.#address = address;
  }

  /** Asks the server. It never rejects. */
  async ask(): Promise<HostState> {
    try {
      return await within(this.#ask());
    } catch (error) {
      this.end();
      const { code } = error as { code?: unknown };
      return ill(typeof code === "string" ? code : "no answer", false);
    }
  }

  end(): void {
    if (this.#connection !== undefined) sever(this.#connection);
    this.#connection = undefined;
  }

  async #ask(): Promise<HostState> {
    const variables = await this.#shown(VARIABLES);
    const isReadOnly = ["read_only", "super_read_only", "innodb_read_only"].some(
      // MariaDB 12 has several kinds of on.
      (name) => ![undefined, "OFF", "0"].includes(variables.get(name)),
    );
    if (isReadOnly) return ill("read_only", true);
    if (variables.get("wsrep_on") !== "ON") return well(true);
    // How an operator takes a node out of use; it answers this question all the same.
    if ((variables.get("wsrep_reject_queries") ?? "NONE") !== "NONE")
      return ill("wsrep_reject_queries", true);
    const status = await this.#shown(STATUS);
    const isSynced = status.get("wsrep_local_state_comment") === "Synced";
    return status.get("wsrep_ready") === "ON" ? well(isSynced) : ill("wsrep_ready", true);
  }

  #shown(sql: string): Promise<Map<string, string>> {
    const connection = (this.#connection ??= this.#connect());
    return new Promise((resolve, reject) => {
      connection.query<RowDataPacket[]>(sql, (error, rows) => {
        if (error) return reject(error);
        resolve(new Map(rows.map((row) => [String(row["Variable_name"]), String(row["Value"])])));
      });
    });
  }

  #connect(): Connection {
    const connection = createConnection({ ...this.#address, connectTimeout: PATIENCE });
    // The query gets the failure too; an error event without a listener would end the process.
    connection.on("error", () => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }
}

/** Rejects when an answer takes too long. */
function within<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // After a pause of the process, timers run before what has arrived meanwhile is read.
    const timer = setTimeout(() => {
      setImmediate(() => reject(Object.assign(new Error("no answer"), { code: NO_ANSWER })));
    }, PATIENCE);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
