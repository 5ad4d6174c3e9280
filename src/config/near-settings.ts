// Finds environment variables that are nearly settings: the server ignores them in silence.
import { SETTINGS } from "./schema.ts";

/** A variable that is no setting, and the setting that the operator probably meant. */
export interface NearSetting {
  readonly given: string;
  readonly meant: string;
}

/** Names that other programs have for a setting. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  DB_URL: "DATABASE_URL",
  DB_URI: "DATABASE_URL",
  DB_DSN: "DATABASE_URL",
  DATABASE_DSN: "DATABASE_URL",
  DATABASE_HOST: "DATABASE_URL",
  MYSQL_URL: "DATABASE_URL",
  MYSQL_URI: "DATABASE_URL",
  MARIADB_URL: "DATABASE_URL",
  DATA_FOLDER: "DATA_DIR",
  DATA_DIRECTORY: "DATA_DIR",
  DATA_PATH: "DATA_DIR",
  PUBLIC_URI: "PUBLIC_URL",
  ISSUER: "PUBLIC_URL",
  ISSUER_URL: "PUBLIC_URL",
  EXTERNAL_URL: "PUBLIC_URL",
  SECRET: "LATCHKEY_SECRET",
  SECRET_KEY: "LATCHKEY_SECRET",
  MAIL_URL: "SMTP_URL",
  MAIL_SERVER: "SMTP_URL",
  SMTP_HOST: "SMTP_URL",
  SMTP_SERVER: "SMTP_URL",
  SMTP_FROM: "MAIL_FROM",
  MAIL_SENDER: "MAIL_FROM",
  TLS_CERTIFICATE: "TLS_CERT",
  SSL_CERT: "TLS_CERT",
  SSL_KEY: "TLS_KEY",
  TRUST_PROXY: "TRUSTED_PROXIES",
  TRUSTED_PROXY: "TRUSTED_PROXIES",
  LISTEN_PORT: "PORT",
  LISTEN_HOST: "HOST",
  HTTP_PORT: "PORT",
  BIND_ADDRESS: "HOST",
};

/** Prefixes that operators give to the settings of one program. */
const OWN_PREFIX = /^(?:LATCHKEY|APP|SERVER)_/;
/** Variables of the system, of Node.js, npm and OpenTelemetry, and those of our own scripts. */
const FOREIGN =
  /^(?:NODE_|NPM_|OTEL_|HOSTNAME$|HOSTTYPE$|LATCHKEY_(?:URL|ADMIN|SUBNET|GATEWAY|USER|PASSWORD)$)/;
/** Names shorter than this have too many neighbours, as `HOST` has `HOME`. */
const LEAST_FOR_TYPOS = 6;
const LEAST_FOR_TWO = 9;

/** A name without case, hyphens and underscores. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[_.-]/g, "");

const PLAIN_SETTINGS = Object.keys(SETTINGS).map((name) => ({ name, plain: plain(name) }));

/** Lists the variables that are nearly settings, by their names. Values are never looked at. */
export function nearSettings(environment: NodeJS.ProcessEnv = process.env): NearSetting[] {
  return Object.keys(environment)
    .filter((name) => environment[name]?.trim() && !(name in SETTINGS))
    .toSorted()
    .flatMap((given) => {
      const meant = meantBy(given);
      return meant === undefined ? [] : [{ given, meant }];
    });
}

function meantBy(given: string): string | undefined {
  const name = given.toUpperCase().replaceAll(/[.-]/g, "_");
  if (given.length > 64 || FOREIGN.test(name)) return undefined;
  // Lower-case names such as `port` belong to npm and to scripts, unless they are long.
  if (given !== name && name.length < LEAST_FOR_TYPOS) return undefined;
  const rest = name.replace(OWN_PREFIX, "");
  return (
    named(rest) ?? OTHER_NAMES[rest] ?? (rest === name ? typo(name) : (typo(name) ?? typo(rest)))
  );
}

const named = (name: string): string | undefined =>
  PLAIN_SETTINGS.find((setting) => setting.plain === plain(name))?.name;

/** Returns the setting that differs by a letter, or by two in a long name. */
function typo(name: string): string | undefined {
  const text = plain(name);
  if (text.length < LEAST_FOR_TYPOS) return undefined;
  const most = text.length < LEAST_FOR_TWO ? 1 : 2;
  const near = PLAIN_SETTINGS.filter(({ plain: other }) => other.length >= LEAST_FOR_TYPOS - 1)
    .map((setting) => ({ ...setting, distance: distance(text, setting.plain) }))
    .filter((setting) => setting.distance <= most)
    .toSorted((one, other) => one.distance - other.distance);
  return near[0]?.name;
}

/** The number of letters to insert, remove, replace or swap (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let least = Math.min(
        last[column]! + 1,
        next[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped && row > 1 && column > 1) least = Math.min(least, before[column - 2]! + 1);
      next.push(least);
    }
    [before, last] = [last, next];
  }
  return last[other.length]!;
}
