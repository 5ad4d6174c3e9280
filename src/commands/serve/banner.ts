// What the server prints when it is ready: where it listens, what it keeps, and what to try first.
import { join } from "node:path";
import type { Config } from "../../config/settings.ts";
import type { DatabaseAddress } from "../../config/database-url.ts";

export interface BannerFacts {
  readonly url: string;
  readonly issuer: string;
  readonly config: Config;
  /** Absent when nobody can read them. */
  readonly metricsUrl: string | undefined;
  /** Absent when the administrator is made by a command. */
  readonly adminFile: string | undefined;
}

/** The lines; the last is a command that works as pasted. */
export function banner({
  url,
  issuer,
  config: { tls, database, mail, dataDir, workers },
  metricsUrl,
  adminFile,
}: BannerFacts): string {
  const store = database.kind === "sqlite" ? `SQLite in ${dataDir}` : mysqlIn(database);
  const curl = `npx buf curl ${tls ? "--insecure" : "--http2-prior-knowledge"} --protocol grpc ${url}/identity.v1.OAuthService/GetMetadata`;
  return [
    `Latchkey listens on ${url}${issuer === url ? "" : ` as ${issuer}`}`,
    `  store         ${store}`,
    `  mail          ${mail.server?.host ?? `no SMTP_URL: letters land in ${join(dataDir, "mail")}`}`,
    `  administrator ${adminFile ?? "npx latchkey admin create"}`,
    ...(workers > 1 ? [`  workers       ${workers}`] : []),
    `  metrics       ${metricsUrl ?? "none"}`,
    `  try           ${curl}`,
    "",
  ].join("\n");
}

function mysqlIn({ url, socketPath, tls }: DatabaseAddress): string {
  const { host, pathname } = new URL(url);
  return `MySQL at ${socketPath === undefined ? host : `${socketPath} `}${pathname}${tls === undefined ? "" : `, TLS ${tls.mode}`}`;
}
