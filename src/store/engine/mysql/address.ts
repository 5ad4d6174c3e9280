// The address of a server, for mysql2.
import type { ConnectionOptions } from "mysql2";

/** The address of the server, and the protection of the connection. */
export interface MysqlServer {
  /** `mysql://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** The same for the other hosts of one cluster, in the order in which they are preferred. */
  readonly otherUrls?: readonly string[] | undefined;
  /** The socket of a server on this machine, instead of host and port. */
  readonly socketPath?: string | undefined;
  /** Absent: no TLS. */
  readonly tls?:
    | { readonly mode: "required" | "verify-ca" | "verify-full"; readonly ca?: Buffer | undefined }
    | undefined;
}

/** Returns the address of each host, the preferred one first. */
export const addressesOf = ({ otherUrls = [], ...server }: MysqlServer): ConnectionOptions[] =>
  [server.url, ...otherUrls].map((url) => addressOf({ ...server, url }));

/**
 * Parses the URL ourselves: mysql2 would take every parameter as an option of its own, and ignore
 * unknown ones.
 */
function addressOf({ url, socketPath, tls }: MysqlServer): ConnectionOptions {
  const { hostname, port, username, password, pathname, search } = new URL(url);
  if (search !== "") throw new Error("the database URL has parameters, which are not supported");
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    // Nothing is prepared. mysql2 would make room for 16,000, half a MiB of each connection.
    maxPreparedStatements: 1,
    ...(port !== "" && { port: Number(port) }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(socketPath !== undefined && { socketPath }),
    ...(tls !== undefined && {
      ssl: {
        ca: tls.ca,
        rejectUnauthorized: tls.mode !== "required",
        verifyIdentity: tls.mode === "verify-full",
      },
    }),
  };
}
