import { createSecureContext } from "node:tls";
import { LOOPBACK } from "./database-url.ts";
import type { ApiPrefix } from "./schema.ts";
import type { SettingReader } from "./setting-reader.ts";

/** The server that an API is taken over from. */
export interface PredecessorConfig {
  /** http or https, with a path prefix or none; without credentials, query and fragment. */
  readonly url: URL;
  readonly timeoutMs: number;
  /** The authority that its certificate is checked with; absent: those of the system. */
  readonly ca: Buffer | undefined;
}

/** Reads the settings of an API's predecessor; undefined when it has none. */
export function readPredecessor(
  reader: SettingReader,
  prefix: ApiPrefix,
): PredecessorConfig | undefined {
  const name = `${prefix}_PREDECESSOR` as const;
  const timeoutMs = reader.integer(`${name}_TIMEOUT_MS`, [50, 60_000]);
  const ca = readAuthority(reader, `${name}_CA`);
  if (!reader.isSet(name)) return undefined;
  const text = reader.url(name, ["http:", "https:"]);
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    reader.problem(name, "must have no user, no password, no query and no fragment");
  if (ca !== undefined && url.protocol !== "https:")
    reader.problem(`${name}_CA`, `is for https, but ${name} is http`);
  return { url, timeoutMs, ca };
}

function readAuthority(
  reader: SettingReader,
  name: `${ApiPrefix}_PREDECESSOR_CA`,
): Buffer | undefined {
  const ca = reader.file(name);
  if (ca === undefined) return undefined;
  try {
    if (!ca.includes("-----BEGIN CERTIFICATE-----")) throw new Error("no PEM");
    createSecureContext({ ca });
  } catch {
    reader.problem(name, "names a file that holds no certificates in PEM");
  }
  return ca;
}

/** Reads where passwords are checked; undefined when no system is asked. */
export function readVerifyUrl(reader: SettingReader): URL | undefined {
  const name = "PASSWORD_VERIFY_URL";
  if (!reader.isSet(name)) return undefined;
  const text = reader.url(name, ["http:", "https:", "grpc:", "grpcs:"]);
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (["http:", "grpc:"].includes(url.protocol) && !LOOPBACK.test(url.hostname))
    reader.problem(name, "must be https or grpcs: passwords go there");
  if (url.protocol.startsWith("grpc") && !isPlace(url))
    reader.problem(name, "must be grpcs://host:port: no path and no query");
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    reader.problem(name, "must have no user, no password and no fragment");
  return url;
}

/** Whether a URL names a host and a port, and nothing in that place. */
const isPlace = ({ port, pathname, search }: URL): boolean =>
  port !== "" && ["", "/"].includes(pathname) && search === "";
