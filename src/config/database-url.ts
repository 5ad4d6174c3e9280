import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { isAbsolute } from "node:path";

/** How much of the server's certificate is checked, as clients of MySQL and PostgreSQL name it. */
const TLS_MODES = ["required", "verify-ca", "verify-full"] as const;

/** TLS to the database. */
interface DatabaseTls {
  /** `required` encrypts; `verify-ca` also checks the issuer; `verify-full` also the name. */
  readonly mode: (typeof TLS_MODES)[number];
  /** The certificates that are trusted, PEM; absent: those that Node.js trusts. */
  readonly ca?: Buffer | undefined;
}

/** Where a MySQL or MariaDB server is. */
export interface DatabaseAddress {
  /** `mysql://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** The same for the other hosts of a cluster, in the order in which they are preferred. */
  readonly otherUrls?: readonly string[] | undefined;
  /** The server's socket on this machine, instead of host and port. */
  readonly socketPath?: string | undefined;
  /** Absent: clear text. */
  readonly tls?: DatabaseTls | undefined;
}

const PARAMETERS = ["ssl", "ca", "socketPath"];

/** The names that other programs have for these parameters. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "ssl-mode": "ssl",
  sslmode: "ssl",
  tls: "ssl",
  usessl: "ssl",
  requiressl: "ssl",
  "ssl-ca": "ca",
  sslca: "ca",
  sslrootcert: "ca",
  socket: "socketPath",
  unix_socket: "socketPath",
};

/** The hosts that mean this machine. */
export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Names this machine in a URL with a socket and without a host, which URL can't parse. */
const withHost = (text: string): string =>
  /[?&]socketPath=/.test(text)
    ? text.replace(/^(\w+:\/\/(?:[^/?#]*@)?)(?=\/)/, "$1localhost")
    : text;

/** How many hosts a URL may name. */
const MAX_HOSTS = 9;
/** A name or an address, and a port if it isn't 3306. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::\d{1,5})?$/i;

type Reading = { readonly address: DatabaseAddress } | { readonly problems: string[] };

/**
 * Parses DATABASE_URL, or returns every problem without quoting the value, which has a password. An
 * unknown parameter is refused: a misspelt one for TLS must not lead to clear text. The hosts of a
 * cluster are parted by commas, which URL refuses.
 */
export function readDatabaseUrl(text: string): Reading {
  const [, before = "", hosts = "", after = ""] =
    /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s.exec(text) ?? [];
  if (hasPasswordIn(after)) return { problems: [UNENCODED] };
  const names = hosts.split(",");
  if (names.length === 1) return readOneHost(text);
  const problems = hostProblems(names);
  if (/[?&]socketPath=/.test(after)) problems.push("has socketPath and more than one host");
  if (problems.length > 0) return { problems };
  const [first, ...others] = names.map((name) => readOneHost(before + name + after));
  const addresses: DatabaseAddress[] = [];
  for (const reading of [first!, ...others])
    if ("address" in reading) addresses.push(reading.address);
    else problems.push(...reading.problems);
  if (problems.length > 0) return { problems: [...new Set(problems)] };
  const [address, ...rest] = addresses;
  return { address: { ...address!, otherUrls: rest.map(({ url }) => url) } };
}

const UNENCODED =
  "holds a /, ? or # before an @: write %2F, %3F or %23 for it in a password, " +
  "and %40 for an @ anywhere else";

/**
 * Returns whether a password may go on behind the hosts, after a character that isn't encoded. Its
 * beginning would count as a host, and its end as a parameter, and messages name both.
 */
function hasPasswordIn(after: string): boolean {
  const [path = "", ...parameters] = after.split(/[?&#]/);
  const isFile = (parameter: string): boolean =>
    path.length > 1 && /^(?:ca|socketPath)=/.test(parameter);
  return [path, ...parameters.filter((each) => !isFile(each))].some((each) => each.includes("@"));
}

function hostProblems(names: readonly string[]): string[] {
  const problems: string[] = [];
  if (names.some((name) => name.trim() === "")) problems.push("has a comma without a host");
  else if (names.some((name) => !HOST.test(name) || !isPort(/:(\d+)$/.exec(name)?.[1])))
    problems.push("names a host that is none: write host:port, or [address]:port for IPv6");
  if (names.length > MAX_HOSTS) problems.push(`names more than ${MAX_HOSTS} hosts`);
  if (new Set(names.map(wholeOf)).size < names.length) problems.push("names a host more than once");
  return problems;
}

const isPort = (port = "3306"): boolean => Number(port) > 0 && Number(port) < 65_536;

/** Returns a host as it is reached: an IPv6 address may be written in several ways. */
function wholeOf(name: string): string {
  const url = URL.parse(`mysql://${name}`);
  return url === null ? name : `${url.hostname.toLowerCase()}:${url.port || "3306"}`;
}

/** Parses a URL that names one host. */
function readOneHost(text: string): Reading {
  const url = URL.parse(withHost(text));
  if (url === null || !/^(mysql|mariadb):$/.test(url.protocol) || url.hostname === "") {
    return { problems: ["must be a URL that begins with mysql:// or mariadb://"] };
  }
  const problems: string[] = [];
  if (url.pathname.length < 2) problems.push("names no database");
  if (!isDecodable(url)) problems.push("holds a % that must be written as %25");
  if (url.port === "0") problems.push("names the port 0, which is none");
  if (text.includes("#")) problems.push("holds a # that must be written as %23");
  problems.push(...unknownParameters(url.searchParams));
  if (problems.length > 0) return { problems };
  const given = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const socketPath = given("socketPath");
  const tls = readTls(given("ssl"), given("ca"), problems);
  if (socketPath !== undefined && !isAbsolute(socketPath))
    problems.push("needs an absolute path in socketPath");
  if (socketPath !== undefined && !LOOPBACK.test(url.hostname)) {
    problems.push(
      "has socketPath and the host of another machine: write localhost, or leave out one of them",
    );
  }
  if (socketPath !== undefined && tls !== undefined) {
    problems.push(
      "has socketPath and ssl: a socket never leaves this machine, so leave out one of them",
    );
  }
  // mysql2 compares a certificate with names only, and accepts any certificate for an IP address.
  if (tls?.mode === "verify-full" && isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) {
    problems.push(
      "needs the host's name for ssl=verify-full: " +
        "write the name that the certificate has, or ssl=verify-ca",
    );
  }
  if (problems.length > 0) return { problems };
  url.search = "";
  url.protocol = "mysql:";
  return { address: { url: url.href, ...(socketPath && { socketPath }), ...(tls && { tls }) } };
}

/** Returns whether every `%` begins a character, also of what mysql2 is given. */
function isDecodable({ href, username, password, pathname }: URL): boolean {
  if (/%(?![0-9a-f]{2})/i.test(href)) return false;
  try {
    for (const each of [username, password, pathname]) decodeURIComponent(each);
    return true;
  } catch {
    return false;
  }
}

/** Returns the problems of parameters that are unknown, repeated or empty. */
function unknownParameters(given: URLSearchParams): string[] {
  return [...new Set(given.keys())].flatMap((name) => {
    const meant =
      PARAMETERS.find((each) => each.toLowerCase() === name.toLowerCase()) ??
      OTHER_NAMES[name.toLowerCase()];
    if (!PARAMETERS.includes(name)) {
      const instead = meant === undefined ? `it takes ${PARAMETERS.join(", ")}` : `write ${meant}`;
      return [`has the unknown parameter ${name.slice(0, 40)}: ${instead}`];
    }
    const values = given.getAll(name);
    if (values.length > 1) return [`has the parameter ${name} more than once`];
    return values[0] === "" ? [`has the parameter ${name} without a value`] : [];
  });
}

function readTls(
  mode: string | undefined,
  file: string | undefined,
  problems: string[],
): DatabaseTls | undefined {
  const known = TLS_MODES.find((each) => each === mode);
  if (mode !== undefined && known === undefined)
    problems.push(`needs ssl=${TLS_MODES.join(", ssl=")} or no ssl`);
  if (file === undefined) return known && { mode: known };
  if (known === undefined || known === "required") {
    problems.push("has ca, which only ssl=verify-ca and ssl=verify-full look at");
    return undefined;
  }
  try {
    const ca = readFileSync(file);
    // Throws when the file has no certificate; node:tls would silently trust none.
    if (new X509Certificate(ca).raw.length > 0) return { mode: known, ca };
  } catch {
    problems.push("names a ca file that can't be read or holds no certificate");
  }
  return undefined;
}
