// Asks one server of several whether it takes writes.
import { createConnection, type Connection, type PoolOptions, type RowDataPacket } from "mysql2";

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 700;

const VARIABLES = `show global variables where variable_name in
  ('read_only', 'super_read_only', 'innodb_read_only', 'wsrep_on')`;
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
}

const ill = (why: string): HostState => ({ isWriter: false, isChoosable: false, why });

/** The connection by which one server is asked again and again. */
export class HostProbe {
  readonly #address: PoolOptions;
  #connection: Connection | undefined;

  constructor(address: PoolOptions) {
    this.#address = address;
  }

  /** Asks the server. It never rejects. */
  async ask(): Promise<HostState> {
    try {
      return await within(this.#ask());
    } catch (error) {
      this.end();
      const { code } = error as { code?: unknown };
      return ill(typeof code === "string" ? code : "no answer");
    }
  }

  end(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #ask(): Promise<HostState> {
    const variables = await this.#shown(VARIABLES);
    const isReadOnly = ["read_only", "super_read_only", "innodb_read_only"].some(
      // MariaDB 12 has several kinds of on.
      (name) => ![undefined, "OFF", "0"].includes(variables.get(name)),
    );
    if (isReadOnly) return ill("read_only");
    if (variables.get("wsrep_on") !== "ON") return { isWriter: true, isChoosable: true, why: "" };
    const status = await this.#shown(STATUS);
    const isSynced = status.get("wsrep_local_state_comment") === "Synced";
    return status.get("wsrep_ready") === "ON"
      ? { isWriter: true, isChoosable: isSynced, why: "" }
      : ill("wsrep_ready");
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
      setImmediate(() => reject(Object.assign(new Error("no answer"), { code: "NO_ANSWER" })));
    }, PATIENCE);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
