import { join } from "node:path";
import type { Config } from "../../config/settings.ts";
import type { DatabaseAddress } from "../../config/database-url.ts";

export interface BannerFacts {
  readonly url: string;
  readonly issuer: string;
  readonly config: Config;
  /** Absent when METRICS_PORT is off or taken. */
  readonly metricsUrl: string | undefined;
  /** Absent when the operator makes the administrator by a command. */
  readonly adminFile: string | undefined;
}

/** Formats what the server prints when it is ready. The last line is a command to paste. */
export function banner({
  url,
  issuer,
  config: { tls, database, mail, dataDir, workers },
  metricsUrl,
  adminFile,
}: BannerFacts): string {
  const store = database.kind === "sqlite" ? `SQLite in ${dataDir}` : mysqlIn(database);
  const curl =
    `npx buf curl ${tls ? "--insecure" : "--http2-prior-knowledge"} ` +
    `--protocol grpc ${url}/identity.v1.OAuthService/GetMetadata`;
  const folder = join(dataDir, "mail");
  return [
    `Latchkey listens on ${url}${issuer === url ? "" : ` as ${issuer}`}`,
    `  store         ${store}`,
    `  mail          ${mail.server?.host ?? `no SMTP_URL: e-mails are written to ${folder}`}`,
    `  administrator ${adminFile ?? "npx latchkey admin create"}`,
    ...(workers > 1 ? [`  workers       ${workers}`] : []),
    `  metrics       ${metricsUrl ?? "none"}`,
    `  try           ${curl}`,
    "",
  ].join("\n");
}

function mysqlIn({ url, socketPath, tls }: DatabaseAddress): string {
  const { host, pathname } = new URL(url);
  const server = socketPath === undefined ? host : `${socketPath} `;
  return `MySQL at ${server}${pathname}${tls === undefined ? "" : `, TLS ${tls.mode}`}`;
}
